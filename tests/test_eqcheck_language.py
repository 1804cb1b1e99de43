"""The language, construct by construct: what a formula may say, and how each misuse is refused."""

import numpy as np
import pytest

from nnbook.eqcheck import Environment, EquationError, Graph, ParseError, check
from nnbook.eqcheck.parser import _parser, parse

N, D, K = 4, 3, 5


def build(rng):
    graph = Graph()
    for name, value in (("n", N), ("d", D), ("K", K), ("L", 3), ("p", 2)):
        graph.constant(name, value)
    graph.constant("c", [4, 3, 2, 5])
    graph.leaf("X", rng.uniform(0.5, 2, (N, D)))
    graph.leaf("W", rng.normal(size=(D, K)))
    graph.leaf("V", rng.normal(size=(D, K)))
    graph.leaf("S", rng.normal(size=(D, D)))
    graph.leaf("G", np.zeros((D, D)))
    graph.leaf("u", rng.uniform(1.1, 2, D))
    graph.leaf("v", rng.normal(size=(D, 1)))
    graph.leaf("b", rng.normal(size=K))
    graph.leaf("q", rng.uniform(1, 2))
    graph.leaf("r", rng.uniform(1, 2))
    graph.leaf("b_1", rng.normal())
    graph.leaf("w^*", rng.normal())
    graph.leaf(r"W_{\text{column}}", rng.normal(size=(K, D)))
    graph.leaf("o", 0.0)
    graph.leaf("h", 0.1)
    graph.leaf("k_0", 3.0)
    graph.node("Y", lambda X, W, b: X @ W + b, ["X", "W", "b"])
    graph.node("P", lambda X, W: X @ W, ["X", "W"])
    graph.node("E", lambda Y: (Y**3).sum(), ["Y"])
    graph.node("e", lambda q: q**2 + 1, ["q"])
    graph.node("m", lambda q: np.abs(q), ["q"])
    for layer, size in enumerate((4, 3, 2, 5)):
        graph.leaf("z", rng.normal(size=size), layer=layer)
        graph.function("g", np.sin if layer % 2 else np.exp, layer=layer)
    graph.function("f", lambda x: x**3 + np.sin(x))
    graph.function("F", lambda x: (x * x).sum(), elementwise=False)
    graph.function("H", lambda x, y: x * y + x, elementwise=False)
    graph.function("J", lambda A: A[0] * 2, elementwise=False)
    graph.function("B", lambda x, y: x + 2 * y)
    graph.function("N", lambda x: np.where(x.real > 0, x, 0 * x))
    graph.function("bad", lambda x: np.abs(x))
    graph.function("f_1", np.cos)
    graph.function("raises", lambda x: [][0])
    graph.after("q", 5.0)
    graph.after("W", rng.normal(size=(D, K)))
    graph.after("r", float(graph.nodes["r", None].compute()))
    return graph


ENVIRONMENT = Environment(
    "everything",
    build,
    elements={"x": "X", "w": "W", "s": "S", "y": "Y", "b": "b", r"\delta": "V"},
    rows={r"\mathbf{x}": "X"},
    columns={r"\mathbf{w}": "W", r"\mathbf{y}": "q"},
    first={"c": 0},
    biases=["b"],
    steps={"h": (0.08, 0.04, 0.02)},
)

