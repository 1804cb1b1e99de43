"""Backpropagation against a textbook loop, complex steps, and a step worked by hand."""

import re
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnbook as nn
from nnbook.network import propagate

HIDDEN = [nn.identity, nn.sigmoid, nn.tanh, nn.relu, nn.leaky_relu, nn.softplus, nn.softmax]
# Outputs in (0, 1) suit the cross entropies; any output suits squared error.
OUTPUTS = [
    *((nn.squared_error, f) for f in HIDDEN),
    (nn.binary_cross_entropy, nn.sigmoid),
    (nn.binary_cross_entropy, nn.softmax),
    (nn.cross_entropy, nn.softmax),
    (nn.cross_entropy, nn.sigmoid),
]
PAIRS = [(nn.binary_cross_entropy, nn.sigmoid), (nn.cross_entropy, nn.softmax)]


def name(value):
    return getattr(value, "name", getattr(value, "__name__", str(value)))


def problem(sizes=(3, 5, 4, 2), n=4, hidden=nn.tanh, output=nn.softmax, dtype=np.float64, seed=0):
    """A network with random weights and biases, inputs, and targets whose rows are probabilities."""
    rng = np.random.default_rng(seed)
    network = nn.Network.create(
        sizes, hidden=hidden, output=output, rng=rng, dtype=dtype, initializer=nn.initializers.normal(0.6)
    )
    for layer in network.layers:
        layer.b[...] = 0.5 * rng.standard_normal(layer.b.shape)
    X = rng.standard_normal((n, sizes[0])).astype(dtype)
    T = rng.uniform(0.1, 1, (n, sizes[-1]))
    return network, X, (T / T.sum(axis=1, keepdims=True)).astype(dtype)


def objective(layers, X, T, loss, l2):
    """The loss from the outputs alone, never from logits, plus the penalty."""
    return loss(propagate(layers, X).output, T) + 0.5 * l2 * sum((layer.W**2).sum() for layer in layers)


def complex_step_gradients(network, X, T, loss, l2=0.0):
    gradients = []
    for number, parameter in enumerate(network.parameters):
        gradient = np.empty(parameter.shape)
        for index in np.ndindex(parameter.shape):
            moved = [p.astype(complex) for p in network.parameters]
            moved[number][index] += 1e-30j
            layers = [nn.Dense(W, b, layer.activation) for W, b, layer in zip(moved[::2], moved[1::2], network.layers)]
            gradient[index] = objective(layers, X, T, loss, l2).imag / 1e-30
        gradients.append(gradient)
    return gradients


def textbook_loops(network, X, T, slope):
    """Squared error, element-wise activations with derivative ``slope``: index by index, as in a textbook."""
    L, n = len(network.layers), len(X)
    Ws, bs = [layer.W for layer in network.layers], [layer.b for layer in network.layers]
    dWs, dbs = [np.zeros_like(W) for W in Ws], [np.zeros_like(b) for b in bs]
    for x, t in zip(X, T):
        a, z = [x], []
        for layer, W, b in zip(network.layers, Ws, bs):
            z.append([sum(a[-1][i] * W[i, j] for i in range(W.shape[0])) + b[j] for j in range(W.shape[1])])
            a.append([float(layer.activation([value])[0]) for value in z[-1]])
        delta = [None] * L
        delta[-1] = [(a[-1][k] - t[k]) * slope(L - 1, z[-1][k]) for k in range(len(t))]
        for number in range(L - 2, -1, -1):
            W = Ws[number + 1]
            delta[number] = [
                sum(delta[number + 1][k] * W[j, k] for k in range(W.shape[1])) * slope(number, z[number][j])
                for j in range(W.shape[0])
            ]
        for number in range(L):
            for j, error in enumerate(delta[number]):
                dbs[number][j] += error / n
                for i in range(Ws[number].shape[0]):
                    dWs[number][i, j] += a[number][i] * error / n
    return [array for pair in zip(dWs, dbs) for array in pair]


