"""The gradient check is itself checked: it must refuse what is slightly wrong and accept what is right."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnbook as nn

HIDDEN = [nn.identity, nn.sigmoid, nn.tanh, nn.relu, nn.leaky_relu, nn.softplus, nn.softmax]
OUTPUTS = [
    (nn.squared_error, nn.identity),
    (nn.squared_error, nn.tanh),
    (nn.squared_error, nn.sigmoid),
    (nn.squared_error, nn.softmax),
    (nn.binary_cross_entropy, nn.sigmoid),
    (nn.cross_entropy, nn.softmax),
]
DTYPES = [np.float32, np.float64]


def name(value):
    return getattr(value, "name", getattr(value, "__name__", str(value)))


def problem(hidden=nn.tanh, output=nn.softmax, dtype=np.float64, sizes=(3, 5, 4, 2), n=6, seed=0, scale=0.6):
    rng = np.random.default_rng(seed)
    draw = nn.initializers.normal(scale)
    network = nn.Network.create(sizes, hidden=hidden, output=output, rng=rng, dtype=dtype, initializer=draw)
    for layer in network.layers:
        layer.b[...] = 0.5 * rng.standard_normal(layer.b.shape)
    T = rng.uniform(0.1, 1, (n, sizes[-1]))
    return network, rng.standard_normal((n, sizes[0])), T / T.sum(axis=1, keepdims=True)


def spiral(dtype=np.float64, points=8):
    """A relu network with zero biases on two arms of the spiral.

    Two points have radius 0, where all pre-activations are 0. With the third arm their errors would cancel: the outputs
    are 1/3 there, so the sum of Y − T over one point of each class is 0.
    """
    data = nn.make_spiral(points, rng=0).take(slice(0, 2 * points))
    return nn.Network.create([2, 6, 5, 3], hidden=nn.relu, output=nn.softmax, rng=1, dtype=dtype), data


@pytest.mark.parametrize("l2", [0.0, 0.2])
@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=name)
@pytest.mark.parametrize(("loss", "output"), OUTPUTS, ids=name)
def test_backprop_is_accepted(loss, output, hidden, dtype, l2):
    network, X, T = problem(hidden, output, dtype)
    report = nn.check_gradients(network, X, T, loss=loss, l2=l2)
    assert report, str(report)
    report.raise_if_wrong()


@pytest.mark.parametrize("factor", [0.999, 1.001])
@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("hidden", [nn.tanh, nn.relu], ids=name)
@pytest.mark.parametrize(("loss", "output"), [OUTPUTS[0], OUTPUTS[3], OUTPUTS[5]], ids=name)
def test_a_parameter_wrong_by_a_thousandth_is_refused(loss, output, hidden, dtype, number, factor):
    network, X, T = problem(hidden, output, dtype)
    gradients = nn.backprop(network, X, T, loss=loss).parameters
    gradients[number] = gradients[number] * np.float64(factor)
    report = nn.check_gradients(network, X, T, loss=loss, gradients=gradients)
    assert not report
    wrong = [check.name for check in report.parameters if not check.error <= report.tolerance]
    assert wrong == [f"layers[{number // 2}].{'Wb'[number % 2]}"]
    # In float32 the gradient carries rounding of its own beside the factor.
    np.testing.assert_allclose(report.error, 1e-3, rtol=0.2 if dtype is np.float32 else 0.01)


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_a_single_wrong_entry_is_refused_and_named(dtype, number):
    network, X, T = problem(dtype=dtype)
    gradients = [g.astype(np.float64) for g in nn.backprop(network, X, T, loss=nn.cross_entropy).parameters]
    worst = tuple(size - 1 for size in gradients[number].shape)
    right = gradients[number][worst]
    gradients[number][worst] *= 1.01
    report = nn.check_gradients(network, X, T, loss=nn.cross_entropy, gradients=gradients)
    check = report.parameters[number]
    assert not report
    assert check.worst_index == worst
    np.testing.assert_allclose([check.computed, check.expected], [1.01 * right, right], rtol=2e-3)
    text = f"WRONG layers[{number // 2}].{'Wb'[number % 2]}: "
    with pytest.raises(ArithmeticError, match="a gradient is wrong") as caught:
        report.raise_if_wrong()
    assert text in str(caught.value)
    assert f"at {worst}, computed {check.computed:.6g}, expected {check.expected:.6g}" in str(caught.value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda g: [-array for array in g],
        lambda g: [g[0], g[1], g[4], g[3], g[2], g[5]],
        lambda g: [g[0], -g[1], *g[2:]],
        lambda g: [g[0], g[1], g[2].T, *g[3:]],
        lambda g: [g[0], np.full_like(g[1], g[1].sum()), *g[2:]],
        lambda g: [g[0], g[1] / 6, *g[2:]],
        lambda g: [6 * array for array in g],
        lambda g: [g[0], np.zeros_like(g[1]), *g[2:]],
    ],
    ids=["sign", "layers swapped", "one sign", "transposed", "one scalar bias", "mean twice", "no mean", "no bias"],
)
@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_classic_mistakes_are_refused(dtype, spoil):
    network, X, T = problem(sizes=(4, 4, 4, 4), dtype=dtype)
    gradients = nn.backprop(network, X, T, loss=nn.cross_entropy).parameters
    assert nn.check_gradients(network, X, T, loss=nn.cross_entropy, gradients=gradients)
    assert not nn.check_gradients(network, X, T, loss=nn.cross_entropy, gradients=spoil(gradients))


def test_a_nan_is_refused_wherever_it_stands():
    # Python's max of (1e-9, nan) is 1e-9.
    network, X, T = problem()
    report = nn.check_gradients(network, X, T, loss=nn.cross_entropy)
    for number, check in enumerate(report.parameters):
        broken = nn.ParameterCheck(check.name, float("nan"), check.worst_index, float("nan"), check.expected, 0)
        checks = [*report.parameters[:number], broken, *report.parameters[number + 1 :]]
        spoiled = nn.GradientReport(tuple(checks), report.tolerance)
        assert not spoiled
        assert f"WRONG {check.name}" in str(spoiled)


class BrokenSlope(nn.ElementwiseActivation):
    """A tanh whose derivative is NaN for one entry."""

    name = "broken"

    def __call__(self, Z):
        return nn.tanh(Z)

    def derivative(self, Z):
        slope = nn.tanh.derivative(Z)
        slope[0, -1] = np.nan
        return slope


def test_a_nan_from_backprop_is_refused():
    network, X, T = problem(hidden=BrokenSlope())
    report = nn.check_gradients(network, X, T, loss=nn.cross_entropy)
    assert not report
    assert np.isnan(report.error)


class WrongSlope(nn.ElementwiseActivation):
    """A tanh with the derivative of the sigmoid's kind, f (1 − f)."""

    name = "wrong"

    def __call__(self, Z):
        return nn.tanh(Z)

    def derivative(self, Z):
        return nn.tanh(Z) * (1 - nn.tanh(Z))


