"""Initial weights: spread, bounds, reproducibility."""

import math

import numpy as np
import pytest

from nnbook import initializers

DRAWN = [
    ("normal", initializers.normal(0.3), lambda fan_in, fan_out: 0.09),
    ("glorot_normal", initializers.glorot_normal, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    ("glorot_uniform", initializers.glorot_uniform, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    ("he_normal", initializers.he_normal, lambda fan_in, fan_out: 2 / fan_in),
]
IDS = [row[0] for row in DRAWN]


@pytest.mark.parametrize("fans", [(400, 100), (100, 400)], ids=str)
@pytest.mark.parametrize(("name", "draw", "variance"), DRAWN, ids=IDS)
def test_mean_and_variance(name, draw, variance, fans):
    # 40,000 numbers. The standard error of the mean is √(v/N); that of the variance is v√(2/N) for the normal
    # distribution and less, v√(0.8/N), for the uniform one. Four standard errors are allowed; the seed is fixed.
    W = draw(*fans, np.random.default_rng(0))
    v = variance(*fans)
    assert abs(W.mean()) < 4 * math.sqrt(v / W.size)
    assert abs(W.var() - v) < 4 * v * math.sqrt(2 / W.size)


@pytest.mark.parametrize(("name", "draw", "variance"), DRAWN, ids=IDS)
def test_fourth_moment_tells_normal_from_uniform(name, draw, variance):
    # The kurtosis is 3 for the normal distribution and 9/5 for the uniform one; its standard error is below √(24/N).
    W = draw(300, 300, np.random.default_rng(1))
    kurtosis = (W**4).mean() / (W**2).mean() ** 2
    assert abs(kurtosis - (1.8 if name == "glorot_uniform" else 3)) < 4 * math.sqrt(24 / W.size)


def test_glorot_uniform_fills_its_bounds():
    # √(6 / (20 + 30)) = 0.34641
    W = initializers.glorot_uniform(20, 30, np.random.default_rng(0))
    limit = math.sqrt(6 / 50)
    assert 0.99 * limit < W.max() <= limit
    assert -limit <= W.min() < -0.99 * limit


@pytest.mark.parametrize(
    ("name", "draw", "variance"), [*DRAWN, ("zeros", initializers.zeros, None)], ids=[*IDS, "zeros"]
)
def test_shape_dtype_and_reproducibility(name, draw, variance):
    W = draw(3, 2, np.random.default_rng(5))
    assert W.shape == (3, 2)
    assert W.dtype == np.float64
    np.testing.assert_array_equal(W, draw(3, 2, np.random.default_rng(5)))
    np.testing.assert_array_equal(W, draw(3, 2, 5))


@pytest.mark.parametrize(("name", "draw", "variance"), DRAWN, ids=IDS)
def test_a_generator_moves_on(name, draw, variance):
    rng = np.random.default_rng(5)
    assert (draw(3, 2, rng) != draw(3, 2, rng)).all()


def test_zeros_are_zeros_in_an_array_of_their_own():
    first, second = initializers.zeros(2, 2, 0), initializers.zeros(2, 2, 0)
    np.testing.assert_array_equal(first, np.zeros((2, 2)))
    assert not np.shares_memory(first, second)


def test_normal_of_scale_zero_is_zero():
    np.testing.assert_array_equal(initializers.normal(0)(2, 3, 0), np.zeros((2, 3)))


def test_normal_is_the_standard_normal_times_the_scale():
    expected = 0.3 * np.random.default_rng(4).standard_normal((2, 3))
    np.testing.assert_array_equal(initializers.normal(0.3)(2, 3, 4), expected)