HOLDS = [
    r"y_{sj} = \sum_{i=1}^{d} x_{si} w_{ij} + b_j",
    r"y_{sj} = \sum_i x_{s,i} w_{i,j} + b_{j}.",
    r"Y = X W + b, \qquad Y = b + X W",
    r"Y = XW + \mathbf{1}_n b = X W + \mathbf 1_{n} b",
    r"X^\top X = (X^{\top} X)^\top",
    r"X + X = 2 X = X \cdot 2 = X \times 2",
    r"X \odot X = X^{\odot 2}",
    r"X \oslash X \odot X = X",
    r"2 X \odot X = X \odot X + X^{\odot 2}",
    r"S S^{-1} = I_{d} = I_d",
    r"\operatorname{tr}(S) = \sum_i s_{ii}",
    r"\operatorname{det}(S S) = (\operatorname{det}(S))^2",
    r"\operatorname{diag}(u) v = u^\top \odot v",
    r"\operatorname{vec}(X S) = \operatorname{vec}(X S)",
    r"\operatorname{softmax}(v)_i = \frac{\exp(v_i)}{\sum_j \exp(v_j)}",
    r"\operatorname{softmax}(Y)_{sk} = \frac{\exp(y_{sk})}{\sum_j \exp(y_{sj})}",
    r"\lVert u \rVert^2 = \sum_i u_i^2, \quad \lVert X \rVert_F = \sqrt{\sum_{si} x_{si}^2}",
    r"\lVert v \rVert_1 = \sum_i \lvert v_i \rvert",
    r"\sum_i u_i = \sum_{i=1}^{2} u_i + u_3 = \sum_{i=1}^{d-1} u_i + u_d",
    r"\prod_i u_i = u_1 u_2 u_3 = \exp(\sum_i \log u_i)",
    r"\sum_{i} \sum_{j \ne i} u_i u_j = (\sum_i u_i)^2 - \sum_i u_i^2",
    r"\sum_{i=1}^{d} \sum_{j=1}^{i} u_j = 3 u_1 + 2 u_2 + u_3",
    r"\prod_{j \ne i} u_j = \frac{u_1 u_2 u_3}{u_i}",
    r"\sum_{l=0}^{L} \lVert z^{(l)} \rVert^2 = \lVert z^{(0)} \rVert^2 + \sum_{l=1}^{3} \lVert z^{(l)} \rVert^2",
    r"\sum_l \sum_i z_i^{(l)} = \sum_{l=0}^{3} \sum_j z_j^{(l)}",
    r"\sum_{l=1}^{L} c_{l-1} c_l = c_0 c_1 + c_1 c_2 + c_2 c_3",
    r"\max_i u_i = \max(u_1, u_2, u_3) = -\min_i (-u_i)",
    r"u_{2} u_3 = u_2 \cdot u_{3}",
    r"x_{11} = x_{1,1}",
    r"\operatorname{arg\,max}_i u_i = \arg\max_j u_j",
    r"\operatorname{arg\,min}_i u_i = \arg\min_j (u_j)",
    r"f(q) = q^3 + \sin q, \quad f'(q) = 3 q^2 + \cos q, \quad f''(q) = 6 q - \sin q, \quad f'''(q) = 6 - \cos(q)",
    r"f(X)_{si} = x_{si}^3 + \sin x_{si}",
    r"g^{(0)}(z_i^{(0)}) = \exp(z_i^{(0)}), \quad g^{(1)\prime}(z_j^{(1)}) = \cos z_j^{(1)}",
    r"\frac{\partial e}{\partial q} = 2 q = \frac{\mathrm{d} e}{\mathrm{d} q}",
    r"\frac{\partial^2 e}{\partial q^2} = 2, \quad \frac{\partial^2 (q^2 r^2)}{\partial q \partial r} = 4 q r",
    r"\frac{\partial^3}{\partial q^3} (q^4) = 24 q",
    r"\frac{\mathrm d f}{\mathrm d q} = f'(q) = \frac{\mathrm d}{\mathrm d q} f(q)",
    r"\frac{\partial}{\partial q} (q^2 r) = 2 q r",
    r"\frac{\partial}{\partial u_i} \sum_j u_j^2 = 2 u_i",
    r"\frac{\partial E}{\partial y_{sj}} = 3 y_{sj}^2, \quad \frac{\partial E}{\partial W} = 3 X^\top (Y \odot Y)",
    r"\frac{\partial y_{sj}}{\partial W} = \frac{\partial y_{sj}}{\partial W}",
    r"\frac{\partial (u u^\top)}{\partial u} = 2 u",
    r"\frac{\partial (u S)}{\partial u} = S^\top",
    r"\frac{\partial (S v)}{\partial v} = S",
    r"\frac{\partial (X q)}{\partial q} = X",
    r"\sum_i \frac{\partial (2 S)}{\partial s_{ii}} = 2 I_d",
    r"\nabla F(u) = 2 u, \quad \nabla_u (u u^\top) = 2 u, \quad \nabla f(q) = f'(q), \quad \nabla F(S) = 2 S",
    r"\mathrm d P = \mathrm d X\, W + X \mathrm d W, \quad \mathrm{d} (q^2) = 2 q\, \mathrm{d} q",
    r"F(u) = \sum_i u_i^2, \quad F(X S) = \lVert X S \rVert^2",
    r"F(\mathbf{x}_s) = \sum_i x_{si}^2, \quad (\mathbf{x}_s S)_j = \sum_i x_{si} s_{ij}",
    r"\mathbf{w}_j^\top \mathbf{w}_j = \sum_i w_{ij}^2",
    r"H(q, u_i) = q u_i + q, \quad B(q, u_i) = q + 2 u_i, \quad J(S)_j = 2 s_{1j}",
    r"[i = j] u_i = [i = j] u_j, \quad ([i < j] + [i \ge j]) u_i u_j = u_i u_j",
    r"\begin{cases} u_i, & i = 1 \\ 2 u_i, & 1 < i < d \\ 0, & \text{else} \end{cases} = u_i ([i = 1] + 2 [i = 2])",
    r"\begin{pmatrix} u_1 & u_2 \\ u_3 & q \end{pmatrix} = \begin{bmatrix} u_1 & u_3 \\ u_2 & q \end{bmatrix}^\top",
    r"\begin{pmatrix} q \\ r \\ \end{pmatrix} = \begin{pmatrix} q & r \end{pmatrix}^\top",
    r"[X\ \mathbf 1_n] = \begin{bmatrix} X & \mathbf{1}_n \end{bmatrix}",
    r"\begin{aligned} (q + r)^2 &= q^2 + 2 q r \\ &\quad + r^2 \\ &= r^2 + 2 r q + q^2, \\ q r &= r q \end{aligned}",
    r"\begin{aligned} f( & q \\ + {} & r) = f(r + q) \end{aligned}",
    r"\underbrace{q^2}_{\text{a square, {nested}}} + \overbrace{2 q r}^{x} + r^2 = (q + r)^2 % a comment",
    r"W_{\text{column}} W = W_{\mathrm{column}} W, \quad w^* + 1 = 1 + w^{*}",
    r"w_{ij} \in \mathbb{R}, \quad W \in \mathbb{R}^{d \times K}, \quad u \in \mathbb{R}^{d}, \quad v \in \mathbb R^d",
    r"\operatorname{sign}(v_i) \in \{-1, 1\}",
    r"\frac{u_i}{\max_j u_j} \le 1",
    r"\max_i u_i \ge u_j, \quad u_j \le \max_i u_i",
    r"q \leftarrow 5 q / q",
    r"u_{i+1} = u_{i+1}^1, \quad i = 0, \dots, d-1",
    r"z_1^{(l+1)} = z_1^{(l+1)} q / q, \quad -1 \le l < L",
    r"\frac12 q = 0.5 q = q/2 = \tfrac{1}{2} q",
    r"\frac 1n n = 1",
    r"\pi \approx 3.14, \quad -\pi \approx -3.1416",
    r"S S^\top \ne S^\top S",
    r"\frac{f(q + h) - f(q)}{h} = f'(q) + O(h)",
    r"f(q + h) = f(q) + h f'(q) + \frac{h^2}{2} f''(q) + O(h^3)",
    r"O(h^2) = \frac{f(q + h) - f(q - h)}{2 h} - f'(q)",
    r"q^{-1} = \frac{1}{q}, \quad q^{r} = \exp(r \log q), \quad (2 q)^{1/2} = \sqrt{2 q}",
    r"\log \frac{q}{r} = \log q - \log r",
    r"\tanh'(q) = 1 - (\tanh(q))^2, \quad \cosh'(q) = \sinh(q)",
    r"f_1(q) = \cos(q)",
    r"u_i := u_i \frac{q}{q}",
    r"\text{always } q + q = 2 q \text{ as everybody knows}",
    r"\operatorname{sign}(v_i) \lvert v_i \rvert = v_i",
    r"\sum_{ij} s_{ij} = \sum_{j,i} s_{ij}",
    r"\sum_{i} u_i [i = k_0] = u_3",
    r"u^\top u = u^\top u, \quad u_i u_j = (u^\top u)_{ij}",
    r"(S)_{ij} = s_{ij}",
    r"\sum_s \mathbf{x}_s^\top \mathbf{x}_s = X^\top X",
    r"q (u + u) = 2 q u, \quad q\ r = r q",
    r"\max(0, S)_{ij} = \max(0, s_{ij}) = \max(S, 0)_{ij}",
    r"\nabla_u F(u) = 2 u, \quad \operatorname*{tr}(S) = \operatorname{tr} ( S^\top )",
    r"\frac{\partial (\mathbf{w}_1^\top \mathbf{w}_1)}{\partial W} = \frac{\partial (\sum_i w_{i1}^2)}{\partial W}",
    r"u_i u_j = u_j u_i [i < j], \quad 1 \le i < j",
    r"\prod_{l=0}^{L} z_1^{(l)} = z_1^{(0)} z_1^{(1)} z_1^{(2)} z_1^{(3)}",
    r"\frac{X S}{q} = \frac{1}{q} X S, \quad \max(X, X + X) = \max(X + X, X)",
    r"z_1^{(l)} = z_1^{(l)} \frac{q}{q}, \quad -1 < l \le L",
    r"s_{ij} [i < j] = \lvert [i < j] \rvert s_{ij}",
    r"(\mathbf{1}_n)_s u_i = u_i \mathbf{1}_{n}^\top \mathbf{1}_n / n (\mathbf{1}_n)_s",
    r"\operatorname{tr}(I_n) = n",
    r"\left( q + r \right) \bigl[ q + r \bigr] = (q + r)^2",
]