def test_an_activation_with_a_wrong_derivative_is_refused():
    network, X, T = problem(hidden=WrongSlope())
    report = nn.check_gradients(network, X, T, loss=nn.cross_entropy)
    wrong = [check.name for check in report.parameters if check.error > report.tolerance]
    assert wrong == ["layers[0].W", "layers[0].b", "layers[1].W", "layers[1].b"]


class SquareRoot(nn.ElementwiseActivation):
    """√(1 + z²), an activation of one's own without a complex form: ``abs`` throws the imaginary part away."""

    name = "root"

    def __call__(self, Z):
        return np.sqrt(1 + np.abs(Z) ** 2)

    def derivative(self, Z):
        return Z / np.sqrt(1 + Z**2)


def test_an_activation_without_a_complex_form_is_judged_by_differences():
    network, X, T = problem(hidden=SquareRoot(), output=nn.identity)
    assert nn.check_gradients(network, X, T, loss=nn.squared_error)


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_kinks_are_recognized_and_reported_instead_of_an_alarm(dtype):
    # The two points of radius 0 lie on the kink of all 6 units of the first layer, and with A = 0 on that of all 5 of
    # the second: every bias of both hidden layers moves them across it.
    network, data = spiral(dtype)
    report = nn.check_gradients(network, data.inputs, data.targets, loss=nn.cross_entropy)
    assert report, str(report)
    kinks = {check.name: check.kinks for check in report.parameters}
    assert kinks["layers[0].b"] == 6
    assert kinks["layers[1].b"] == 5
    assert kinks["layers[2].W"] == kinks["layers[2].b"] == 0
    assert report.kinks == sum(kinks.values()) >= 11
    assert f"{report.kinks} central differences crossed a kink; a complex step was taken there" in str(report)


