"""Losses: values, gradients against independent ones, the stable pairs, and targets that have no meaning."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nnbook as nn
from nnbook.losses import is_pair

LOSSES = [nn.squared_error, nn.binary_cross_entropy, nn.cross_entropy]
PAIRS = [(nn.binary_cross_entropy, nn.sigmoid), (nn.cross_entropy, nn.softmax)]
DTYPES = [np.float32, np.float64]
SHAPES = [(1, 1), (1, 3), (5, 1), (4, 3)]


def name(value):
    return getattr(value, "name", getattr(value, "__name__", str(value)))


def probabilities(shape, seed):
    """Rows of positive numbers that sum to one, none of them close to 0."""
    weights = np.random.default_rng(seed).uniform(0.2, 1, shape)
    return weights / weights.sum(axis=1, keepdims=True)


def outputs_and_targets(loss, shape, seed=0):
    """Outputs and targets that suit the loss; off the ends of [0, 1], so that differences stay inside."""
    if loss is nn.cross_entropy:
        return probabilities(shape, seed), probabilities(shape, seed + 1)
    rng = np.random.default_rng(seed)
    return rng.uniform(0.1, 0.9, shape), rng.uniform(0.1, 0.9, shape)


def complex_step(f, x):
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-30j
        gradient[index] = f(moved).imag / 1e-30
    return gradient


# By hand. Squared error: ½((1−0)² + (2−0)²) = 2.5 and ½((0−1)² + (3−1)²) = 2.5, then ½((1−3)² + 0²) = 2; means over the
# batch. Cross entropies of probabilities that are powers of 2 give multiples of log 2.
@pytest.mark.parametrize(
    ("loss", "Y", "T", "value"),
    [
        (nn.squared_error, [[1, 2]], [[0, 0]], 2.5),
        (nn.squared_error, [[0, 3], [1, 5]], [[1, 1], [3, 5]], (2.5 + 2) / 2),
        (nn.cross_entropy, [[0.25, 0.75]], [[1, 0]], 2 * math.log(2)),
        (nn.cross_entropy, [[0.25, 0.75], [0.5, 0.5]], [[1, 0], [0, 1]], 1.5 * math.log(2)),
        (nn.cross_entropy, [[0.5, 0.25, 0.25]], [[0.5, 0.5, 0]], (0.5 + 1) * math.log(2)),
        (nn.binary_cross_entropy, [[0.25]], [[1]], 2 * math.log(2)),
        (nn.binary_cross_entropy, [[0.75]], [[0]], 2 * math.log(2)),
        (nn.binary_cross_entropy, [[0.25, 0.5], [0.5, 0.5]], [[1, 0], [1, 1]], (3 + 2) / 2 * math.log(2)),
        (nn.binary_cross_entropy, [[0.5]], [[0.3]], math.log(2)),
    ],
    ids=str,
)
def test_value_by_hand(loss, Y, T, value):
    np.testing.assert_allclose(loss(Y, T), value, rtol=1e-15)


@pytest.mark.parametrize(
    ("loss", "Y", "T", "gradient"),
    [
        (nn.squared_error, [[1, 5], [2, 2]], [[0, 1], [2, 4]], [[1 / 2, 4 / 2], [0, -2 / 2]]),
        (nn.cross_entropy, [[0.25, 0.75], [0.5, 0.5]], [[1, 0], [0.5, 0.5]], [[-4 / 2, 0], [-1 / 2, -1 / 2]]),
        (nn.binary_cross_entropy, [[0.25], [0.75]], [[1], [0]], [[-4 / 2], [4 / 2]]),
    ],
    ids=str,
)
def test_gradient_by_hand(loss, Y, T, gradient):
    np.testing.assert_allclose(loss.gradient(Y, T), gradient, rtol=1e-15)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("loss", LOSSES, ids=name)
def test_loss_is_the_mean_over_the_batch(loss, shape):
    Y, T = outputs_and_targets(loss, shape)
    single = [loss(Y[s : s + 1], T[s : s + 1]) for s in range(shape[0])]
    np.testing.assert_allclose(loss(Y, T), sum(single) / shape[0], rtol=1e-14)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("loss", LOSSES, ids=name)
def test_gradient_equals_complex_step_and_central_difference(loss, shape):
    Y, T = outputs_and_targets(loss, shape)
    gradient = loss.gradient(Y, T)
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, complex_step(lambda Y: loss(Y, T), Y), rtol=1e-12, atol=1e-15)
    for index in np.ndindex(shape):
        h = np.zeros(shape)
        h[index] = 1e-6
        np.testing.assert_allclose(gradient[index], (loss(Y + h, T) - loss(Y - h, T)) / 2e-6, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("loss", "activation"), PAIRS, ids=name)
def test_from_logits_equals_the_generic_path(loss, activation, shape):
    Z = np.random.default_rng(3).uniform(-3, 3, shape)
    T = outputs_and_targets(loss, shape)[1]
    Y = activation(Z)
    np.testing.assert_allclose(loss.value_from_logits(Z, T), loss(Y, T), rtol=1e-13, atol=1e-15)
    generic = activation.vjp(Z, loss.gradient(Y, T))
    np.testing.assert_allclose(loss.gradient_from_logits(Z, T), generic, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(loss.error_signal(Y, T), generic, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("loss", "activation"), PAIRS, ids=name)
def test_gradient_from_logits_equals_complex_step(loss, activation, shape):
    Z = np.random.default_rng(3).uniform(-3, 3, shape)
    T = outputs_and_targets(loss, shape)[1]
    expected = complex_step(lambda Z: loss.value_from_logits(Z, T), Z)
    np.testing.assert_allclose(loss.gradient_from_logits(Z, T), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("gap", [0, 1, 20, 50, 80, 1000, 1e4])
@pytest.mark.parametrize("sign", [-1, 1])
def test_binary_cross_entropy_from_logits_is_exact(sign, gap, dtype):
    # −log σ(z) = log(1 + e^(−z)) and −log(1 − σ(z)) = log(1 + e^z), with more digits than float64 has.
    z = sign * gap
    value = {}
    with localcontext(prec=400):
        for target in (0, 1):
            value[target] = float((1 + Decimal(z if target == 0 else -z).exp()).ln())
    for target, expected in value.items():
        E = nn.binary_cross_entropy.value_from_logits(np.array([[z]], dtype), np.array([[target]], dtype))
        assert E.dtype == dtype
        # What is smaller than the smallest normal number may lose digits, or all of them.
        np.testing.assert_allclose(E, expected, rtol=4 * np.finfo(dtype).eps, atol=float(np.finfo(dtype).tiny))


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("gap", [0, 1, 20, 50, 80, 1000, 1e4])
@pytest.mark.parametrize("target", [0, 1, 2])
def test_cross_entropy_from_logits_is_exact(target, gap, dtype):
    # The scores are gap, 0, −gap; −log y_k = log(e^gap + 1 + e^−gap) − z_k = log(1 + e^−gap + e^−2gap) + gap − z_k.
    Z = np.array([[gap, 0, -gap]], dtype)
    with localcontext(prec=400):
        decay = Decimal(-gap).exp()
        expected = float((1 + decay + decay * decay).ln() + Decimal(gap) - Decimal(float(Z[0, target])))
    E = nn.cross_entropy.value_from_logits(Z, np.eye(3, dtype=dtype)[[target]])
    assert E.dtype == dtype
    np.testing.assert_allclose(E, expected, rtol=4 * np.finfo(dtype).eps, atol=float(np.finfo(dtype).tiny))


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("size", [1000.0, 1e4])
def test_gradients_from_huge_logits_are_exact(size, dtype):
    # The outputs are 0 and 1 to all digits, so (Y − T) / n has the entries 0, ±1/2.
    Z = np.array([[size, -size], [-size, size]], dtype)
    T = np.array([[1, 0], [1, 0]], dtype)
    expected = np.array([[0, 0], [-0.5, 0.5]], dtype)
    for loss, _ in PAIRS:
        gradient = loss.gradient_from_logits(Z, T)
        assert gradient.dtype == dtype
        np.testing.assert_array_equal(gradient, expected)


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("loss", LOSSES, ids=name)
def test_dtype_is_kept_and_arguments_stay_as_they_are(loss, dtype):
    Y, T = (array.astype(dtype) for array in outputs_and_targets(loss, (4, 3)))
    copies = Y.copy(), T.copy()
    assert loss(Y, T).dtype == dtype
    assert loss.gradient(Y, T).dtype == dtype
    if loss is not nn.squared_error:
        assert loss.value_from_logits(Y, T).dtype == dtype
        assert loss.gradient_from_logits(Y, T).dtype == dtype
        assert loss.error_signal(Y, T).dtype == dtype
    np.testing.assert_array_equal(Y, copies[0])
    np.testing.assert_array_equal(T, copies[1])


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_zero_times_log_of_zero_is_zero(dtype):
    zero, one = np.zeros((1, 1), dtype), np.ones((1, 1), dtype)
    assert nn.cross_entropy(np.array([[1, 0]], dtype), np.array([[1, 0]], dtype)) == 0
    assert nn.binary_cross_entropy(one, one) == 0
    assert nn.binary_cross_entropy(zero, zero) == 0
    np.testing.assert_array_equal(nn.cross_entropy.gradient([[1, 0]], [[1, 0]]), [[-1, 0]])
    np.testing.assert_array_equal(nn.binary_cross_entropy.gradient([[1, 0]], [[1, 0]]), [[-1, 1]])


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_loss_is_infinite_where_a_probability_of_zero_meets_a_target(dtype):
    zero, one = np.zeros((1, 1), dtype), np.ones((1, 1), dtype)
    assert nn.cross_entropy(np.array([[1, 0]], dtype), np.array([[0.5, 0.5]], dtype)) == np.inf
    assert nn.binary_cross_entropy(zero, one) == np.inf
    assert nn.binary_cross_entropy(one, zero) == np.inf
    np.testing.assert_array_equal(nn.cross_entropy.gradient([[1, 0]], [[0, 1]]), [[0, -np.inf]])
    np.testing.assert_array_equal(nn.binary_cross_entropy.gradient([[0, 1]], [[1, 0]]), [[-np.inf, np.inf]])


@pytest.mark.parametrize("loss", LOSSES, ids=name)
def test_nan_is_not_hidden_by_a_target_of_zero(loss):
    for Y in ([[np.nan, 0.5]], [[0.5, np.nan]]):
        for T in ([[0, 1]], [[1, 0]]):
            assert np.isnan(loss(Y, T))
            assert np.isnan(loss.gradient(Y, T)).any()


# A NaN passes every comparison as false, so it is easily let through.
OUTSIDE = [
    ([[0.5, 0.6], [1.5, -0.5]], r"1\.5 at index \(1, 0\)"),
    ([[0.5, 0.5], [-0.5, 1.5]], r"-0\.5 at index \(1, 0\)"),
    ([[np.nan, 1.0], [1, 0]], r"nan at index \(0, 0\)"),
]


@pytest.mark.parametrize(("T", "got"), OUTSIDE, ids=str)
@pytest.mark.parametrize(
    "call",
    [
        lambda loss, Y, T: loss(Y, T),
        lambda loss, Y, T: loss.gradient(Y, T),
        lambda loss, Y, T: loss.value_from_logits(Y, T),
        lambda loss, Y, T: loss.gradient_from_logits(Y, T),
        lambda loss, _, T: loss.check_targets(np.array(T)),
    ],
)
@pytest.mark.parametrize("loss", [loss for loss, _ in PAIRS], ids=name)
def test_targets_that_are_no_probabilities_are_refused(loss, call, T, got):
    with pytest.raises(ValueError, match=f"^T must be between 0 and 1, got {got}$"):
        call(loss, np.full((2, 2), 0.5), T)


@pytest.mark.parametrize(
    "T", [[[0.5, 0.5], [0.5, 0.4]], [[0.5, 0.5], [0.6, 0.4001]], [[1, 0], [0, 0]], [[1, 0], [1, 1]]]
)
def test_targets_of_cross_entropy_must_sum_to_one(T):
    with pytest.raises(ValueError, match=r"^every row of T must sum to 1, got [\d.]+ in row 1$"):
        nn.cross_entropy([[0.5, 0.5], [0.5, 0.5]], T)
    nn.binary_cross_entropy([[0.5, 0.5], [0.5, 0.5]], T)


def test_targets_of_cross_entropy_may_be_off_by_the_rounding_of_float32():
    T = nn.softmax(3 * np.random.default_rng(0).standard_normal((20, 1000)).astype(np.float32))
    nn.cross_entropy.check_targets(T)
    nn.cross_entropy.check_targets(T.astype(np.float64))


def test_squared_error_takes_any_target():
    nn.squared_error.check_targets(np.array([[-5.0, 7.0]]))
    assert nn.squared_error([[-5.0]], [[5.0]]) == 50


@pytest.mark.parametrize("T", [[[1.0]], [[1.0, 0.0], [1.0, 0.0]], [1.0, 0.0]], ids=str)
@pytest.mark.parametrize("loss", LOSSES, ids=name)
def test_shapes_are_never_broadcast(loss, T):
    methods = [loss, loss.gradient]
    if loss is not nn.squared_error:
        methods += [loss.value_from_logits, loss.gradient_from_logits, loss.error_signal]
    for method in methods:
        with pytest.raises(ValueError, match=r"^T must have the shape of [YZ], \(1, 2\), got \("):
            method([[0.5, 0.5]], T)


@pytest.mark.parametrize("Y", [0.5, [0.5], [], [[]], np.zeros((0, 2)), np.zeros((1, 1, 1))], ids=str)
@pytest.mark.parametrize("loss", LOSSES, ids=name)
def test_outputs_must_be_a_matrix_with_entries(loss, Y):
    for method in (loss, loss.gradient):
        with pytest.raises(ValueError, match=r"^Y must have shape \(n, d\) with n, d ≥ 1, got \("):
            method(Y, Y)


def test_pairs_are_recognized():
    activations = [nn.identity, nn.sigmoid, nn.tanh, nn.relu, nn.softplus, nn.softmax]
    found = {(loss.name, f.name) for loss in LOSSES for f in activations if is_pair(loss, f)}
    assert found == {("cross entropy", "softmax"), ("binary cross entropy", "sigmoid")}


def test_at_output_takes_logits_of_a_pair_and_outputs_otherwise():
    # At z = 800 the sigmoid rounds to 1, so the value from outputs is infinite and that from logits is 800.
    Z, T = np.array([[800.0]]), np.array([[0.0]])
    assert nn.binary_cross_entropy.at_output(nn.sigmoid, Z, nn.sigmoid(Z), T) == 800
    assert nn.binary_cross_entropy.at_output(nn.tanh, Z, nn.sigmoid(Z), T) == np.inf
    assert nn.squared_error.at_output(nn.sigmoid, Z, nn.sigmoid(Z), T) == 0.5


@pytest.mark.parametrize("loss", LOSSES, ids=name)
def test_repr_is_the_name(loss):
    assert repr(loss) == loss.name


logits = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.floats(-1e4, 1e4))


@settings(deadline=None)
@given(logits, st.data())
def test_from_logits_is_finite_and_not_negative_for_any_scores(Z, data):
    labels = data.draw(st.lists(st.integers(0, Z.shape[1] - 1), min_size=Z.shape[0], max_size=Z.shape[0]))
    T = np.eye(Z.shape[1])[labels]
    for loss, _ in PAIRS:
        value, gradient = loss.value_from_logits(Z, T), loss.gradient_from_logits(Z, T)
        assert np.isfinite(value)
        assert value >= 0
        assert (np.abs(gradient) <= 1 / Z.shape[0]).all()
    np.testing.assert_allclose(nn.cross_entropy.gradient_from_logits(Z, T).sum(axis=1), 0, rtol=0, atol=1e-15)


@settings(deadline=None)
@given(logits)
def test_two_class_cross_entropy_is_binary_cross_entropy_of_the_difference(Z):
    # softmax of (z, 0) is σ(z) and 1 − σ(z).
    z = Z[:, :1]
    T = (z > 0).astype(float)
    two = nn.cross_entropy.value_from_logits(np.hstack([z, np.zeros_like(z)]), np.hstack([T, 1 - T]))
    np.testing.assert_allclose(two, nn.binary_cross_entropy.value_from_logits(z, T), rtol=1e-13)


@pytest.mark.parametrize(
    ("T", "got"), [([[0, 1, 1.5]], r"1\.5 at index \(0, 2\)"), ([[0, 1, -0.5]], r"-0\.5 at index \(0, 2\)")], ids=str
)
def test_the_first_target_that_is_no_probability_is_named(T, got):
    # The zero and the one before it are allowed.
    with pytest.raises(ValueError, match=f"^T must be between 0 and 1, got {got}$"):
        nn.binary_cross_entropy.check_targets(np.array(T))


@pytest.mark.parametrize("loss", LOSSES, ids=name)
def test_errors_name_the_argument(loss):
    with pytest.raises(TypeError, match=r"^Y must hold real numbers, got "):
        loss([["a"]], [[1.0]])
    with pytest.raises(TypeError, match=r"^T must hold real numbers, got "):
        loss([[1.0]], [["a"]])