REFUSED = [
    # parse
    (r"q = q $", "parse", "unexpected character"),
    (r"\foo = q", "parse", r"unknown command \\foo"),
    (r"q = (q", "parse", "never closed"),
    (r"q = q)", "parse", "nothing is open"),
    (r"q = (q}", "parse", "} closes nothing"),
    (r"q = \lVert q )", "parse", r"closes \(, but expected the end of NORM"),
    (r"q = \left\{ q", "parse", "never closed"),
    (r"q = q \}", "parse", "closes set"),
    (r"|q| = q", "parse", "does not say whether it opens"),
    (r"q. = q", "parse", "full stop"),
    (r"\arg q = q", "parse", "must be followed by"),
    (r"\operatorname{a1}(q) = q", "parse", "must be letters"),
    (r"\operatorname q = q", "parse", "expected {"),
    (r"\text{abc = q", "parse", "never closed"),
    (r"\hat{q_1} = q", "parse", "must decorate one symbol"),
    (r"\hat + = q", "parse", "must decorate one symbol"),
    (r"\hat{\sum} = q", "parse", "must decorate one symbol"),
    (r"\hat{\hat{\hat{\hat{\hat q}}}} = q", "parse", "must decorate one symbol"),
    (r"\begin{tabular} q \end{tabular}", "parse", "unknown environment"),
    (r"(\begin{aligned} q \end{aligned}) = q", "parse", "may not stand inside"),
    (r"q = r r' = ,", "parse", "cannot stand here|ends too early"),
    (r"q = \sum_i' u_i", "parse", "takes no prime"),
    (r"q = f^2'(q)", "parse", "write the prime before"),
    (r"q = u_1_2", "parse", "two subscripts"),
    (r"q = u^1^2", "parse", "two superscripts"),
    (r"q = \begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}", "parse", "rows of 2 and of 1"),
    (r"q", "parse", "needs a relation"),
    (r"q = q, \quad r", "parse", "needs a relation"),
    (r"i = 1, \dots, 3", "parse", "must read: letter"),
    (r"u_i = u_i, \quad i < 1, \dots, 3", "parse", "must read: letter"),
    (r"q = [u_1 \in u_2]", "parse", "expected a comparison"),
    (r"q = \partial q", "parse", "only stand in a fraction"),
    (r"q = \frac{\partial E}{\partial W} \mathrm d", "parse", "something to act on"),
    (r"q = \frac{\partial^4 e}{\partial q^4}", "parse", "order of a derivative must be 2 or 3"),
    (r"q = \frac{\partial^2 e}{\partial q}", "parse", "order 2 above, order 1 below"),
    (r"q = \frac{\partial e}{q}", "parse", "needs a denominator"),
    (r"q = \frac{\partial e}{\partial 2}", "name", "must be by a value"),
    (r"q = \nabla^2 e", "parse", "takes a subscript only"),
    (r"q = \nabla_2 e", "parse", "must be a value"),
    (r"q = \nabla e", "ambiguous", "needs a variable"),
    (r"q = f''''(q)", "parse", "at most 3 primes"),
    (r"q = f(q = r)", "parse", "no relation"),
    (r"q = \max_i (u_i, q)", "parse", "takes one argument"),
    (r"q = O(h, q)", "parse", "takes one argument"),
    (r"q = u_{i = 1}", "parse", "holds no relation"),
    (r"q = (q)'", "parse", "only follow a function"),
    (r"q = (q)^{(l)}", "parse", "only a name can have a layer"),
    (r"q = q^{\prime}", "parse", "this mark"),
    (r"q = X^{2\top}", "parse", "a power and a mark"),
    (r"q = X^T", "parse", r"write \\top"),
    (r"q = X^{\oslash 2}", "parse", "this operator"),
    (r"q = (q, r)", "parse", "these brackets mean nothing"),
    (r"q = (q]", "parse", "these brackets mean nothing"),
    (r"q = \{q\}", "parse", "these brackets mean nothing"),
    (r"q = \mathbb{R}", "parse", "cannot stand here"),
    (r"q \in q", "parse", r"behind \\in expected"),
    (r"q \in (1, 2, 3)", "parse", r"behind \\in expected"),
    (r"q = \lVert u \rVert_3", "parse", "norm must have the subscript"),
    (r"q = \sum u_i", "parse", "needs a letter"),
    (r"q = \sum_{i=1} u_i", "parse", "the limits of sum"),
    (r"q = \sum_i^3 u_i", "parse", "a last index but no first"),
    (r"q = \sum_{2} u_1", "parse", "expected index letters"),
    (r"q = O(h) q + 1", "parse", "must be a term of its own"),
    (r"q = r - O(h)", "parse", "an order has no sign"),
    (r"q < r + O(h)", "parse", "must be a term of its own"),
    (r"q \cdots = q", "parse", "dots"),
    (r"i = u_i, \dots, 3", "parse", "claims nothing"),
    (r"f_1 = q", "ambiguous", "argument"),
    (r"q = \frac{\partial q}{\partial f}", "ambiguous", "argument"),
    (r"u_i = u_i, \quad i = 1, \dots, i", "index|name", "i"),
    (r"s_{ij} = s_{ij}, \quad 1 < i < j < 3", "vacuous|index|parse", "i"),
    (r"q = \nabla g(q)", "name", "does not exist in this layer"),
    (r"\in = q", "parse", "cannot stand here"),
    (r"u_i I_{u_i} = I_{u_i}", "shape", "a size must be"),
    (r"\sum_i w_i = q", "index", "takes 2 indices, got 1"),
    (r"u_\alpha u_\beta u_\gamma u_\mu u_\nu u_\rho u_\tau u_\chi u_\psi = q", "index", "at most 8 index letters"),
    # name
    (r"\zeta = q", "name", r"nothing is bound to \\zeta"),
    (r"\operatorname{foo}(q) = q", "name", "nothing is bound to the function foo"),
    (r"x = q", "name", "x needs indices"),
    (r"q' = q", "name", "no function"),
    (r"X_{\text{foo}} = q", "name", "subscript foo"),
    (r"\exp^{(1)}(q) = q", "name", "has no layers"),
    (r"\exp_i(u_i) = u_i", "name", "takes no index"),
    (r"i + u_i = j", "name", "nothing is bound to j"),
    (r"\mathbb{E}[q] = q", "name", "needs an environment with random samples"),
    (r"\operatorname{tr}'(S) = q", "name", "has no derivative"),
    (r"X \leftarrow 2 X", "name", "knows no update"),
    (r"q + r \leftarrow q", "name", "knows no update"),
    (r"q = r + O(q)", "name", "names no step"),
    # index
    (r"q = u_4", "index", "indices 1 to 3 here, got 4"),
    (r"q = u_0", "index", "got 0"),
    (r"q = c_4", "index", "indices 0 to 3 here, got 4"),
    (r"q = u_q", "index", "whole number"),
    (r"q = x_1", "index", "takes 2 indices, got 1"),
    (r"q = u_{1,2}", "index", "takes 1 indices, got 2"),
    (r"q = u_{12}", "index", "got 12"),
    (r"q = q_1", "index", "takes 0 indices"),
    (r"q = (S)_1", "index", "takes 2 indices"),
    (r"q = (S)_{4,1}", "index", "runs from 1 to 3"),
    (r"q = \lVert \mathbf{x}_5 \rVert", "index", "has 4 rows"),
    (r"q = \lVert \mathbf{x}_{1,2} \rVert", "index", "takes one index"),
    (r"\sum_l z_i^{(l)} = q", "index", "i needs a range"),
    (r"u_i = u_i, \quad i = 1, \dots, O(h)", "shape", "cannot stand inside"),
    (r"x_{si} = x_{is}", "index", "runs over different ranges"),
    (r"u_{i+1} = u_{i+1}", "index", "needs a range"),
    (r"q = z_1^{(4)}", "index", "does not exist in layer 4"),
    (r"q = z", "index", "does not exist without a layer"),
    (r"q = g(q)", "index", "does not exist without a layer"),
    (r"q = g^{(9)}(q)", "index", "in layer 9"),
    (r"z^{(l+9)} = z^{(l)}", "index", "no layer l"),
    (r"u_i = u_i, \quad j = 1, \dots, 3", "parse", "must read"),
    (r"\sum_i u_i = \sum_i u_i, \quad i = 1, \dots, 3", "index", "is no free index"),
    (r"u_i = u_i, \quad i = 3, \dots, 1", "index", "runs from 3 to 1"),
    (r"u_i = u_i, \quad i = 1, \dots, j", "name", "nothing is bound to j"),
    (r"q = \sum_{i=2}^{1} u_i", "index", "runs from 2 to 1"),
    (r"q = \sum_{l=5}^{3} z_1^{(l)}", "index", "runs over 0 values"),
    (r"q = \sum_{l,i} z_i^{(l)}", "index", "a sum over layers"),
    (r"\sum_{l=1}^{i} z_1^{(l)} = u_i", "index", "must be single numbers"),
    (r"q = \max_l z_1^{(l)}", "index", "a sum over layers"),
    (r"u_i = u_i, \quad i < j", "name", "nothing is bound to j"),
    (r"\sum_i u_i = \sum_i u_i, \quad i < 2", "index", "condition concerns no claim"),
    (r"q = 2 q \text{ for all } q", "parse", "needs a relation"),
    # shape
    (r"q = X W W", "shape", "cannot be multiplied"),
    (r"X = X^\top", "shape", "must have one shape"),
    (r"X = X + q", "shape", "the terms of a sum"),
    (r"q = X", "shape", "the sides of ="),
    (r"X = X + \mathbf{1}_n", "shape", "the terms of a sum"),
    (r"q = q \odot q", "shape", "must stand between matrices"),
    (r"X = X \odot S", "shape", "the factors of"),
    (r"X = \frac{X}{X}", "shape", "a denominator must be a scalar"),
    (r"X = X^2", "shape", "only the power -1"),
    (r"G = G^{-1}", "shape", "no inverse"),
    (r"q = q^\top", "shape", "what is transposed must be a matrix"),
    (r"q = q^{\odot 2}", "shape", "must be a matrix"),
    (r"q = \operatorname{tr}(X)", "shape", "square matrix"),
    (r"q = \operatorname{tr}(q)", "shape", "the argument of tr must be a matrix"),
    (r"X = \operatorname{diag}(X)", "shape", "takes a vector"),
    (r"q = \exp(q, r)", "shape", "takes one argument"),
    (r"q = \max(q)", "shape", "takes two arguments"),
    (r"X = \max(X, S)", "shape", "the arguments of max"),
    (r"q = f(q, r)", "shape", "refused its arguments"),
    (r"q = B(q, X)", "shape", "the arguments of B"),
    (r"q = B'(q, r)", "shape", "takes one argument"),
    (r"q = F'(u)", "shape", "does not act on each entry"),
    (r"q = \operatorname{raises}(q)", "shape", "refused its arguments"),
    (r"I_{0} = I_{0}", "shape", "a size must be"),
    (r"I_{n} = I_{n} \begin{bmatrix} X & S \end{bmatrix}", "shape", "equally many rows"),
    (r"X = \begin{bmatrix} X \\ W \end{bmatrix}", "shape", "equally many columns"),
    (r"q = \prod_s \mathbf{x}_s", "shape", "takes scalars"),
    (r"q = \max_{ij} s_{ij}", "shape", "runs over one letter"),
    (r"X = \frac{\partial Y}{\partial W}", "shape", "more than two axes"),
    (r"q = \frac{\partial E}{\partial \mathbf{x}_1}", "shape", "by an element or by a whole"),
    (r"q = \nabla H(q, q)", "shape", "one argument"),
    (r"u = \nabla f(u)", "shape", "no scalar function"),
    (r"u = \nabla F(\mathbf{x}_s)", "shape", "one vector or matrix"),
    (r"q = \lVert \mathbf{y}_1 \rVert", "shape", "must be a matrix to have a column"),
    (r"q = \begin{cases} X, & q > 0 \\ 0, & \text{else} \end{cases}", "shape", "a case must be a scalar"),
    # ambiguous
    (r"q = f q", "ambiguous", "needs parentheses"),
    (r"q = f", "ambiguous", "needs an argument"),
    (r"q = f^2(q)", "ambiguous", r"write \(f\(x\)\)\^2"),
    (r"q = f(q)^2", "ambiguous", r"write \(f\(x\)\)\^2"),
    (r"q = \log q r", "ambiguous", "where does the argument of log end"),
    (r"q = \log \begin{pmatrix} 1 \end{pmatrix}", "ambiguous", "needs parentheses"),
    (r"q = \log \exp", "ambiguous", "needs parentheses"),
    (r"q = \max", "ambiguous", "needs an argument"),
    (r"q = b_1", "ambiguous", "a name and an element"),
    (r"X = X \odot X S", "ambiguous", "beside ⊙"),
    (r"q = {q + r} q", "ambiguous", "visible parentheses"),
    (r"q = \underbrace{q + r}_{x} q", "ambiguous", "visible parentheses"),
    (r"q = \sum_i \sum_i u_i", "ambiguous", "already runs"),
    (r"q = \sum_{ii} s_{ii}", "ambiguous", "already runs"),
    (r"u_i = \sum_i u_i", "ambiguous", "used outside it"),
    (r"q = \sum_n u_n", "ambiguous", "bound to a value"),
    # vacuous
    (r"o = 2 o", "vacuous", "zero everywhere"),
    (r"o = 0", "vacuous", "zero everywhere"),
    (r"G \in \mathbb{R}^{d \times d}", "vacuous", "zero everywhere"),
    (r"u_i = u_i, \quad i = 1, \dots, 2", "vacuous", "range of i is too short: i=3"),
    (r"z^{(l)} = z^{(l)}, \quad l = 1, \dots, 2", "vacuous", "range of l is too short: l=0"),
    (r"s_{ij} = s_{ij}, \quad i \ne j", "vacuous", "holds where the condition does not"),
    (r"u_i = u_i, \quad i > 5", "vacuous", "never hold"),
    (r"u_1 = \sum_{i=1}^{1} u_i", "vacuous", "only one value"),
    (r"u_i = \begin{cases} u_i, & u_i > 0 \\ 0, & \text{otherwise} \end{cases}", "vacuous", "case 2 never occurs"),
    (r"u_i = [u_i > 0] u_i", "vacuous", "always has the same outcome"),
    (r"u_i = \max(0, u_i)", "vacuous", "always the same argument"),
    (r"u_i \le 100", "vacuous", "nowhere near"),
    (r"u_i \in (-50, 100)", "vacuous", "nowhere near"),
    (r"\operatorname{sign}(v_i) \in \{-1, 0, 1\}", "vacuous", "not every member"),
    (r"r \leftarrow r", "vacuous", "changes nothing"),
    (r"q \approx q", "vacuous", "needs decimal digits"),
    (r"q = q + O(h)", "vacuous", "no remainder"),
    # false
    (r"q = r", "false", r"left \S+, right \S+"),
    (r"u_i = u_1", "false", r"i=\d: left"),
    (r"S = S^\top", "false", r"row \d, column \d: left"),
    (r"z^{(l)} = 2 z^{(l)}", "false", r"l=\d, row 1, column \d: left"),
    (r"q < q", "false", "left"),
    (r"q > 2 q", "false", "left"),
    (r"S \ne S", "false", "both sides are equal"),
    (r"\pi \approx 3.15", "false", "left 3.14159, right 3.15"),
    (r"X \in \mathbb{R}^{d \times n}", "false", r"left has shape \(4, 3\), right says \(3, 4\)"),
    (r"i u_i / u_i \in \{1, 2\}", "false", "left 3 is not in the set"),
    (r"X \in [0, 1]", "false", "left"),
    (r"\log(-q) = \log(-q)", "false", "nan"),
    (r"q \leftarrow q", "false", "left 5"),
    (r"\frac{f(q + h) - f(q - h)}{2 h} = f'(q) + O(h)", "false", "to the power 2.0"),
    (r"\log(-h) = q + O(h)", "false", "not finite"),
    (r"\frac{\partial m}{\partial q} = 1", "false", "disagree on the derivative of m by q"),
    (r"N'(o) = 1", "false", "disagree on N'"),
    (r"\frac{\partial \lvert o \rvert}{\partial o} = 1", "false", "disagree on a derivative"),
]


@pytest.mark.parametrize("latex", HOLDS)
def test_formula_holds(latex):
    report = check(latex, ENVIRONMENT)
    assert report.combinations > 0
    assert report.states == 3


@pytest.mark.parametrize(("latex", "stage", "detail"), REFUSED, ids=[case[0] for case in REFUSED])
def test_formula_is_refused_at_its_stage_with_a_reason(latex, stage, detail):
    with pytest.raises(EquationError, match=detail) as caught:
        check(latex, ENVIRONMENT)
    assert caught.value.stage in stage.split("|")


def test_the_grammar_has_no_conflict():
    # With strict=True lark raises for every shift/reduce conflict, and always for reduce/reduce.
    assert _parser().options.strict
    assert _parser().options.parser == "lalr"


def test_a_display_is_parsed_once():
    assert parse("q = r") is parse("q = r")


def test_an_error_knows_its_line_and_column():
    latex = "q\n= r +\n  \\foo"
    with pytest.raises(ParseError) as caught:
        check(latex, ENVIRONMENT)
    assert caught.value.line_and_column(latex) == (3, 3)