def test_central_differences_alone_would_cry_wolf_on_the_spiral():
    network, data = spiral()

    def loss(b):
        layers = [nn.Dense(network.layers[0].W, b, nn.relu), *network.layers[1:]]
        return nn.Network(layers).evaluate(data.inputs, data.targets, loss=nn.cross_entropy)

    right = nn.backprop(network, data.inputs, data.targets, loss=nn.cross_entropy).layers[0].db
    differences = nn.numerical_gradient(loss, network.layers[0].b)
    assert (np.abs(differences - right) / np.maximum(np.abs(differences), np.abs(right))).max() > 0.01


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("number", range(6))
def test_a_wrong_gradient_is_refused_at_a_kink_too(number, dtype):
    network, data = spiral(dtype)
    gradients = nn.backprop(network, data.inputs, data.targets, loss=nn.cross_entropy).parameters
    gradients[number] = gradients[number] * np.float64(1.001)
    assert not nn.check_gradients(network, data.inputs, data.targets, loss=nn.cross_entropy, gradients=gradients)


def test_the_mean_of_both_slopes_is_not_the_derivative_at_a_kink():
    # relu at z = 0 with E = ½ (a + 1)²: the central difference by the bias is ½, the derivative 0 by convention.
    network = nn.Network([nn.Dense([[1.0]], [0.0], nn.relu)])
    wrong = [np.zeros((1, 1)), np.array([0.5])]
    report = nn.check_gradients(network, [[0.0]], [[-1.0]], loss=nn.squared_error, gradients=wrong)
    assert not report
    assert report.parameters[1].expected == 0


def test_no_kink_is_mentioned_where_there_is_none():
    network, X, T = problem()
    report = nn.check_gradients(network, X, T, loss=nn.cross_entropy)
    assert report.kinks == 0
    assert "kink" not in str(report)


@pytest.mark.parametrize("scale", [1e-9, 1e-6])
def test_tiny_gradients_are_still_checked(scale):
    # Inputs of that size make ∂E/∂W of the first layer that small.
    network, X, T = problem()
    gradients = nn.backprop(network, scale * X, T, loss=nn.cross_entropy).parameters
    assert np.abs(gradients[0]).max() < scale
    assert nn.check_gradients(network, scale * X, T, loss=nn.cross_entropy, gradients=gradients)
    gradients[0] = gradients[0] * 1.001
    assert not nn.check_gradients(network, scale * X, T, loss=nn.cross_entropy, gradients=gradients)


def test_tiny_gradients_close_to_a_minimum_are_still_checked():
    # Targets 1e-9 away from the outputs make every gradient that small, although nothing else is.
    network, X, _ = problem(output=nn.identity)
    T = network.predict(X) + 1e-9
    gradients = nn.backprop(network, X, T, loss=nn.squared_error).parameters
    assert max(np.abs(g).max() for g in gradients) < 1e-7
    assert nn.check_gradients(network, X, T, loss=nn.squared_error, gradients=gradients)
    for number in range(6):
        spoiled = [g * 1.001 if k == number else g for k, g in enumerate(gradients)]
        assert not nn.check_gradients(network, X, T, loss=nn.squared_error, gradients=spoiled)


