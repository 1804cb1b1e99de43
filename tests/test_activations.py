"""Activations: values, derivatives against independent ones, and behavior far from zero."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import nnbook as nn

ELEMENTWISE = [nn.identity, nn.sigmoid, nn.tanh, nn.relu, nn.leaky_relu, nn.LeakyReLU(0.3), nn.softplus]
ALL = [*ELEMENTWISE, nn.softmax]
FUNCTIONS = [*ALL, nn.log_softmax]
DTYPES = [np.float32, np.float64]
SHAPES = [(5,), (3, 4), (2, 3, 4)]


def name(value):
    return getattr(value, "name", getattr(value, "__name__", str(value)))


def away_from_kinks(shape, seed=0):
    """Numbers between −4 and 4 whose distance from 0 is at least 0.05, so that no difference crosses a kink."""
    rng = np.random.default_rng(seed)
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.05, 4, shape)


def complex_step_jacobian(f, z):
    """The Jacobian of a function of one row by complex steps: column m is Im f(z + ih e_m) / h."""
    columns = [f(z + 1e-30j * unit).imag / 1e-30 for unit in np.eye(z.size)]
    return np.stack(columns, axis=-1)


# 1 / (1 + 1/3) = 3/4 and tanh(log 2) = (2 − 1/2) / (2 + 1/2) = 3/5: both by hand.
@pytest.mark.parametrize(
    ("f", "z", "value", "slope"),
    [
        (nn.identity, -2.5, -2.5, 1),
        (nn.sigmoid, 0, 1 / 2, 1 / 4),
        (nn.sigmoid, math.log(3), 3 / 4, 3 / 16),
        (nn.sigmoid, -math.log(3), 1 / 4, 3 / 16),
        (nn.tanh, math.log(2), 3 / 5, 16 / 25),
        (nn.tanh, -math.log(2), -3 / 5, 16 / 25),
        (nn.relu, 1.5, 1.5, 1),
        (nn.relu, -1.5, 0, 0),
        (nn.relu, 0, 0, 0),
        (nn.leaky_relu, 2, 2, 1),
        (nn.leaky_relu, -2, -0.02, 0.01),
        (nn.leaky_relu, 0, 0, 0.01),
        (nn.LeakyReLU(0.3), -2, -0.6, 0.3),
        (nn.LeakyReLU(0), -2, 0, 0),
        (nn.softplus, 0, math.log(2), 1 / 2),
        (nn.softplus, math.log(3), math.log(4), 3 / 4),
        (nn.softplus, -math.log(3), math.log(4 / 3), 1 / 4),
    ],
    ids=str,
)
def test_value_and_derivative_by_hand(f, z, value, slope):
    np.testing.assert_allclose(f([z]), [value], rtol=1e-15)
    np.testing.assert_allclose(f.derivative([z]), [slope], rtol=1e-15)


def test_softmax_by_hand():
    # exp(log 1), exp(log 2), exp(log 5) are 1, 2, 5 with sum 8.
    Z = np.log([[1.0, 2.0, 5.0]])
    np.testing.assert_allclose(nn.softmax(Z), [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-15)
    np.testing.assert_allclose(nn.log_softmax(Z), np.log([[1 / 8, 2 / 8, 5 / 8]]), rtol=1e-15)


def test_softmax_jacobian_by_hand():
    # y = (1/4, 3/4): y₁(1 − y₁) = 3/16 on the diagonal, −y₁y₂ = −3/16 beside it.
    expected = np.array([[3.0, -3.0], [-3.0, 3.0]]) / 16
    np.testing.assert_allclose(nn.softmax.jacobian(np.log([1.0, 3.0])), expected, rtol=1e-15)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("f", ELEMENTWISE, ids=name)
def test_derivative_equals_complex_step_and_central_difference(f, shape):
    Z = away_from_kinks(shape)
    np.testing.assert_allclose(f.derivative(Z), f(Z + 1e-30j).imag / 1e-30, rtol=1e-14)
    h = 1e-5
    # The central difference is off by h² f‴ / 6 + ε / h, below 1e-10 here.
    np.testing.assert_allclose(f.derivative(Z), (f(Z + h) - f(Z - h)) / (2 * h), rtol=0, atol=1e-9)


@pytest.mark.parametrize("f", [nn.relu, nn.leaky_relu], ids=name)
def test_complex_step_at_the_kink_takes_the_same_side_as_the_derivative(f):
    for step in (1e-30j, -1e-30j):
        assert (f(np.array([step])) / step).real == f.derivative([0.0])
    assert f.kinks == (0.0,)


@pytest.mark.parametrize("f", [f for f in ALL if f not in (nn.relu, nn.leaky_relu, ELEMENTWISE[5])], ids=name)
def test_smooth_activations_declare_no_kinks(f):
    assert f.kinks == ()


@pytest.mark.parametrize("f", [nn.sigmoid, nn.tanh, nn.softplus], ids=name)
@pytest.mark.parametrize("z", [-30.0, -20.0, -10.0, -1.0, 1.0, 10.0, 20.0, 30.0])
def test_value_and_derivative_keep_their_digits_far_from_zero(f, z):
    # Independent values with 60 decimal digits: σ = 1/(1+e⁻ᶻ), softplus = log(1+eᶻ), tanh = (eᶻ−e⁻ᶻ)/(eᶻ+e⁻ᶻ).
    with localcontext(prec=60):
        p = Decimal(z).exp()
        sigma = p / (1 + p)
        value, slope = {
            "sigmoid": (sigma, sigma * (1 - sigma)),
            "softplus": ((1 + p).ln(), sigma),
            "tanh": ((p - 1 / p) / (p + 1 / p), 4 / (p + 1 / p) ** 2),
        }[f.name]
    np.testing.assert_allclose(f([z]), [float(value)], rtol=4e-15)
    np.testing.assert_allclose(f.derivative([z]), [float(slope)], rtol=4e-15)


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("size", [1000.0, 1e4])
@pytest.mark.parametrize(
    ("f", "low", "high", "low_slope", "high_slope"),
    [  # the limits, in units of z for the unbounded ones
        (nn.identity, "z", "z", 1, 1),
        (nn.sigmoid, 0, 1, 0, 0),
        (nn.tanh, -1, 1, 0, 0),
        (nn.relu, 0, "z", 0, 1),
        (nn.softplus, 0, "z", 0, 1),
    ],
    ids=str,
)
def test_limits_are_exact_and_raise_no_warning(f, low, high, low_slope, high_slope, size, dtype):
    Z = np.array([-size, size], dtype)
    expected = [-size if low == "z" else low, size if high == "z" else high]
    np.testing.assert_array_equal(f(Z), np.array(expected, dtype))
    np.testing.assert_array_equal(f.derivative(Z), np.array([low_slope, high_slope], dtype))


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("size", [1000.0, 1e4])
def test_softmax_of_huge_scores_is_exact_and_raises_no_warning(size, dtype):
    Z = np.array([[size, -size, size], [-size, -size, -size], [0, size, -size]], dtype)
    np.testing.assert_array_equal(nn.softmax(Z)[0], np.array([0.5, 0, 0.5], dtype))
    np.testing.assert_allclose(nn.softmax(Z)[1], [1 / 3] * 3, rtol=1e-6)
    np.testing.assert_array_equal(nn.softmax(Z)[2], np.array([0, 1, 0], dtype))
    np.testing.assert_array_equal(nn.log_softmax(Z)[2], np.array([-size, 0, -2 * size], dtype))
    assert np.isfinite(nn.softmax.jacobian(Z)).all()


@pytest.mark.parametrize("dtype", [*DTYPES, np.complex128], ids=name)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("f", FUNCTIONS, ids=name)
def test_shape_and_dtype_are_kept_and_the_input_is_not_modified(f, shape, dtype):
    Z = away_from_kinks(shape).astype(dtype)
    before = Z.copy()
    results = [f(Z)]
    if f is not nn.log_softmax:
        results.append(f.vjp(Z, np.ones_like(Z)))
    if hasattr(f, "derivative"):
        results.append(f.derivative(Z))
    for result in results:
        assert result.shape == shape
        assert result.dtype == dtype
    np.testing.assert_array_equal(Z, before)


@pytest.mark.parametrize("f", FUNCTIONS, ids=name)
def test_integers_become_float64(f):
    A = f([[1, -2, 3]])
    assert A.dtype == np.float64
    np.testing.assert_array_equal(A, f(np.array([[1.0, -2.0, 3.0]])))


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("f", FUNCTIONS, ids=name)
def test_nan_propagates(f, dtype):
    A = f(np.array([[np.nan, 1, -1], [0.5, 1, -1]], dtype))
    assert np.isnan(A[0, 0])
    assert np.isfinite(A[1]).all()
    if f in (nn.softmax, nn.log_softmax):
        assert np.isnan(A[0]).all()


def test_nan_in_a_row_of_one_score_propagates():
    assert np.isnan(nn.log_softmax([[np.nan]])).all()


@pytest.mark.parametrize("f", FUNCTIONS, ids=name)
def test_a_batch_without_rows_stays_one(f):
    assert f(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("f", [nn.softmax, nn.log_softmax], ids=name)
def test_softmax_works_along_the_last_axis(f):
    Z = away_from_kinks((2, 3, 4))
    for index in np.ndindex(2, 3):
        np.testing.assert_allclose(f(Z)[index], f(Z[index]), rtol=1e-15)


def test_softmax_equals_its_definition_for_moderate_scores():
    Z = away_from_kinks((6, 5))
    expected = np.array([[math.exp(z) / sum(math.exp(other) for other in row) for z in row] for row in Z])
    np.testing.assert_allclose(nn.softmax(Z), expected, rtol=1e-14)
    np.testing.assert_allclose(nn.log_softmax(Z), np.log(expected), rtol=1e-13)


scores = arrays(np.float64, array_shapes(min_dims=1, max_dims=3, max_side=5), elements=st.floats(-1e4, 1e4))


@settings(deadline=None)
@given(scores)
def test_softmax_rows_are_positive_and_sum_to_one(Z):
    Y = nn.softmax(Z)
    assert (Y >= 0).all()
    assert (Y <= 1).all()
    np.testing.assert_allclose(Y.sum(axis=-1), 1, rtol=1e-14)


@settings(deadline=None)
@given(scores, st.floats(-100, 100))
def test_softmax_does_not_change_when_all_scores_of_a_row_shift(Z, shift):
    # Rounding of z + shift moves a score by at most ε · 1e4 ≈ 2e-12.
    np.testing.assert_allclose(nn.softmax(Z + shift), nn.softmax(Z), rtol=1e-11, atol=1e-300)
    np.testing.assert_allclose(nn.log_softmax(Z + shift), nn.log_softmax(Z), rtol=1e-11, atol=1e-11)


@settings(deadline=None)
@given(scores)
def test_log_softmax_is_at_most_zero_and_exponentiates_to_softmax(Z):
    assert (nn.log_softmax(Z) <= 0).all()
    np.testing.assert_allclose(np.exp(nn.log_softmax(Z)), nn.softmax(Z), rtol=1e-11, atol=1e-300)


@settings(deadline=None)
@given(arrays(np.float64, array_shapes(min_dims=1, max_dims=3), elements=st.floats(-1e4, 1e4)))
def test_symmetries(Z):
    np.testing.assert_allclose(nn.sigmoid(Z) + nn.sigmoid(-Z), 1, rtol=1e-15)
    np.testing.assert_array_equal(nn.tanh(-Z), -nn.tanh(Z))
    np.testing.assert_allclose(nn.softplus(Z) - nn.softplus(-Z), Z, rtol=1e-14, atol=1e-14)
    np.testing.assert_array_equal(nn.relu(Z) - nn.relu(-Z), Z)
    np.testing.assert_array_equal(nn.LeakyReLU(0)(Z), nn.relu(Z))


@pytest.mark.parametrize("gap", [1, 5, 20, 36, 40, 80, 300, 700])
@pytest.mark.parametrize("K", [2, 3, 10])
def test_log_softmax_is_exact_for_tiny_losses(gap, K):
    # One score leads the K − 1 others by the gap: its logarithm is −log(1 + (K−1) e^(−gap)), here with 400 digits.
    Z = np.zeros((1, K))
    Z[0, K - 1] = gap
    with localcontext(prec=400):
        expected = float(-(1 + (K - 1) * Decimal(-gap).exp()).ln())
    np.testing.assert_allclose(nn.log_softmax(Z)[0, K - 1], expected, rtol=1e-14)
    assert nn.log_softmax(Z)[0, K - 1] < 0


def test_log_softmax_counts_equal_scores():
    np.testing.assert_allclose(nn.log_softmax([[7.0, 7.0, 7.0, 7.0]]), [[-math.log(4)] * 4], rtol=1e-15)


@pytest.mark.parametrize("K", [1, 2, 5])
def test_softmax_jacobian_equals_complex_step(K):
    Z = away_from_kinks((4, K))
    J = nn.softmax.jacobian(Z)
    assert J.shape == (4, K, K)
    for z, jacobian in zip(Z, J):
        np.testing.assert_allclose(jacobian, complex_step_jacobian(nn.softmax, z), rtol=1e-13, atol=1e-16)
        np.testing.assert_allclose(jacobian, nn.softmax.jacobian(z), rtol=1e-15)
        np.testing.assert_allclose(jacobian.sum(axis=0), 0, rtol=0, atol=1e-15)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_softmax_vjp_is_the_gradient_times_the_jacobian(shape):
    Z, dA = away_from_kinks(shape), away_from_kinks(shape, seed=1)
    expected = np.empty(shape)
    for index in np.ndindex(shape[:-1]):
        expected[index] = dA[index] @ nn.softmax.jacobian(Z[index])
    np.testing.assert_allclose(nn.softmax.vjp(Z, dA), expected, rtol=1e-12, atol=1e-15)


def test_log_softmax_equals_its_complex_step():
    # ∂ log y_k / ∂z_m = [k = m] − y_m
    z = away_from_kinks(5)
    np.testing.assert_allclose(
        complex_step_jacobian(nn.log_softmax, z), np.eye(5) - nn.softmax(z), rtol=1e-13, atol=1e-16
    )


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("f", ELEMENTWISE, ids=name)
def test_elementwise_vjp_is_the_gradient_times_the_slope(f, shape):
    Z, dA = away_from_kinks(shape), away_from_kinks(shape, seed=1)
    np.testing.assert_allclose(f.vjp(Z, dA), dA * f.derivative(Z), rtol=1e-15)


@pytest.mark.parametrize("f", ALL, ids=name)
def test_vjp_refuses_a_gradient_of_another_shape(f):
    with pytest.raises(ValueError, match=r"^dA must have the shape of Z, \(2, 3\), got \(1, 3\)$"):
        f.vjp(np.ones((2, 3)), np.ones((1, 3)))


@pytest.mark.parametrize("f", [nn.softmax, nn.log_softmax, nn.softmax.jacobian], ids=name)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0)], ids=str)
def test_rows_without_scores_are_refused(f, shape):
    with pytest.raises(ValueError, match=r"^Z must have shape \(\.\.\., K\) with K ≥ 1, got \("):
        f(np.zeros(shape))


@pytest.mark.parametrize("f", ALL, ids=name)
def test_repr_is_the_name(f):
    assert repr(f) == f.name


@pytest.mark.parametrize("f", FUNCTIONS, ids=name)
def test_float32_agrees_with_float64(f):
    Z = away_from_kinks((50, 4)).astype(np.float32)
    np.testing.assert_allclose(f(Z), f(Z.astype(np.float64)), rtol=2e-6)


@pytest.mark.parametrize("f", ALL, ids=name)
def test_errors_name_the_argument(f):
    for function in (f, getattr(f, "derivative", f)):
        with pytest.raises(TypeError, match=r"^Z must hold real numbers, got "):
            function([["a"]])
    with pytest.raises(TypeError, match=r"^dA must hold real numbers, got "):
        f.vjp([[1.0]], [["a"]])


@pytest.mark.parametrize("slope", [-0.01, 1, 1.5])
def test_a_slope_outside_of_its_range_is_refused(slope):
    with pytest.raises(ValueError, match=r"^slope must be finite and at least 0 and less than 1, got "):
        nn.LeakyReLU(slope)


def test_relu_of_a_complex_number_left_of_the_kink_is_zero():
    np.testing.assert_array_equal(nn.relu(np.array([-1 + 1e-30j])), [0])


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_the_jacobian_keeps_the_dtype(dtype):
    assert nn.softmax.jacobian(np.ones(3, dtype)).dtype == dtype
