"""Networks: what `create` makes, the forward pass, and what stays untouched."""

import re
import tracemalloc

import numpy as np
import pytest

import nnbook as nn
from nnbook import initializers

ACTIVATIONS = [nn.identity, nn.sigmoid, nn.tanh, nn.relu, nn.leaky_relu, nn.softplus, nn.softmax]
DTYPES = [np.float32, np.float64]


def name(value):
    return getattr(value, "name", getattr(value, "__name__", str(value)))


def by_hand():
    """A 2-2-1 network with relu and identity, and its forward pass, worked by hand.

    Z¹ = (1·1 + 2·0 + 0.5, 1·(−2) + 2·1 − 1) = (1.5, −1), A¹ = (1.5, 0), Z² = 1.5·2 + 0·7 − 1 = 2 for the first example;
    Z¹ = (0 + 0 + 0.5, 0 + 3 − 1) = (0.5, 2), A¹ = (0.5, 2), Z² = 1 + 14 − 1 = 14 for the second.
    """
    network = nn.Network(
        [nn.Dense([[1, -2], [0, 1]], [0.5, -1], nn.relu), nn.Dense([[2], [7]], [-1], nn.identity)],
    )
    return network, np.array([[1.0, 2.0], [0.0, 3.0]])


def test_forward_pass_by_hand():
    network, X = by_hand()
    first, second = network.forward(X).layers
    np.testing.assert_array_equal(first.A_prev, X)
    np.testing.assert_array_equal(first.Z, [[1.5, -1], [0.5, 2]])
    np.testing.assert_array_equal(first.A, [[1.5, 0], [0.5, 2]])
    np.testing.assert_array_equal(second.A_prev, first.A)
    np.testing.assert_array_equal(second.Z, [[2], [14]])
    np.testing.assert_array_equal(network.forward(X).output, [[2], [14]])


def test_evaluate_by_hand():
    # Outputs 2 and 14 against 1 and 14: (½·1 + 0) / 2.
    network, X = by_hand()
    loss = network.evaluate(X, [[1.0], [14.0]], loss=nn.squared_error)
    assert type(loss) is float
    assert loss == 0.25


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("hidden", ACTIVATIONS, ids=name)
@pytest.mark.parametrize("sizes", [[3, 2], [1, 1, 1], [4, 3, 2, 5]], ids=str)
def test_forward_equals_a_loop_over_units(sizes, hidden, dtype):
    network = nn.Network.create(sizes, hidden=hidden, output=nn.softmax, rng=0, dtype=dtype)
    for layer in network.layers:
        layer.b[...] = np.random.default_rng(1).standard_normal(layer.b.shape)
    X = np.random.default_rng(2).standard_normal((3, sizes[0])).astype(dtype)
    step = network.forward(X)
    assert len(step.layers) == len(sizes) - 1
    A = X.astype(np.float64)
    for layer, seen in zip(network.layers, step.layers):
        Z = np.array(
            [[sum(a[i] * layer.W[i, j] for i in range(a.size)) + layer.b[j] for j in range(layer.b.size)] for a in A],
            np.float64,
        )
        np.testing.assert_allclose(seen.Z, Z, rtol=1e-4 if dtype is np.float32 else 1e-13, atol=1e-6)
        A = layer.activation(Z)
        for array in (seen.A_prev, seen.Z, seen.A):
            assert array.dtype == dtype
    np.testing.assert_allclose(step.output, A, rtol=1e-4 if dtype is np.float32 else 1e-13)


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("output", ACTIVATIONS, ids=name)
def test_predict_is_the_output_of_forward(output, dtype):
    network = nn.Network.create([3, 4, 2], hidden=nn.tanh, output=output, rng=0, dtype=dtype)
    X = np.random.default_rng(0).standard_normal((5, 3))
    np.testing.assert_array_equal(network.predict(X), network.forward(X).output)
    assert network.predict(X).dtype == dtype


def test_predict_keeps_no_intermediate_values():
    # `forward` keeps Z and A of all twenty layers, `predict` a few arrays at a time.
    network = nn.Network.create([50] * 21, hidden=nn.tanh, output=nn.tanh, rng=0)
    X = np.zeros((1000, 50))

    def peak(run):
        tracemalloc.start()
        run(X)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size / X.nbytes

    assert peak(network.forward) > 40
    assert peak(network.predict) < 10