def test_a_gradient_of_zero_is_refused_where_a_difference_cannot_see_the_slope():
    # Weights of 1e-13 behind the first hidden unit: E changes by less than its last digit, so the difference is 0.
    network, X, T = problem(sizes=(3, 5, 2))
    network.layers[1].W[0] = [1e-13, -1e-13]
    gradients = nn.backprop(network, X, T, loss=nn.cross_entropy).parameters
    assert nn.check_gradients(network, X, T, loss=nn.cross_entropy, gradients=gradients)
    gradients[0][:, 0] = 0
    assert not nn.check_gradients(network, X, T, loss=nn.cross_entropy, gradients=gradients)


def test_size_of_rounding_by_hand():
    # x = 1, z = 0, a = σ(0) = 1/2 with slope 1/4, y = 3/2 = t: no error signal, so all derivatives are those of the
    # penalty alone. With n = 2 the magnitudes are (y + t)/n = 3/2 for each example at the output, and 9/8 below, 3/2
    # times the weight 3 and the slope 1/4. A gradient may be wrong by 4ε times their sums. What is wrong is measured
    # against that over the tolerance, which is so small here that nothing else counts.
    layers = [nn.Dense([[2.0]], [-2.0], nn.sigmoid), nn.Dense([[3.0]], [0.0], nn.identity)]
    l2, tolerance, wrong = 0.01, 1e-14, 1e-3
    gradients = [np.array([[wrong]]), np.array([wrong]), np.array([[wrong]]), np.array([wrong])]
    report = nn.check_gradients(
        nn.Network(layers),
        [[1.0], [1.0]],
        [[1.5], [1.5]],
        loss=nn.squared_error,
        l2=l2,
        gradients=gradients,
        tolerance=tolerance,
    )
    magnitudes = np.array([2 * 9 / 8 + l2 * 2, 2 * 9 / 8, 2 * 3 / 2 * 1 / 2 + l2 * 3, 2 * 3 / 2])
    off = np.array([l2 * 2 - wrong, wrong, l2 * 3 - wrong, wrong])
    expected = off / (4 * np.finfo(np.float64).eps * magnitudes / tolerance)
    np.testing.assert_allclose([check.error for check in report.parameters], expected, rtol=1e-9)


class Shifted(nn.ElementwiseActivation):
    """max(z − 1, 0), whose kink does not lie at 0."""

    kinks = (1.0,)

    def __call__(self, Z):
        return nn.relu(Z - 1)

    def derivative(self, Z):
        return nn.relu.derivative(Z - 1)


def test_a_kink_is_found_where_the_activation_says():
    network = nn.Network([nn.Dense([[1.0]], [0.0], Shifted())])
    report = nn.check_gradients(network, [[1.0]], [[1.0]], loss=nn.squared_error)
    assert [check.kinks for check in report.parameters] == [1, 1]
    assert report


# What once raised a false alarm: rounding of gradients that are zero, saturation, curvature within the step.
@pytest.mark.parametrize("dtype", DTYPES, ids=name)
def test_gradients_that_cancel_to_zero_raise_no_alarm(dtype):
    data = nn.make_spiral(20, rng=0)
    for sizes in ([2, 3], [2, 4, 3]):
        network = nn.Network.create(
            sizes, hidden=nn.tanh, output=nn.softmax, rng=0, dtype=dtype, initializer=nn.initializers.zeros
        )
        assert nn.check_gradients(network, data.inputs, data.targets, loss=nn.cross_entropy)


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("logit", [5.0, 15.0, 30.0, 60.0, 1e4])
def test_saturated_outputs_raise_no_alarm(logit, dtype):
    for output, loss in ((nn.softmax, nn.cross_entropy), (nn.sigmoid, nn.binary_cross_entropy)):
        last = nn.Dense(np.array([[logit, -logit]], dtype), np.zeros(2), output)
        first = nn.Dense(np.ones((1, 1), dtype), np.zeros(1), nn.identity)
        for T in ([[1, 0]], [[0, 1]]):
            for layers in ([last], [first, last]):
                report = nn.check_gradients(nn.Network(layers), [[1.0]], T, loss=loss)
                assert report, str(report)