def test_one_step_by_hand():
    """A 2-2-1 network with relu and identity, two examples, squared error, learning rate 0.1.

    W¹ = [[1, −2], [0, 1]], b¹ = (0.5, −1), W² = [[2], [7]], b² = −1, X = [[1, 2], [0, 3]], T = [[1], [10]].

    Forward   Z¹ = [[1 + 0 + 0.5, −2 + 2 − 1], [0 + 0 + 0.5, 0 + 3 − 1]] = [[1.5, −1], [0.5, 2]]
              A¹ = [[1.5, 0], [0.5, 2]]
              Y  = [[3 + 0 − 1], [1 + 14 − 1]] = [[2], [14]]
    Loss      E  = (½·1² + ½·4²) / 2 = 8.5 / 2 = 4.25
    Output    Δ² = (Y − T) / 2 = [[0.5], [2]]
              dW² = A¹ᵀ Δ² = [[1.5·0.5 + 0.5·2], [0·0.5 + 2·2]] = [[1.75], [4]],  db² = 2.5
    Hidden    Δ² W²ᵀ = [[1, 3.5], [4, 14]], the gate is [[1, 0], [1, 1]], so Δ¹ = [[1, 0], [4, 14]]
              dW¹ = Xᵀ Δ¹ = [[1·1 + 0·4, 1·0 + 0·14], [2·1 + 3·4, 2·0 + 3·14]] = [[1, 0], [14, 42]],  db¹ = (5, 14)
    Update    W¹ − 0.1 dW¹ = [[0.9, −2], [−1.4, −3.2]],  b¹ − 0.1 db¹ = (0, −2.4)
              W² − 0.1 dW² = [[1.825], [6.6]],  b² − 0.1 db² = −1.25
    """
    network = nn.Network([nn.Dense([[1, -2], [0, 1]], [0.5, -1], nn.relu), nn.Dense([[2], [7]], [-1], nn.identity)])
    gradients = nn.backprop(network, [[1, 2], [0, 3]], [[1], [10]], loss=nn.squared_error)
    assert gradients.loss == 4.25
    assert gradients.penalty == 0
    first, second = gradients.layers
    np.testing.assert_array_equal(second.delta, [[0.5], [2]])
    np.testing.assert_array_equal(second.dW, [[1.75], [4]])
    np.testing.assert_array_equal(second.db, [2.5])
    np.testing.assert_array_equal(first.delta, [[1, 0], [4, 14]])
    np.testing.assert_array_equal(first.dW, [[1, 0], [14, 42]])
    np.testing.assert_array_equal(first.db, [5, 14])

    nn.SGD(learning_rate=0.1).update(network, gradients)
    expected = [[[0.9, -2], [-1.4, -3.2]], [0, -2.4], [[1.825], [6.6]], [-1.25]]
    for parameter, value in zip(network.parameters, expected):
        np.testing.assert_allclose(parameter, value, rtol=1e-15, atol=1e-15)


def test_published_example_of_mazur():
    # M. Mazur, "A step by step backpropagation example": 2-2-2, sigmoid, squared error, η = 0.5, biases held fixed.
    # Published: E = 0.298371109, and the new weights with nine digits, unit by unit: w₁ … w₄, then w₅ … w₈.
    network = nn.Network(
        [
            nn.Dense([[0.15, 0.25], [0.20, 0.30]], [0.35, 0.35], nn.sigmoid),
            nn.Dense([[0.40, 0.50], [0.45, 0.55]], [0.60, 0.60], nn.sigmoid),
        ]
    )
    gradients = nn.backprop(network, [[0.05, 0.10]], [[0.01, 0.99]], loss=nn.squared_error)
    np.testing.assert_allclose(gradients.loss, 0.298371109, rtol=2e-9)
    hidden, output = (layer.W - 0.5 * g.dW for layer, g in zip(network.layers, gradients.layers))
    np.testing.assert_allclose(hidden.T.ravel(), [0.149780716, 0.19956143, 0.24975114, 0.29950229], rtol=3e-8)
    np.testing.assert_allclose(output.T.ravel(), [0.35891648, 0.408666186, 0.511301270, 0.561370121], rtol=2e-8)