@pytest.mark.parametrize("X", [[[1, 2]], np.array([[1, 2]], np.uint8), np.array([[1, 2]], np.float32)], ids=repr)
@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_inputs_are_converted_to_the_dtype_of_the_network(X, dtype):
    network = nn.Network.create([2, 3, 2], hidden=nn.relu, output=nn.softmax, rng=0, dtype=dtype)
    assert network.forward(X).layers[0].A_prev.dtype == dtype
    assert network.predict(X).dtype == dtype
    np.testing.assert_array_equal(network.predict(X), network.predict(np.array([[1.0, 2.0]])))


def test_forward_leaves_inputs_and_network_as_they_are():
    network, X = by_hand()
    before = [X.copy(), *(p.copy() for p in network.parameters)]
    network.forward(X)
    network.predict(X)
    network.predict_classes(X)
    network.evaluate(X, [[0.0], [0.0]], loss=nn.squared_error)
    for array, old in zip([X, *network.parameters], before):
        np.testing.assert_array_equal(array, old)


def test_predict_classes_takes_the_largest_output():
    network = nn.Network([nn.Dense(np.eye(3), np.zeros(3), nn.softmax)])
    classes = network.predict_classes([[0, 5, 1], [3, 2, 1], [0, 0, 1]])
    np.testing.assert_array_equal(classes, [1, 0, 2])
    assert classes.dtype == np.int64


def test_predict_classes_of_a_single_output_asks_whether_it_exceeds_one_half():
    network = nn.Network([nn.Dense([[1.0]], [0.0], nn.sigmoid)])
    classes = network.predict_classes([[-1], [0], [1e-3]])
    np.testing.assert_array_equal(classes, [0, 0, 1])
    assert classes.dtype == np.int64


@pytest.mark.parametrize("T", [[0, 2], np.array([0, 2], np.uint8)], ids=repr)
def test_evaluate_takes_class_indices(T):
    network = nn.Network.create([2, 3], hidden=nn.relu, output=nn.softmax, rng=0)
    X = [[1.0, 2.0], [0.0, -1.0]]
    Y = network.predict(X)
    expected = -(np.log(Y[0, 0]) + np.log(Y[1, 2])) / 2
    np.testing.assert_allclose(network.evaluate(X, T, loss=nn.cross_entropy), expected, rtol=1e-14)


def test_evaluate_takes_the_classes_of_a_single_output():
    network = nn.Network([nn.Dense([[1.0]], [0.0], nn.sigmoid)])
    X = [[2.0], [-1.0]]
    by_class = network.evaluate(X, [1, 0], loss=nn.binary_cross_entropy)
    assert by_class == network.evaluate(X, [[1.0], [0.0]], loss=nn.binary_cross_entropy)


def test_evaluate_of_a_pair_is_finite_for_huge_logits():
    network = nn.Network([nn.Dense([[1e4, -1e4]], [0.0, 0.0], nn.softmax)])
    assert network.evaluate([[1.0]], [1], loss=nn.cross_entropy) == 2e4


def variance_of_first_layer(**options):
    network = nn.Network.create([300, 200, 100], rng=0, **options)
    return [layer.W.var() for layer in network.layers]


def test_create_draws_he_for_relu_and_glorot_for_the_rest():
    # He: 2/300 and 2/200; Glorot: 2/500 and 2/300. They differ by more than 1.5 times; 5 % is over six standard errors.
    for hidden in (nn.relu, nn.leaky_relu, nn.LeakyReLU(0.2)):
        np.testing.assert_allclose(
            variance_of_first_layer(hidden=hidden, output=nn.relu), [2 / 300, 2 / 200], rtol=0.05
        )
    for hidden in (nn.identity, nn.sigmoid, nn.tanh, nn.softplus, nn.softmax):
        found = variance_of_first_layer(hidden=hidden, output=nn.softmax)
        np.testing.assert_allclose(found, [2 / 500, 2 / 300], rtol=0.05)


def test_create_draws_exactly_what_the_initializers_draw_in_order():
    network = nn.Network.create([3, 4, 2], hidden=nn.relu, output=nn.softmax, rng=7)
    rng = np.random.default_rng(7)
    np.testing.assert_array_equal(network.layers[0].W, initializers.he_normal(3, 4, rng))
    np.testing.assert_array_equal(network.layers[1].W, initializers.glorot_uniform(4, 2, rng))