@pytest.mark.parametrize("z", [5.0, 10.0, 15.0, 20.0, 100.0])
def test_saturated_hidden_units_raise_no_alarm(z):
    network = nn.Network([nn.Dense([[z]], [0.0], nn.tanh), nn.Dense([[1.0]], [0.0], nn.identity)])
    assert nn.check_gradients(network, [[1.0]], [[0.0]], loss=nn.squared_error)


def test_inputs_far_from_unit_size_raise_no_alarm():
    # z changes by 6e-2 within the step, so the central difference itself is off by a thousandth.
    rng = np.random.default_rng(0)
    draw = nn.initializers.normal(1e-4)
    network = nn.Network.create([2, 3, 2], hidden=nn.tanh, output=nn.softmax, rng=rng, initializer=draw)
    report = nn.check_gradients(network, 1e4 * rng.standard_normal((3, 2)), [0, 1, 0], loss=nn.cross_entropy)
    assert report, str(report)


def test_a_float32_network_is_judged_by_the_data_that_it_sees():
    # In float32 the inputs are rounded by up to 1.5e-5: 0.5 % of their difference 0.0033, hence of the gradient.
    network = nn.Network([nn.Dense(np.array([[1], [-1]], np.float32), [0], nn.identity)])
    assert nn.check_gradients(network, [[1000 / 3, 333.33]], [[0]], loss=nn.squared_error)


@settings(deadline=None, max_examples=150)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    n=st.integers(1, 4),
    hidden=st.sampled_from(HIDDEN),
    pair=st.sampled_from(OUTPUTS),
    dtype=st.sampled_from(DTYPES),
    scale=st.floats(0.01, 3),
    inputs=st.sampled_from([1e-3, 1.0, 10.0]),
    seed=st.integers(0, 2**32),
)
def test_random_networks_never_raise_a_false_alarm(sizes, n, hidden, pair, dtype, scale, inputs, seed):
    loss, output = pair
    network, X, T = problem(hidden, output, dtype, sizes, n, seed, scale)
    report = nn.check_gradients(network, inputs * X, T, loss=loss)
    assert report, str(report)


@settings(deadline=None, max_examples=80)
@given(
    number=st.integers(0, 3),
    hidden=st.sampled_from([nn.sigmoid, nn.tanh, nn.softplus]),
    pair=st.sampled_from(OUTPUTS),
    factor=st.sampled_from([0.999, 1.001, -1.0, 0.5, 2.0]),
    seed=st.integers(0, 2**32),
)
def test_wrong_gradients_of_random_networks_are_refused(number, hidden, pair, factor, seed):
    loss, output = pair
    network, X, T = problem(hidden, output, sizes=(2, 3, 2), n=3, seed=seed)
    gradients = nn.backprop(network, X, T, loss=loss).parameters
    gradients[number] = factor * gradients[number]
    assert not nn.check_gradients(network, X, T, loss=loss, gradients=gradients)


def test_the_penalty_is_part_of_what_is_checked():
    network, X, T = problem()
    with_penalty = nn.backprop(network, X, T, loss=nn.cross_entropy, l2=0.1).parameters
    without = nn.backprop(network, X, T, loss=nn.cross_entropy).parameters
    assert nn.check_gradients(network, X, T, loss=nn.cross_entropy, l2=0.1, gradients=with_penalty)
    assert not nn.check_gradients(network, X, T, loss=nn.cross_entropy, l2=0.1, gradients=without)
    assert not nn.check_gradients(network, X, T, loss=nn.cross_entropy, gradients=with_penalty)
    # A penalty on the biases as well is a mistake.
    on_biases = [g + 0.1 * p if p.ndim == 1 else g for g, p in zip(with_penalty, network.parameters)]
    assert not nn.check_gradients(network, X, T, loss=nn.cross_entropy, l2=0.1, gradients=on_biases)


