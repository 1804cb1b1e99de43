"""Random networks with generic values, as nodes of a graph."""

from collections.abc import Sequence

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Graph
from nnbook.eqcheck.graph import State


def random_network(rng: np.random.Generator, sizes: Sequence[int], activations: Sequence[nn.Activation]) -> nn.Network:
    """Return a network with generic weights and biases, none of them small."""

    def draw(*shape: int) -> np.ndarray:
        return rng.uniform(0.3, 1.2, shape) * rng.choice((-1, 1), shape)

    layers = [nn.Dense(draw(a, b), draw(b), f) for a, b, f in zip(sizes, sizes[1:], activations)]
    return nn.Network(layers)


def add_sizes(graph: Graph, sizes: Sequence[int], n: int) -> None:
    """Bind n, L and the widths d_0 to d_L."""
    graph.constant("n", n)
    graph.constant("L", len(sizes) - 1)
    graph.constant("d", sizes)


def add_forward(graph: Graph, network: nn.Network, X: np.ndarray) -> None:
    """Bind X, W, b, Z, A, Y and the activation functions; every node is recomputed by the library."""
    graph.leaf("X", X)
    graph.node("A", lambda X: X, ["X"], layer=0)
    for number, layer in enumerate(network.layers, start=1):
        f = layer.activation
        graph.leaf("W", layer.W, layer=number)
        graph.leaf("b", layer.b, layer=number)
        graph.node(
            "Z",
            lambda A, W, b, f=f: nn.Dense(W, b, f).pre_activation(A),
            [("A", number - 1), ("W", number), ("b", number)],
            layer=number,
        )
        graph.node("A", f, [("Z", number)], layer=number)
        graph.function("f", f, layer=number, elementwise=isinstance(f, nn.ElementwiseActivation))
    graph.node("Y", lambda A: A, [("A", len(network.layers))])


def add_loss(graph: Graph, T: np.ndarray, loss: nn.Loss) -> None:
    """Bind T, the loss E of the batch and the losses E_s of the examples, computed from Y by the library."""
    graph.leaf("T", T)
    graph.node("E", loss, ["Y", "T"])
    graph.node(
        "losses",
        lambda Y, T: np.stack([np.asarray(loss(Y[s : s + 1], T[s : s + 1])) for s in range(len(Y))]),
        ["Y", "T"],
    )


def add_error_signals(graph: Graph, network: nn.Network, loss: nn.Loss) -> None:
    """Bind the error signals Δ as the library computes them, from the last layer to the first."""
    last = len(network.layers)
    f = network.layers[-1].activation
    graph.node(r"\Delta", lambda Z, T, f=f: nn.output_error(loss, f, Z, T), [("Z", last), "T"], layer=last)
    for number in range(last - 1, 0, -1):
        f = network.layers[number - 1].activation
        graph.node(
            r"\Delta",
            lambda delta, W, Z, f=f: nn.hidden_error(delta, W, f, Z),
            [(r"\Delta", number + 1), ("W", number + 1), ("Z", number)],
            layer=number,
        )


def add_step(graph: Graph, network: nn.Network, X: np.ndarray, T: np.ndarray, loss: nn.Loss, rate: float) -> None:
    """Bind the learning rate, and the parameters that one step of the library's gradient descent leaves."""
    graph.constant(r"\eta", rate)
    stepped = network.copy()
    nn.SGD(learning_rate=rate).update(stepped, nn.backprop(network, X, T, loss=loss))
    for number, layer in enumerate(stepped.layers, start=1):
        graph.after("W", layer.W, layer=number)
        graph.after("b", layer.b, layer=number)


def batch(
    rng: np.random.Generator,
    sizes: Sequence[int],
    activations: Sequence[nn.Activation],
    loss: nn.Loss,
    *,
    examples: int,
    T: np.ndarray | None = None,
) -> Graph:
    """Return a batch of examples in a random network, with loss, error signals and one step of descent."""
    graph = Graph()
    network = random_network(rng, sizes, activations)
    X = rng.normal(size=(examples, sizes[0]))
    T = rng.normal(size=(examples, sizes[-1])) if T is None else T
    add_sizes(graph, sizes, examples)
    add_forward(graph, network, X)
    add_loss(graph, T, loss)
    add_error_signals(graph, network, loss)
    add_step(graph, network, X, T, loss, rate=0.7)
    graph.constant(r"\mathbf{1}", np.ones((examples, 1)))
    return graph


def single(rng: np.random.Generator, sizes: Sequence[int], activations: Sequence[nn.Activation]) -> Graph:
    """Return one example in a random network: x, z, a, y, δ and t are rows, read by one index each."""
    graph = Graph()
    network = random_network(rng, sizes, activations)
    loss, last = nn.squared_error, len(activations)
    x, t = rng.normal(size=sizes[0]), rng.normal(size=sizes[-1])
    add_sizes(graph, sizes, n=1)
    graph.leaf("x", x)
    graph.leaf("t", t)
    graph.node("a", lambda x: x, ["x"], layer=0)
    for number, layer in enumerate(network.layers, start=1):
        f = layer.activation
        graph.leaf("W", layer.W, layer=number)
        graph.leaf("b", layer.b, layer=number)
        inputs = [("a", number - 1), ("W", number), ("b", number)]
        graph.node("z", lambda a, W, b, f=f: nn.Dense(W, b, f).pre_activation(a[None])[0], inputs, layer=number)
        graph.node("a", f, [("z", number)], layer=number)
        graph.function("f", f, layer=number)
    graph.node("y", lambda a: a, [("a", last)])
    graph.node("E", lambda y, t: loss(y[None], t[None]), ["y", "t"])
    f = network.layers[-1].activation
    graph.node(r"\delta", lambda z, t: nn.output_error(loss, f, z[None], t[None])[0], [("z", last), "t"], layer=last)
    for number in range(last - 1, 0, -1):
        graph.node(
            r"\delta",
            lambda delta, W, z, f=network.layers[number - 1].activation: nn.hidden_error(delta[None], W, f, z[None])[0],
            [(r"\delta", number + 1), ("W", number + 1), ("z", number)],
            layer=number,
        )
    add_step(graph, network, x[None], t[None], loss, rate=0.7)
    return graph


def network_of(graph: Graph, activations: Sequence[nn.Activation]) -> tuple[nn.Network, np.ndarray]:
    """Return the network whose parameters a graph holds, and its inputs."""
    state = State(graph)
    layers = [
        nn.Dense(state.value(("W", number)), state.value(("b", number)), f)
        for number, f in enumerate(activations, start=1)
    ]
    return nn.Network(layers), state.value(("X", None))