def test_create_uses_the_given_initializer_for_every_layer():
    seen = []

    def ones(fan_in, fan_out, rng):
        seen.append((fan_in, fan_out, type(rng)))
        return np.ones((fan_in, fan_out), int)

    network = nn.Network.create(
        [2, 3, 1], hidden=nn.relu, output=nn.identity, rng=0, initializer=ones, dtype=np.float32
    )
    assert seen == [(2, 3, np.random.Generator), (3, 1, np.random.Generator)]
    np.testing.assert_array_equal(network.predict([[1, 1]]), [[6]])
    assert network.dtype == np.float32


def test_an_initializer_may_return_the_same_array_twice():
    shared = np.ones((2, 2))
    network = nn.Network.create([2, 2, 2], hidden=nn.relu, output=nn.identity, rng=0, initializer=lambda *_: shared)
    network.layers[0].W[...] = 5
    np.testing.assert_array_equal(network.layers[1].W, np.ones((2, 2)))
    np.testing.assert_array_equal(shared, np.ones((2, 2)))


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_create_gives_sizes_activations_zero_biases_and_dtype(dtype):
    network = nn.Network.create([3, 4, 5, 2], hidden=nn.tanh, output=nn.softmax, rng=0, dtype=dtype)
    assert network.sizes == [3, 4, 5, 2]
    assert [layer.activation for layer in network.layers] == [nn.tanh, nn.tanh, nn.softmax]
    assert [p.shape for p in network.parameters] == [(3, 4), (4,), (4, 5), (5,), (5, 2), (2,)]
    assert all(p.dtype == dtype for p in network.parameters)
    assert network.dtype == dtype
    assert not any(layer.b.any() for layer in network.layers)


def test_create_of_one_layer_uses_the_output_activation():
    network = nn.Network.create([3, 2], hidden=nn.relu, output=nn.softmax, rng=0)
    assert [layer.activation for layer in network.layers] == [nn.softmax]


def test_same_seed_same_network_and_a_generator_moves_on():
    def draw(rng):
        return nn.Network.create([3, 4, 2], hidden=nn.tanh, output=nn.tanh, rng=rng).parameters

    for first, second in zip(draw(3), draw(np.random.default_rng(3))):
        np.testing.assert_array_equal(first, second)
    rng = np.random.default_rng(3)
    assert (draw(rng)[0] != draw(rng)[0]).all()


def test_float32_network_is_the_rounded_float64_network():
    wide, narrow = (
        nn.Network.create([3, 4, 2], hidden=nn.relu, output=nn.softmax, rng=0, dtype=dtype) for dtype in (float, "f4")
    )
    for a, b in zip(wide.astype(np.float32).parameters, narrow.parameters):
        np.testing.assert_array_equal(a, b)


def test_parameters_are_the_arrays_themselves():
    network, _ = by_hand()
    for parameter, own in zip(network.parameters, [a for layer in network.layers for a in (layer.W, layer.b)]):
        assert parameter is own


def test_copy_is_independent():
    network, X = by_hand()
    twin = network.copy()
    assert type(twin) is nn.Network
    for a, b in zip(network.parameters, twin.parameters):
        np.testing.assert_array_equal(a, b)
        assert not np.shares_memory(a, b)
    twin.layers[0].W[...] = 0
    np.testing.assert_array_equal(network.predict(X), [[2], [14]])
    assert [layer.activation for layer in twin.layers] == [layer.activation for layer in network.layers]


def test_copy_of_a_complex_network_stays_complex():
    network = nn.Network([nn.Dense([[1 + 2j]], [0], nn.identity)])
    assert network.copy().dtype == np.complex128


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_astype_converts_a_copy(dtype):
    network, _ = by_hand()
    converted = network.astype(dtype)
    assert all(p.dtype == dtype for p in converted.parameters)
    assert not any(np.shares_memory(a, b) for a, b in zip(network.parameters, converted.parameters))
    assert network.dtype == np.float64