@pytest.mark.parametrize("dtype", DTYPES, ids=name)
@pytest.mark.parametrize("hidden", [nn.tanh, nn.relu], ids=name)
def test_network_data_and_gradients_stay_as_they_are(hidden, dtype):
    network, X, T = problem(hidden, dtype=dtype)
    gradients = nn.backprop(network, X, T, loss=nn.cross_entropy).parameters
    arrays = [X, T, *network.parameters, *gradients]
    before = [array.copy() for array in arrays]
    nn.check_gradients(network, X, T, loss=nn.cross_entropy, l2=0.1, gradients=gradients)
    for array, old in zip(arrays, before):
        assert array.dtype == old.dtype
        np.testing.assert_array_equal(array, old)


def test_class_indices_are_taken():
    network, X, _ = problem()
    assert nn.check_gradients(network, X, [0, 1, 1, 0, 1, 0], loss=nn.cross_entropy)


def test_report():
    network, X, T = problem(sizes=(3, 4, 2))
    report = nn.check_gradients(network, X, T, loss=nn.cross_entropy)
    assert [check.name for check in report.parameters] == ["layers[0].W", "layers[0].b", "layers[1].W", "layers[1].b"]
    assert report.tolerance == 1e-5
    assert report.error == max(check.error for check in report.parameters)
    for check, gradient, parameter in zip(
        report.parameters, nn.backprop(network, X, T, loss=nn.cross_entropy).parameters, network.parameters
    ):
        assert len(check.worst_index) == parameter.ndim
        assert check.computed == gradient[check.worst_index]
        np.testing.assert_allclose(check.expected, check.computed, rtol=1e-5)
    lines = str(report).splitlines()
    assert lines[0] == f"the gradients agree: largest relative error {report.error:.1e}, tolerance 1.0e-05"
    assert len(lines) == 5
    assert all(re.match(r"  ok    layers\[\d\]\.[Wb]: ", line) for line in lines[1:])


def test_report_of_an_error_at_the_tolerance_and_above_it():
    checks = [nn.ParameterCheck(name, error, (0,), 1.0, 1.0, 0) for name, error in (("a", 0.25), ("b", 0.5))]
    at, above = (nn.GradientReport(tuple(checks), tolerance) for tolerance in (0.5, 0.25))
    assert at
    assert [line.split()[0] for line in str(at).splitlines()[1:]] == ["ok", "ok"]
    assert not above
    assert str(above).splitlines()[0] == "a gradient is wrong: largest relative error 5.0e-01, tolerance 2.5e-01"
    assert [line.split()[0] for line in str(above).splitlines()[1:]] == ["ok", "WRONG"]


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 5e-4), (np.float64, 1e-5)], ids=name)
def test_default_tolerance(dtype, tolerance):
    network, X, T = problem(dtype=dtype)
    assert nn.check_gradients(network, X, T, loss=nn.cross_entropy).tolerance == tolerance


def test_a_wider_tolerance_accepts_more():
    network, X, T = problem()
    gradients = [1.001 * g for g in nn.backprop(network, X, T, loss=nn.cross_entropy).parameters]
    assert not nn.check_gradients(network, X, T, loss=nn.cross_entropy, gradients=gradients, tolerance=9e-4)
    assert nn.check_gradients(network, X, T, loss=nn.cross_entropy, gradients=gradients, tolerance=1.1e-3)


# f(x, y) = x² y + sin y: ∂f/∂x = 2xy, ∂f/∂y = x² + cos y, by hand.
@pytest.mark.parametrize(("method", "rtol"), [("central", 1e-9), ("complex", 1e-15)])
def test_numerical_gradient_by_hand(method, rtol):
    x = np.array([1.5, -0.7])
    gradient = nn.numerical_gradient(lambda x: x[0] ** 2 * x[1] + np.sin(x[1]), x, method=method)
    np.testing.assert_allclose(gradient, [2 * 1.5 * -0.7, 1.5**2 + np.cos(-0.7)], rtol=rtol)
    np.testing.assert_array_equal(x, [1.5, -0.7])


@pytest.mark.parametrize("method", ["central", "complex"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 2)], ids=str)
def test_numerical_gradient_has_the_shape_of_the_point(shape, method):
    x = np.random.default_rng(0).standard_normal(shape)
    gradient = nn.numerical_gradient(lambda x: (x**3).sum(), x, method=method)
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, 3 * x**2, rtol=1e-7)