@pytest.mark.parametrize("sizes", [(2, 2), (3, 2, 2), (2, 3, 4, 2), (3, 3, 3, 3)], ids=str)
def test_gradients_equal_the_loops_of_a_textbook(sizes):
    # tanh in the hidden layers, sigmoid at the output; the derivatives are written anew with the math of the real line.
    network, X, T = problem(sizes, hidden=nn.tanh, output=nn.sigmoid)

    def slope(number, z):
        return np.exp(-z) / (1 + np.exp(-z)) ** 2 if number == len(sizes) - 2 else 1 / np.cosh(z) ** 2

    gradients = nn.backprop(network, X, T, loss=nn.squared_error)
    for gradient, expected in zip(gradients.parameters, textbook_loops(network, X, T, slope)):
        np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("hidden", HIDDEN, ids=name)
@pytest.mark.parametrize(("loss", "output"), OUTPUTS, ids=name)
def test_gradients_equal_complex_steps(loss, output, hidden, l2):
    network, X, T = problem(hidden=hidden, output=output)
    gradients = nn.backprop(network, X, T, loss=loss, l2=l2)
    expected = complex_step_gradients(network, X, T, loss, l2)
    assert len(gradients.parameters) == len(expected) == 6
    for gradient, value in zip(gradients.parameters, expected):
        np.testing.assert_allclose(gradient, value, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(
        gradients.loss + gradients.penalty, objective(network.layers, X, T, loss, l2), rtol=1e-13
    )


@pytest.mark.parametrize(("loss", "output"), OUTPUTS, ids=name)
def test_error_signals_equal_complex_steps_of_the_pre_activations(loss, output):
    # Δ of a layer is ∂E/∂Z: the layers behind it run on from a Z that is moved.
    network, X, T = problem(hidden=nn.softplus, output=output)
    gradients, seen = nn.backprop(network, X, T, loss=loss), network.forward(X).layers
    for number, layer in enumerate(network.layers):
        Z = seen[number].Z
        expected = np.empty(Z.shape)
        for index in np.ndindex(Z.shape):
            moved = Z.astype(complex)
            moved[index] += 1e-30j
            A = layer.activation(moved)
            Y = propagate(network.layers[number + 1 :], A).output if number + 1 < len(network.layers) else A
            expected[index] = loss(Y, T).imag / 1e-30
        np.testing.assert_allclose(gradients.layers[number].delta, expected, rtol=1e-10, atol=1e-14)


class Unpaired(nn.ElementwiseActivation):
    """The sigmoid under another class, so that no loss pairs with it."""

    name = "unpaired"

    def __call__(self, Z):
        return nn.sigmoid(Z)

    def derivative(self, Z):
        return nn.sigmoid.derivative(Z)


class UnpairedSoftmax(nn.Activation):
    name = "unpaired softmax"

    def __call__(self, Z):
        return nn.softmax(Z)

    def vjp(self, Z, dA):
        return nn.softmax.vjp(Z, dA)


@pytest.mark.parametrize(
    ("loss", "paired", "generic"),
    [(nn.binary_cross_entropy, nn.sigmoid, Unpaired()), (nn.cross_entropy, nn.softmax, UnpairedSoftmax())],
    ids=name,
)
def test_fused_and_generic_path_agree_where_both_are_stable(loss, paired, generic):
    network, X, T = problem(output=paired)
    twin = nn.Network([*network.layers[:-1], nn.Dense(network.layers[-1].W, network.layers[-1].b, generic)])
    fused, slow = (nn.backprop(each, X, T, loss=loss) for each in (network, twin))
    np.testing.assert_allclose(fused.loss, slow.loss, rtol=1e-13)
    for a, b in zip(fused.parameters, slow.parameters):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-15)
    Z = network.forward(X).layers[-1].Z
    np.testing.assert_allclose(nn.output_error(loss, generic, Z, T), nn.output_error(loss, paired, Z, T), rtol=1e-11)