def test_dense_keeps_copies_of_what_it_is_given():
    W, b = np.ones((2, 3)), np.zeros(3)
    layer = nn.Dense(W, b, nn.relu)
    W[...] = 5
    b[...] = 5
    np.testing.assert_array_equal(layer.W, np.ones((2, 3)))
    np.testing.assert_array_equal(layer.b, np.zeros(3))


def test_dense_of_a_broadcast_array_can_be_changed():
    layer = nn.Dense(np.broadcast_to(1.0, (2, 2)), [0, 0], nn.relu)
    layer.W[0, 0] = 3
    np.testing.assert_array_equal(layer.W, [[3, 1], [1, 1]])


@pytest.mark.parametrize(("dtype", "expected"), [(np.float32, np.float32), (np.float16, np.float64), (int, np.float64)])
def test_dense_takes_its_dtype_from_the_weights(dtype, expected):
    layer = nn.Dense(np.ones((2, 2), dtype), np.zeros(2), nn.relu)
    assert layer.W.dtype == expected
    assert layer.b.dtype == expected


def test_dense_lets_complex_numbers_through_for_complex_steps():
    assert nn.Dense([[1 + 1e-30j]], [0.0], nn.relu).W[0, 0] == 1 + 1e-30j
    moved = nn.Dense([[1.0]], [1e-30j], nn.tanh)
    assert moved.W.dtype == np.float64
    np.testing.assert_allclose(moved.activation(moved.pre_activation(np.array([[0.0]]))).imag / 1e-30, 1, rtol=1e-15)


def test_repr():
    network = nn.Network.create([64, 32, 10], hidden=nn.relu, output=nn.softmax, rng=0, dtype=np.float32)
    # 64·32 + 32 + 32·10 + 10 = 2410
    assert repr(network) == "Network(64 → 32 relu → 10 softmax, 2410 parameters, float32)"
    assert repr(network.layers[0]) == "Dense(64 → 32, relu)"


def test_batches_do_not_influence_each_other():
    network = nn.Network.create([3, 5, 4], hidden=nn.tanh, output=nn.softmax, rng=0)
    X = np.random.default_rng(0).standard_normal((6, 3))
    single = np.vstack([network.predict(X[s : s + 1]) for s in range(6)])
    np.testing.assert_allclose(network.predict(X), single, rtol=1e-13)


@pytest.mark.parametrize(
    ("W", "b", "activation", "kind", "message"),
    [
        ([1.0], [0.0], nn.relu, ValueError, "W must have shape (d_prev, d) with both sizes at least 1, got (1,)"),
        (
            np.ones((0, 2)),
            [0, 0],
            nn.relu,
            ValueError,
            "W must have shape (d_prev, d) with both sizes at least 1, got (0, 2)",
        ),
        ([[1.0, 2.0]], [0.0], nn.relu, ValueError, "b must have shape (2,), one bias for each column of W, got (1,)"),
        ([[1.0]], 0.0, nn.relu, ValueError, "b must have shape (1,), one bias for each column of W, got ()"),
        ([[1.0]], [[0.0]], nn.relu, ValueError, "b must have shape (1,), one bias for each column of W, got (1, 1)"),
        ([[1.0]], [0.0], "relu", TypeError, "activation must be of type Activation, got 'relu'"),
        ([[1.0]], [0.0], np.tanh, TypeError, "activation must be of type Activation, got an object of type ufunc"),
        ([[np.nan]], [0.0], nn.relu, ValueError, "W must be finite in float64, got nan at index (0, 0)"),
        ([[1.0]], [np.inf], nn.relu, ValueError, "b must be finite in float64, got inf at index (0,)"),
        ([["a"]], [0.0], nn.relu, TypeError, "W must hold real numbers, got an array of <U1 with shape (1, 1)"),
        ([[1.0]], [None], nn.relu, TypeError, "b must hold real numbers, got an array of object with shape (1,)"),
    ],
    ids=str,
)
def test_dense_refuses(W, b, activation, kind, message):
    with pytest.raises(kind, match="^" + re.escape(message) + "$"):
        nn.Dense(W, b, activation)


def dense(d_prev, d, dtype=np.float64):
    return nn.Dense(np.ones((d_prev, d), dtype), np.zeros(d), nn.relu)