@pytest.mark.parametrize("value", [1e6, 1.0, 1e-6, -1e6])
def test_central_step_grows_with_the_point(value):
    # A fixed step of 6e-6 at 1e6 would leave only five digits of the difference.
    gradient = nn.numerical_gradient(lambda x: (x**2).sum(), np.array([value]))
    np.testing.assert_allclose(gradient, [2 * value], rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("value", [0.5, -1.0, 4.0])
def test_central_step_balances_truncation_and_rounding(value):
    seen = []
    nn.numerical_gradient(lambda x: seen.append(float(x[0])) or 0.0, np.array([value]))
    h = np.finfo(np.float64).eps ** (1 / 3) * max(1, abs(value))
    np.testing.assert_allclose(np.array(seen) - value, [h, -h], rtol=1e-9)


@pytest.mark.parametrize("method", ["central", "complex"])
def test_the_given_step_is_taken(method):
    # (x³ with a central difference is 3x² + h², with a complex step 3x² − h²)
    gradient = nn.numerical_gradient(lambda x: (x**3).sum(), np.array([1.0]), method=method, h=0.5)
    np.testing.assert_allclose(gradient, [3 + 0.25 if method == "central" else 3 - 0.25], rtol=1e-14)


def test_integers_and_lists_are_points_too():
    np.testing.assert_allclose(
        nn.numerical_gradient(lambda x: (x**2).sum(), [1, 2], method="complex"), [2, 4], rtol=1e-15
    )


def test_a_function_that_changes_its_argument_does_no_harm():
    def f(x):
        x *= 2
        return x.sum()

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(nn.numerical_gradient(f, x), [2, 2], rtol=1e-9)
    np.testing.assert_array_equal(x, [1, 2])


@pytest.mark.parametrize("method", ["central", "complex"])
def test_a_function_must_have_a_scalar_value(method):
    with pytest.raises(ValueError, match=r"^f must have a scalar value, got an array with shape \(1,\)$"):
        nn.numerical_gradient(lambda x: x**2, np.array([1.0]), method=method)


def test_errors_name_the_argument():
    with pytest.raises(TypeError, match=r"^f must "):
        nn.numerical_gradient(1, [1.0])
    with pytest.raises(TypeError, match=r"^x must hold real numbers, got "):
        nn.numerical_gradient(np.sum, ["a"])
    with pytest.raises(ValueError, match=r"^method must be 'central' or 'complex', got 'forward'$"):
        nn.numerical_gradient(np.sum, [1.0], method="forward")
    with pytest.raises(ValueError, match=r"^h must be finite and greater than 0, got 0.0$"):
        nn.numerical_gradient(np.sum, [1.0], h=0)


def test_the_gradient_at_a_point_of_float32_is_computed_in_float64():
    gradient = nn.numerical_gradient(lambda x: (x**2).sum(), np.array([1.5], np.float32))
    assert gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, [3], rtol=1e-9)


def test_gradients_that_do_not_fit_the_network_are_named():
    network, X, T = problem()
    right = nn.backprop(network, X, T, loss=nn.cross_entropy).parameters

    def check(**arguments):
        nn.check_gradients(network, X, T, loss=nn.cross_entropy, **arguments)

    with pytest.raises(TypeError, match=r"^gradients must be a sequence of arrays, got 1$"):
        check(gradients=1)
    with pytest.raises(ValueError, match=f"^gradients must hold {len(right)} arrays, got {len(right) - 1}$"):
        check(gradients=right[1:])
    with pytest.raises(TypeError, match=r"^gradients\[1\] must hold real numbers, got "):
        check(gradients=[right[0], ["a"], *right[2:]])
    with pytest.raises(ValueError, match=r"^gradients\[1\] must have the shape of network\.parameters\[1\], "):
        check(gradients=[right[0], right[0], *right[2:]])
    with pytest.raises(ValueError, match=r"^tolerance must be finite and greater than 0, got 0.0$"):
        check(tolerance=0)