@pytest.mark.parametrize(("loss", "activation"), OUTPUTS, ids=name)
def test_output_error_is_the_same_with_the_outputs_at_hand(loss, activation):
    network, X, T = problem(output=activation)
    Z = network.forward(X).layers[-1].Z
    np.testing.assert_array_equal(
        nn.output_error(loss, activation, Z, T, activation(Z)), nn.output_error(loss, activation, Z, T)
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=name)
@pytest.mark.parametrize(("loss", "output"), PAIRS, ids=name)
def test_pairs_stay_exact_and_finite_for_huge_logits(loss, output, dtype):
    # Logits ±1e4; the first example is right, the second wrong: outputs 0 and 1 to all digits, Δ = (Y − T) / 2.
    network = nn.Network([nn.Dense(np.array([[1e4, -1e4]], dtype), np.zeros(2), output)])
    gradients = nn.backprop(network, [[1], [-1]], [[1, 0], [1, 0]], loss=loss)
    # Either loss of the wrong example is 2e4: the difference of the two logits, or 1e4 for each of two outputs.
    assert gradients.loss == (0 + 2e4) / 2
    np.testing.assert_array_equal(gradients.layers[0].delta, [[0, 0], [-0.5, 0.5]])
    np.testing.assert_array_equal(gradients.layers[0].dW, [[0.5, -0.5]])


@pytest.mark.parametrize("l2", [0.0, 0.7])
def test_penalty_concerns_the_weights_alone_and_stays_outside_the_batch_mean(l2):
    network, X, T = problem()
    plain = nn.backprop(network, X, T, loss=nn.cross_entropy)
    regularized = nn.backprop(network, X, T, loss=nn.cross_entropy, l2=l2)
    assert regularized.loss == plain.loss
    total = sum(w * w for layer in network.layers for w in layer.W.ravel())
    np.testing.assert_allclose(regularized.penalty, l2 / 2 * total, rtol=1e-14)
    for layer, without, with_penalty in zip(network.layers, plain.layers, regularized.layers):
        np.testing.assert_allclose(with_penalty.dW, without.dW + l2 * layer.W, rtol=1e-15)
        np.testing.assert_array_equal(with_penalty.db, without.db)
        np.testing.assert_array_equal(with_penalty.delta, without.delta)


def test_weight_penalty_by_hand():
    # ½ · 0.5 · (1 + 4 + 9 + 16) = 7.5; the biases do not count.
    network = nn.Network([nn.Dense([[1, 2]], [9, 9], nn.relu), nn.Dense([[3], [-4]], [9], nn.relu)])
    assert nn.weight_penalty(network, 0.5) == 7.5
    assert nn.weight_penalty(network, 0) == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=name)
@pytest.mark.parametrize(("loss", "output"), OUTPUTS, ids=name)
def test_everything_has_the_shape_and_dtype_of_its_variable(loss, output, dtype):
    network, X, T = problem(output=output, dtype=dtype)
    gradients = nn.backprop(network, X, T, loss=loss, l2=0.1)
    assert type(gradients.loss) is float
    assert type(gradients.penalty) is float
    for layer, g, seen in zip(network.layers, gradients.layers, network.forward(X).layers):
        assert (g.dW.shape, g.db.shape, g.delta.shape) == (layer.W.shape, layer.b.shape, seen.Z.shape)
        assert g.dW.dtype == g.db.dtype == g.delta.dtype == dtype
    for gradient, parameter in zip(gradients.parameters, network.parameters):
        assert gradient.shape == parameter.shape