@pytest.mark.parametrize(
    ("layers", "kind", "message"),
    [
        ([], ValueError, "layers must hold at least one Dense layer, got none"),
        (5, TypeError, "layers must be a sequence of Dense layers, got 5"),
        (dense(1, 1), TypeError, "layers must be a sequence of Dense layers, got an object of type Dense"),
        ([dense(1, 1), nn.relu], TypeError, "layers[1] must be of type Dense, got an object of type ReLU"),
        ([dense(2, 3), dense(2, 3)], ValueError, "layers[1] must take in 3 values, got W of shape (2, 3)"),
        ([dense(2, 3), dense(3, 1, "f4")], ValueError, "layers[1] must have dtype float64, got float32"),
    ],
    ids=str,
)
def test_network_refuses_layers_that_do_not_fit(layers, kind, message):
    with pytest.raises(kind, match="^" + re.escape(message) + "$"):
        nn.Network(layers)


@pytest.mark.parametrize(
    ("initializer", "kind", "message"),
    [
        ("he", TypeError, "initializer must be callable, got 'he'"),
        (lambda *_: np.ones((1, 1)), ValueError, "the initializer's W must have shape (2, 3), got (1, 1)"),
        (
            lambda *_: np.full((2, 3), np.nan),
            ValueError,
            "the initializer's W must be finite in float64, got nan at index (0, 0)",
        ),
        (
            lambda *_: None,
            TypeError,
            "the initializer's W must hold real numbers, got an array of object with shape ()",
        ),
    ],
    ids=["text", "shape", "nan", "none"],
)
def test_create_refuses_an_initializer_that_does_not_suit(initializer, kind, message):
    with pytest.raises(kind, match="^" + re.escape(message) + "$"):
        nn.Network.create([2, 3], hidden=nn.relu, output=nn.relu, rng=0, initializer=initializer)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("sizes", 3, "sizes must be a sequence of "),
        ("sizes", [3], "sizes must be at least two layer sizes "),
        ("hidden", 1, "hidden must be of type Activation, got 1"),
        ("output", 1, "output must be of type Activation, got 1"),
        ("rng", "a", "rng must be "),
        ("dtype", "i4", "dtype must be "),
    ],
)
def test_create_names_the_argument_that_does_not_suit(argument, value, message):
    arguments = {"sizes": [2, 3], "hidden": nn.relu, "output": nn.relu, "rng": 0, argument: value}
    with pytest.raises((TypeError, ValueError), match=rf"^{message}"):
        nn.Network.create(**arguments)


def test_data_that_do_not_fit_are_named():
    network, X = by_hand()
    for call in (network.forward, network.predict, network.predict_classes):
        with pytest.raises(ValueError, match=r"^X must have shape \(n, 2\), got \(2, 1\)$"):
            call(X[:, :1])
    with pytest.raises(ValueError, match=r"^X must have shape \(n, 2\), got \(2, 1\)$"):
        network.evaluate(X[:, :1], [[1.0], [2.0]], loss=nn.squared_error)
    with pytest.raises(ValueError, match=r"^T must have shape \(2, 1\) "):
        network.evaluate(X, [[1.0]], loss=nn.squared_error)
    with pytest.raises(TypeError, match=r"^loss must be of type Loss, got 1$"):
        network.evaluate(X, [[1.0], [2.0]], loss=1)
    with pytest.raises((TypeError, ValueError), match=r"^dtype must be "):
        network.astype("i4")


def test_two_outputs_are_two_classes():
    network = nn.Network([nn.Dense(np.eye(2), [0, 0], nn.identity)])
    np.testing.assert_array_equal(network.predict_classes([[0.2, 0.8], [0.4, 0.3]]), [1, 0])


def test_targets_take_the_dtype_of_the_network():
    assert by_hand()[0].astype(np.float32).as_targets([[0.1]], 1).dtype == np.float32


def test_a_real_bias_beside_complex_weights_stays_real():
    assert nn.Dense([[1j]], [0.5], nn.identity).b.dtype == np.float64


def test_load_names_activations_that_are_none():
    with pytest.raises(TypeError, match=r"^activations must be a sequence of Activation objects, got 5$"):
        nn.Network.load("unread.npz", activations=5)
    with pytest.raises(TypeError, match=r"^activations\[1\] must be of type Activation, got 5$"):
        nn.Network.load("unread.npz", activations=[nn.relu, 5])