@pytest.mark.parametrize("hidden", [f for f in HIDDEN if f is not nn.softmax], ids=name)
@pytest.mark.parametrize(("loss", "output"), OUTPUTS, ids=name)
def test_float32_is_close_to_float64(loss, output, hidden):
    network, X, T = problem((6, 8, 3), n=10, hidden=hidden, output=output, dtype=np.float32)
    narrow = nn.backprop(network, X, T, loss=loss)
    wide = nn.backprop(network.astype(np.float64), X, T, loss=loss)
    np.testing.assert_allclose(narrow.loss, wide.loss, rtol=1e-5)
    for a, b in zip(narrow.parameters, wide.parameters):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5 * np.abs(b).max())


@pytest.mark.parametrize("hidden", HIDDEN, ids=name)
@pytest.mark.parametrize(("loss", "output"), PAIRS, ids=name)
def test_a_batch_gives_the_mean_of_its_examples(loss, output, hidden):
    network, X, T = problem(n=7, hidden=hidden, output=output)
    batch = nn.backprop(network, X, T, loss=loss)
    single = [nn.backprop(network, X[s : s + 1], T[s : s + 1], loss=loss) for s in range(7)]
    np.testing.assert_allclose(batch.loss, np.mean([g.loss for g in single]), rtol=1e-13)
    for number, gradient in enumerate(batch.parameters):
        mean = np.mean([g.parameters[number] for g in single], axis=0)
        np.testing.assert_allclose(gradient, mean, rtol=1e-11, atol=1e-15)
    for number, layer in enumerate(batch.layers):
        rows = np.vstack([g.layers[number].delta for g in single])
        np.testing.assert_allclose(layer.delta, rows / 7, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("T", [[1, 0, 1, 1], np.array([1, 0, 1, 1], np.uint8)], ids=repr)
def test_integer_targets_are_class_indices(T):
    network, X, _ = problem()
    expected = nn.backprop(network, X, np.eye(2)[[1, 0, 1, 1]], loss=nn.cross_entropy)
    found = nn.backprop(network, X, T, loss=nn.cross_entropy)
    for a, b in zip(found.parameters, expected.parameters):
        np.testing.assert_array_equal(a, b)


def test_integer_targets_of_a_single_output_are_the_two_classes():
    network, X, _ = problem((3, 4, 1), output=nn.sigmoid)
    expected = nn.backprop(network, X, [[0.0], [1.0], [0.0], [0.0]], loss=nn.binary_cross_entropy)
    found = nn.backprop(network, X, [0, 1, 0, 0], loss=nn.binary_cross_entropy)
    assert found.loss == expected.loss


@pytest.mark.parametrize("l2", [0.0, 0.5])
@pytest.mark.parametrize(("loss", "output"), OUTPUTS, ids=name)
def test_network_and_data_stay_as_they_are(loss, output, l2):
    network, X, T = problem(output=output)
    arrays = [X, T, *network.parameters]
    before = [array.copy() for array in arrays]
    gradients = nn.backprop(network, X, T, loss=loss, l2=l2)
    for array, old in zip(arrays, before):
        np.testing.assert_array_equal(array, old)
    for gradient in gradients.parameters:
        assert not any(np.shares_memory(gradient, array) for array in arrays)


def test_a_second_run_gives_the_same_bits():
    network, X, T = problem()
    first, second = (nn.backprop(network, X, T, loss=nn.cross_entropy) for _ in range(2))
    for a, b in zip(first.parameters, second.parameters):
        np.testing.assert_array_equal(a, b)


def test_the_four_equations_by_hand():
    delta, A_prev, W = (
        np.array([[1.0, -2.0], [0.5, 3.0]]),
        np.array([[2.0, 1.0, 0.0], [4.0, -1.0, 1.0]]),
        np.ones((3, 2)),
    )
    W[0] = [2, -1]
    # Column by column: (2·1 + 4·0.5, 2·(−2) + 4·3), (1·1 − 1·0.5, 1·(−2) − 1·3), (0.5, 3).
    np.testing.assert_array_equal(nn.weight_gradient(A_prev, delta), [[4, 8], [0.5, -5], [0.5, 3]])
    np.testing.assert_array_equal(nn.bias_gradient(delta), [1.5, 1])
    # Δ Wᵀ = [[1·2 + 2·1, −1, −1], [1 − 3, 3.5, 3.5]] and the gates of relu.
    Z = np.array([[1.0, 1.0, -1.0], [-1.0, 1.0, 0.0]])
    np.testing.assert_array_equal(nn.hidden_error(delta, W, nn.relu, Z), [[4, -1, 0], [0, 3.5, 0]])
    # Squared error and tanh at z = 0: (0 − 1) / 1 · 1.
    np.testing.assert_array_equal(nn.output_error(nn.squared_error, nn.tanh, [[0.0]], [[1.0]]), [[-1]])


@pytest.mark.parametrize(("loss", "output"), PAIRS, ids=name)
def test_gradients_of_the_outputs_of_a_pair_do_not_vanish_with_the_slope(loss, output):
    # A wrong and saturated output: σ′ ≈ 4e-18, yet δ = y − t ≈ 1.
    Z = np.array([[40.0, -40.0]])
    np.testing.assert_allclose(nn.output_error(loss, output, Z, [[0.0, 1.0]]), [[1, -1]], rtol=1e-15)


@settings(deadline=None)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    n=st.integers(1, 4),
    hidden=st.sampled_from([f for f in HIDDEN if not f.kinks]),
    pair=st.sampled_from(OUTPUTS),
    seed=st.integers(0, 2**32),
)
def test_gradients_of_random_networks_equal_complex_steps(sizes, n, hidden, pair, seed):
    loss, output = pair
    network, X, T = problem(sizes, n, hidden, output, seed=seed)
    found = nn.backprop(network, X, T, loss=loss).parameters
    for gradient, expected in zip(found, complex_step_gradients(network, X, T, loss)):
        np.testing.assert_allclose(gradient, expected, rtol=1e-8, atol=1e-12)


def lines_executed(run):
    """How many lines of Python of the library run."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if "nnbook" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    old = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(old)
    return count


@pytest.mark.parametrize(("loss", "output"), OUTPUTS, ids=name)
def test_no_python_loop_runs_over_the_examples(loss, output):
    # As many lines of Python are executed for 3 examples as for 300.
    few, many = problem(n=3, output=output), problem(n=300, output=output)

    def run(network, X, T):
        nn.backprop(network, X, T, loss=loss, l2=0.1)
        nn.backprop(network, X, np.zeros(len(X), int), loss=loss)
        network.forward(X)
        network.predict_classes(X)
        network.evaluate(X, T, loss=loss)

    assert lines_executed(lambda: run(*few)) == lines_executed(lambda: run(*many)) > 50


def test_memory_does_not_grow_from_step_to_step():
    network, X, T = problem((20, 30, 10), n=50)
    optimizer = nn.SGD(learning_rate=0.01)

    def steps(count):
        for _ in range(count):
            optimizer.update(network, nn.backprop(network, X, T, loss=nn.cross_entropy, l2=1e-3))

    tracemalloc.start()
    try:
        steps(20)
        before = tracemalloc.get_traced_memory()[0]
        steps(300)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    # The arrays of one single step hold over 30,000 bytes.
    assert grown < 5000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda net: nn.output_error(1, nn.softmax, [[1.0]], [[1.0]]), "loss must be of type Loss, got 1"),
        (lambda net: nn.output_error(nn.cross_entropy, 1, [[1.0]], [[1.0]]), "activation must be of type Activation"),
        (lambda net: nn.hidden_error([[1.0]], [[1.0]], 1, [[1.0]]), "activation must be of type Activation, got 1"),
        (lambda net: nn.hidden_error([["a"]], [[1.0]], nn.relu, [[1.0]]), "delta_next must hold real numbers"),
        (lambda net: nn.hidden_error([[1.0]], [["a"]], nn.relu, [[1.0]]), "W_next must hold real numbers"),
        (lambda net: nn.weight_gradient([["a"]], [[1.0]]), "A_prev must hold real numbers"),
        (lambda net: nn.weight_gradient([[1.0]], [["a"]]), "delta must hold real numbers"),
        (lambda net: nn.bias_gradient([["a"]]), "delta must hold real numbers"),
        (lambda net: nn.backprop(1, [[1.0]], [0], loss=nn.cross_entropy), "network must be of type Network, got 1"),
        (lambda net: nn.backprop(net, [[1.0]], [0], loss=1), "loss must be of type Loss, got 1"),
        (lambda net: nn.weight_penalty(1, 0.1), "network must be of type Network, got 1"),
    ],
)
def test_errors_of_the_wrong_kind_name_the_argument(call, message):
    with pytest.raises(TypeError, match=f"^{message}"):
        call(problem()[0])


def test_a_negative_penalty_is_refused():
    network, X, T = problem()
    with pytest.raises(ValueError, match=r"^l2 must be finite and at least 0, got -0.1$"):
        nn.backprop(network, X, T, loss=nn.cross_entropy, l2=-0.1)
    with pytest.raises(ValueError, match=r"^l2 must be finite and at least 0, got -0.1$"):
        nn.weight_penalty(network, -0.1)


@pytest.mark.parametrize(
    ("delta_next", "W_next"), [((1, 3, 1), (2, 3)), ((1, 3), (2, 3, 1)), ((1, 3), (3, 2))], ids=str
)
def test_shapes_that_do_not_fit_are_named_by_hidden_error(delta_next, W_next):
    message = f"delta_next and W_next must have shapes (n, d_next) and (d, d_next), got {delta_next} and {W_next}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        nn.hidden_error(np.ones(delta_next), np.ones(W_next), nn.relu, np.ones((1, 2)))


@pytest.mark.parametrize(("A_prev", "delta"), [((2, 3, 1), (2, 3)), ((2, 3), (2, 3, 1)), ((2, 3), (3, 2))], ids=str)
def test_shapes_that_do_not_fit_are_named_by_weight_gradient(A_prev, delta):
    message = f"A_prev and delta must have shapes (n, d_prev) and (n, d), got {A_prev} and {delta}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        nn.weight_gradient(np.ones(A_prev), np.ones(delta))


def test_a_delta_that_is_no_matrix_is_named_by_bias_gradient():
    with pytest.raises(ValueError, match=r"^delta must have shape \(n, d\), got \(3,\)$"):
        nn.bias_gradient(np.ones(3))


@pytest.mark.parametrize(("loss", "output"), [*PAIRS, (nn.squared_error, nn.tanh)], ids=name)
def test_the_outputs_at_hand_are_taken_instead_of_new_ones(loss, output):
    # With outputs that equal the targets, every error signal is zero.
    T = np.array([[0.25, 0.75]])
    assert (nn.output_error(loss, output, [[3.0, -1.0]], T) != 0).all()
    np.testing.assert_array_equal(nn.output_error(loss, output, [[3.0, -1.0]], T, T), [[0, 0]])


def test_each_activation_is_computed_once():
    calls = []

    class Counted(type(nn.identity)):
        def __call__(self, Z):
            calls.append(Z.shape)
            return Z

    network = nn.Network([nn.Dense(np.ones((2, 3)), np.zeros(3), Counted()), nn.Dense(np.ones((3, 1)), [0], Counted())])
    nn.backprop(network, np.ones((4, 2)), np.ones((4, 1)), loss=nn.squared_error)
    assert calls == [(4, 3), (4, 1)]


def test_weights_whose_square_overflows_bear_no_penalty_without_l2():
    network = nn.Network([nn.Dense([[1e200]], [0.0], nn.identity)])
    assert nn.backprop(network, [[0.0]], [[1.0]], loss=nn.squared_error).penalty == 0
