"""Optimizers, their memory, learning-rate schedules, and gradient descent of plain functions."""

import functools
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import nnbook as nn
from nnbook.backprop import Gradients, LayerGradients

RULES = [
    nn.SGD(0.1),
    nn.Momentum(0.1, momentum=0.8),
    nn.Nesterov(0.1, momentum=0.8),
    nn.RMSProp(0.05, decay=0.7, epsilon=1e-3),
    nn.Adam(0.05, beta1=0.6, beta2=0.8, epsilon=1e-3),
]


def fresh(optimizer: nn.Optimizer) -> Any:
    """Return a new optimizer with the same settings."""
    return type(optimizer)(**optimizer.settings)


def one_weight(w: float = 1.0, b: float = 0.0) -> nn.Network:
    return nn.Network([nn.Dense([[w]], [b], nn.identity)])


def gradients_of(*values: Any) -> Gradients:
    """Return gradients made of the given arrays dW, db, dW, db …"""
    arrays = [np.asarray(value) for value in values]
    layers = tuple(LayerGradients(dW, db, db[None]) for dW, db in zip(arrays[::2], arrays[1::2]))
    return Gradients(0.0, 0.0, layers)


def steps(optimizer: nn.Optimizer, gradients: list[float], start: float = 1.0) -> list[float]:
    """Return a single weight after each step against the given gradients."""
    network = one_weight(start)
    path = []
    for gradient in gradients:
        optimizer.update(network, gradients_of([[gradient]], [0.0]))
        path.append(float(network.layers[0].W[0, 0]))
    return path


# Worked by hand, each from w = 1 with the gradients 2, −1, 0.5.


def test_sgd_by_hand() -> None:
    # 1 − 0.1·2 = 0.8; 0.8 + 0.1 = 0.9; 0.9 − 0.05 = 0.85.
    np.testing.assert_allclose(steps(nn.SGD(0.1), [2.0, -1.0, 0.5]), [0.8, 0.9, 0.85], rtol=1e-15)


def test_momentum_by_hand() -> None:
    # v: 2; 0.5·2 − 1 = 0; 0.5·0 + 0.5 = 0.5. w: 1 − 0.2 = 0.8; 0.8; 0.8 − 0.05 = 0.75.
    path = steps(nn.Momentum(0.1, momentum=0.5), [2.0, -1.0, 0.5])
    np.testing.assert_allclose(path, [0.8, 0.8, 0.75], rtol=1e-15)


def test_nesterov_by_hand() -> None:
    # v as above: 2, 0, 0.5. g + 0.5 v: 3; −1; 0.75. w: 0.7; 0.8; 0.725.
    path = steps(nn.Nesterov(0.1, momentum=0.5), [2.0, -1.0, 0.5])
    np.testing.assert_allclose(path, [0.7, 0.8, 0.725], rtol=1e-15)


def test_rmsprop_by_hand() -> None:
    # α = 0.75, ε = 1. s: 0.25·4 = 1; 0.75·1 + 0.25·1 = 1; steps 0.1·2/(1 + 1) = 0.1 and 0.1·(−1)/2 = −0.05.
    path = steps(nn.RMSProp(0.1, decay=0.75, epsilon=1.0), [2.0, -1.0])
    np.testing.assert_allclose(path, [0.9, 0.95], rtol=1e-15)


def test_adam_by_hand() -> None:
    # β₁ = 0.5, β₂ = 0.75, ε = 1.
    # t = 1: m = 1, m̂ = 1/0.5 = 2; s = 1, ŝ = 1/0.25 = 4; step 0.1·2/(2 + 1) = 1/15.
    # t = 2: m = 0.5·1 − 0.5 = 0; step 0; s = 0.75 + 0.25 = 1.
    # t = 3: m = 0.25, m̂ = 0.25/0.875 = 2/7; s = 0.75 + 0.25·0.25 = 0.8125, ŝ = 0.8125/0.578125 = 52/37;
    #        step 0.1·(2/7)/(√(52/37) + 1).
    path = steps(nn.Adam(0.1, beta1=0.5, beta2=0.75, epsilon=1.0), [2.0, -1.0, 0.5])
    second = 1 - 1 / 15
    third = second - 0.1 * (2 / 7) / (math.sqrt(52 / 37) + 1)
    np.testing.assert_allclose(path, [second, second, third], rtol=1e-15)


def test_the_first_step_of_adam_has_the_length_of_the_learning_rate() -> None:
    # m̂ = g and ŝ = g², so the step is η · sign(g), short of it by ε/|g|.
    for gradient in (-1e-3, 1e3):
        assert steps(nn.Adam(0.1), [gradient], 0.0)[0] == pytest.approx(-0.1 * np.sign(gradient), rel=2e-5)


def pytorch(name: str, settings: Mapping[str, Any], gradients: list[Any], theta: Any) -> Any:
    """Follow the pseudocode in PyTorch's documentation of torch.optim.SGD, RMSprop and Adam, with its letters."""
    gamma = settings["learning_rate"]
    buffer = v = m = np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        if name in ("Momentum", "Nesterov"):
            mu = settings["momentum"]
            buffer = mu * buffer + g if t > 1 else g
            g = g + mu * buffer if name == "Nesterov" else buffer
            theta = theta - gamma * g
        elif name == "RMSProp":
            alpha = settings["decay"]
            v = alpha * v + (1 - alpha) * g**2
            theta = theta - gamma * g / (np.sqrt(v) + settings["epsilon"])
        elif name == "Adam":
            beta1, beta2 = settings["beta1"], settings["beta2"]
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            theta = theta - gamma * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + settings["epsilon"])
        else:
            theta = theta - gamma * g
    return theta


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rule", [*RULES, nn.Momentum(0.1), nn.Nesterov(0.1), nn.RMSProp(), nn.Adam()], ids=repr)
def test_a_hundred_steps_follow_the_rules_that_pytorch_documents(rule: nn.Optimizer, dtype: Any) -> None:
    network = nn.Network.create([3, 4, 2], hidden=nn.tanh, output=nn.softmax, rng=0, dtype=dtype)
    starts = [p.astype(np.float64) for p in network.parameters]
    rng = np.random.default_rng(1)
    given = [[rng.standard_normal(p.shape).astype(dtype) for p in network.parameters] for _ in range(100)]
    optimizer = fresh(rule)
    for arrays in given:
        optimizer.update(network, gradients_of(*arrays))
    for number, parameter in enumerate(network.parameters):
        wide = [arrays[number].astype(np.float64) for arrays in given]
        expected = pytorch(type(rule).__name__, optimizer.settings, wide, starts[number])
        assert parameter.dtype == dtype
        # 100 steps of rounding: measured at most 3e-15 and 2e-6 of the largest entry.
        scale = float(np.abs(expected).max())
        np.testing.assert_allclose(parameter, expected, rtol=0, atol=scale * (2e-14 if dtype == np.float64 else 1e-5))


def test_the_defaults_are_those_of_pytorch() -> None:
    # torch.optim.RMSprop(lr=0.01, alpha=0.99, eps=1e-8) and Adam(lr=0.001, betas=(0.9, 0.999), eps=1e-8).
    assert nn.RMSProp().settings == {"learning_rate": 0.01, "decay": 0.99, "epsilon": 1e-8}
    assert nn.Adam().settings == {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    assert nn.Momentum(0.1).settings == nn.Nesterov(0.1).settings == {"learning_rate": 0.1, "momentum": 0.9}


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_an_update_changes_the_arrays_in_place_and_leaves_the_gradients(rule: nn.Optimizer) -> None:
    network = one_weight()
    arrays, gradients = network.parameters, gradients_of([[2.0]], [3.0])
    optimizer = fresh(rule)
    optimizer.update(network, gradients)
    optimizer.update(network, gradients)
    assert all(a is b for a, b in zip(arrays, network.parameters))
    assert arrays[0][0, 0] < 1
    assert arrays[1][0] < 0
    assert gradients.layers[0].dW.tolist() == [[2.0]]
    assert gradients.layers[0].db.tolist() == [3.0]


@pytest.mark.parametrize("rule", RULES[1:], ids=repr)
def test_an_optimizer_with_memory_refuses_another_network(rule: nn.Optimizer) -> None:
    optimizer, network, other = fresh(rule), one_weight(), one_weight()
    gradients = gradients_of([[1.0]], [1.0])
    optimizer.update(network, gradients)
    steps_before = optimizer.state.steps
    message = (
        f"network must be the one with which this {type(rule).__name__} made its first step, since what it remembers "
        "belongs to that one, got another; make a new optimizer"
    )
    with pytest.raises(ValueError, match=f"^{message}$"):
        optimizer.update(other, gradients)
    assert other.layers[0].W.tolist() == [[1.0]]
    assert optimizer.state.steps == steps_before
    optimizer.update(network, gradients)


def test_sgd_serves_many_networks() -> None:
    optimizer = nn.SGD(0.1)
    for network in (one_weight(), one_weight()):
        optimizer.update(network, gradients_of([[1.0]], [1.0]))
        assert network.layers[0].W.tolist() == [[0.9]]
    assert optimizer.state.network is None
    assert optimizer.state.steps == 2


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_a_restored_state_continues_to_the_same_bits(rule: nn.Optimizer) -> None:
    network = nn.Network.create([3, 4, 2], hidden=nn.tanh, output=nn.softmax, rng=0)
    rng = np.random.default_rng(1)
    given = [gradients_of(*[rng.standard_normal(p.shape) for p in network.parameters]) for _ in range(6)]
    optimizer = fresh(rule)
    for gradients in given[:3]:
        optimizer.update(network, gradients)
    state, parameters = optimizer.state, [p.copy() for p in network.parameters]
    for gradients in given[3:]:
        optimizer.update(network, gradients)
    expected = [p.copy() for p in network.parameters]

    for again in (optimizer, fresh(rule)):
        for parameter, value in zip(network.parameters, parameters):
            parameter[...] = value
        again.restore(state)
        for gradients in given[3:]:
            again.update(network, gradients)
        assert again.state.steps == 6
        assert all(np.array_equal(p, q) for p, q in zip(network.parameters, expected))


def test_the_state_is_a_copy() -> None:
    optimizer, network = nn.Momentum(0.1), one_weight()
    optimizer.update(network, gradients_of([[2.0]], [1.0]))
    state = optimizer.state
    optimizer.update(network, gradients_of([[2.0]], [1.0]))
    assert state.memory["velocity"][0].tolist() == [[2.0]]
    optimizer.restore(state)
    state.memory["velocity"][0][:] = np.nan
    assert optimizer.state.memory["velocity"][0].tolist() == [[2.0]]
    assert state.network is network


def test_an_empty_state_frees_an_optimizer_for_another_network() -> None:
    optimizer = nn.Adam()
    optimizer.update(one_weight(), gradients_of([[2.0]], [1.0]))
    optimizer.restore(nn.OptimizerState())
    optimizer.update(one_weight(), gradients_of([[2.0]], [1.0]))
    assert optimizer.state.steps == 1


@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        ("state", TypeError, "state must be of type OptimizerState, got 'state'"),
        (nn.OptimizerState(one_weight(), 1, {}), ValueError, "state must have the memory ['velocity'], got []"),
        (nn.OptimizerState(None, 0, {"velocity": []}), ValueError, "state must have the memory [], got ['velocity']"),
        (
            nn.OptimizerState(one_weight(), 1, {"velocity": [np.zeros((1, 2)), np.zeros(1)]}),
            ValueError,
            "the memory velocity of state must have the shapes and dtypes of network.parameters, got [(1, 2), (1,)]",
        ),
        (
            nn.OptimizerState(one_weight(), 1, {"velocity": [np.zeros((1, 1), np.float32), np.zeros(1)]}),
            ValueError,
            "must have the shapes and dtypes",
        ),
    ],
)
def test_a_state_that_does_not_fit_is_refused(state: Any, error: type[Exception], message: str) -> None:
    optimizer, network = nn.Momentum(0.1), one_weight()
    optimizer.update(network, gradients_of([[2.0]], [1.0]))
    with pytest.raises(error, match=re.escape(message)):
        optimizer.restore(state)
    assert optimizer.state.network is network


class Halving(nn.Optimizer):
    """An optimizer as a reader would write it: the direction is half the gradient."""

    def direction(self, gradient: Any, memory: Mapping[str, Any], step: int) -> Any:
        return gradient / 2


def test_an_optimizer_of_the_readers_own_works() -> None:
    assert steps(Halving(0.5), [2.0, 4.0]) == [0.5, -0.5]
    assert repr(Halving(0.5)) == "Halving(learning_rate=0.5)"


def test_repr_shows_settings_of_any_kind_in_short() -> None:
    optimizer: Any = Halving(0.1 + 0.2)
    optimizer.mode, optimizer.learning_rate = "fast", functools.partial(max, 0.5)
    assert repr(optimizer) == "Halving(learning_rate=functools.partial(<built-in function max>, 0.5), mode='fast')"
    assert repr(Halving(0.1 + 0.2)) == "Halving(learning_rate=0.3)"


def test_an_optimizer_without_a_direction_is_abstract() -> None:
    with pytest.raises(TypeError, match="abstract"):
        nn.Optimizer(0.1)  # type: ignore[abstract]


def falling(epoch: int) -> float:
    return 1 / epoch


def test_a_learning_rate_may_be_a_function_of_the_epoch() -> None:
    optimizer, network = nn.SGD(falling), one_weight()
    gradients = gradients_of([[1.0]], [0.0])
    optimizer.update(network, gradients)
    assert network.layers[0].W.tolist() == [[0.0]]
    # Epoch 4: one quarter.
    optimizer.update(network, gradients, epoch=4)
    assert network.layers[0].W.tolist() == [[-0.25]]
    assert optimizer.rate(2) == 0.5
    assert repr(optimizer) == "SGD(learning_rate=falling)"


def test_a_learning_rate_changed_by_hand_holds_from_the_next_step_on() -> None:
    optimizer, network = nn.SGD(0.5), one_weight()
    optimizer.update(network, gradients_of([[1.0]], [0.0]))
    optimizer.learning_rate = 0.25
    optimizer.update(network, gradients_of([[1.0]], [0.0]))
    assert network.layers[0].W.tolist() == [[0.25]]
    optimizer.learning_rate = -1.0
    with pytest.raises(ValueError, match=re.escape("learning_rate must be finite and greater than 0, got -1.0")):
        optimizer.update(network, gradients_of([[1.0]], [0.0]))
    assert network.layers[0].W.tolist() == [[0.25]]


def test_a_scalar_of_numpy_as_a_learning_rate_keeps_float32() -> None:
    network = nn.Network.create([2, 2], hidden=nn.relu, output=nn.identity, rng=0, dtype=np.float32)
    optimizer = nn.Adam(np.float64(0.1))
    optimizer.update(network, gradients_of(np.ones((2, 2), np.float32), np.ones(2, np.float32)))
    assert type(optimizer.learning_rate) is float
    assert repr(optimizer) == "Adam(learning_rate=0.1, beta1=0.9, beta2=0.999, epsilon=1e-08)"
    assert all(a.dtype == np.float32 for arrays in optimizer.state.memory.values() for a in arrays)


# Schedules: expected values by hand, epochs counted from 1.


def test_step_decay_by_hand() -> None:
    rate = nn.schedules.step_decay(1.0, every=3)
    np.testing.assert_allclose([rate(e) for e in (1, 3, 4, 6, 7)], [1, 1, 0.1, 0.1, 0.01], rtol=1e-15)


def test_exponential_decay_by_hand() -> None:
    rate = nn.schedules.exponential_decay(2.0, factor=0.9)
    np.testing.assert_allclose([rate(e) for e in (1, 2, 3)], [2.0, 1.8, 1.62], rtol=1e-15)


def test_cosine_by_hand() -> None:
    # ½ (1 + cos(π k / 3)) for k = 0, 1, 2: 1, ¾, ¼; then the rate stays.
    rate = nn.schedules.cosine(2.0, epochs=3)
    np.testing.assert_allclose([rate(e) for e in (1, 2, 3, 4, 9)], [2.0, 1.5, 0.5, 0.5, 0.5], rtol=1e-15)
    assert nn.schedules.cosine(2.0, epochs=1)(1) == 2.0


def test_warmup_by_hand() -> None:
    rate = nn.schedules.warmup(0.8, epochs=4)
    np.testing.assert_allclose([rate(e) for e in (1, 2, 3, 4, 5, 9)], [0.2, 0.4, 0.6, 0.8, 0.8, 0.8], rtol=1e-15)
    rate = nn.schedules.warmup(falling, epochs=2)
    assert [rate(e) for e in (1, 2, 3, 4)] == [0.5, 1.0, 1.0, 0.5]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.SGD(0.0), ValueError, "learning_rate must be finite and greater than 0, got 0.0"),
        (lambda: nn.SGD(-0.1), ValueError, "learning_rate must be finite and greater than 0, got -0.1"),
        (lambda: nn.SGD(math.nan), ValueError, "learning_rate must be finite and greater than 0, got nan"),
        (lambda: nn.SGD(math.inf), ValueError, "learning_rate must be finite and greater than 0, got inf"),
        (lambda: nn.SGD("0.1"), TypeError, "learning_rate must be a real number, got '0.1'"),
        (lambda: nn.SGD(None), TypeError, "learning_rate must be a real number, got None"),
        (lambda: nn.SGD(1j), TypeError, "learning_rate must be a real number, got 1j"),
        (lambda: nn.SGD(lambda epoch: -epoch), ValueError, "learning_rate(1) must be finite and greater than 0, got"),
        (lambda: nn.SGD(lambda epoch: "x"), TypeError, "learning_rate(1) must be a real number, got 'x'"),
        (lambda: nn.SGD(falling).rate(0), ValueError, "epoch must be at least 1, got 0"),
        (lambda: nn.SGD(0.1).rate(1.5), TypeError, "epoch must be an integer, got 1.5"),
        (lambda: nn.SGD(lambda epoch: 2 - epoch).rate(2), ValueError, "learning_rate(2) must be finite and greater"),
        (lambda: nn.SGD(learning_rate=0.1, momentum=0.9), TypeError, "unexpected keyword argument 'momentum'"),
        (lambda: nn.Momentum(0.1, momentum=1.0), ValueError, "momentum must be finite and at least 0 and less than 1"),
        (lambda: nn.Nesterov(0.1, momentum=-0.1), ValueError, "momentum must be finite and at least 0 and less than"),
        (lambda: nn.RMSProp(decay=1.0), ValueError, "decay must be finite and at least 0 and less than 1, got 1.0"),
        (lambda: nn.RMSProp(decay=-0.5), ValueError, "decay must be finite and at least 0 and less than 1, got -0.5"),
        (lambda: nn.RMSProp(epsilon=0.0), ValueError, "epsilon must be finite and greater than 0, got 0.0"),
        (lambda: nn.Adam(beta1=1.0), ValueError, "beta1 must be finite and at least 0 and less than 1, got 1.0"),
        (lambda: nn.Adam(beta1=-1e-9), ValueError, "beta1 must be finite and at least 0 and less than 1"),
        (lambda: nn.Adam(beta2=1.0), ValueError, "beta2 must be finite and at least 0 and less than 1, got 1.0"),
        (lambda: nn.Adam(beta2=-1e-9), ValueError, "beta2 must be finite and at least 0 and less than 1"),
        (lambda: nn.Adam(epsilon=0.0), ValueError, "epsilon must be finite and greater than 0, got 0.0"),
        (lambda: nn.Adam(beta1="0.9"), TypeError, "beta1 must be a real number, got '0.9'"),
        (lambda: nn.schedules.step_decay(0.0, every=1), ValueError, "learning_rate must be finite and greater than 0"),
        (lambda: nn.schedules.step_decay(0.1, every=0), ValueError, "every must be at least 1, got 0"),
        (lambda: nn.schedules.step_decay(0.1, every=1.5), TypeError, "every must be an integer, got 1.5"),
        (lambda: nn.schedules.step_decay(0.1, every=1, factor=1.0), ValueError, "factor must be finite and greater"),
        (lambda: nn.schedules.exponential_decay(0.1, factor=0.0), ValueError, "factor must be finite and greater than"),
        (lambda: nn.schedules.cosine(-1.0, epochs=3), ValueError, "learning_rate must be finite and greater than 0"),
        (lambda: nn.schedules.cosine(0.1, epochs=0), ValueError, "epochs must be at least 1, got 0"),
        (lambda: nn.schedules.warmup(0.0, epochs=3), ValueError, "learning_rate must be finite and greater than 0"),
        (lambda: nn.schedules.warmup(0.1, epochs=0), ValueError, "epochs must be at least 1, got 0"),
        (lambda: nn.schedules.warmup("fast", epochs=2), TypeError, "learning_rate must be a real number, got 'fast'"),
    ],
)
def test_bad_settings_are_named(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        make()


@pytest.mark.parametrize("rule", RULES, ids=repr)
@pytest.mark.parametrize(
    ("gradients", "error", "message"),
    [
        ([[1.0]], TypeError, "gradients must be of type Gradients, got an object of type list"),
        (gradients_of([[1.0]], [1.0], [[1.0]], [1.0]), ValueError, "gradients must have 1 layers, got 2"),
        (gradients_of(), ValueError, "gradients must have 1 layers, got 0"),
        (
            gradients_of([[1.0, 2.0]], [1.0]),
            ValueError,
            "the gradient of W of layers[0] must have shape (1, 1), got (1",
        ),
        (
            gradients_of([[1.0]], [1.0, 2.0]),
            ValueError,
            "the gradient of b of layers[0] must have shape (1,), got (2,)",
        ),
    ],
)
def test_bad_gradients_are_named_and_nothing_changes(
    rule: nn.Optimizer, gradients: Any, error: type[Exception], message: str
) -> None:
    optimizer, network = fresh(rule), one_weight()
    with pytest.raises(error, match=re.escape(message)):
        optimizer.update(network, gradients)
    assert network.layers[0].W.tolist() == [[1.0]]
    assert optimizer.state.steps == 0
    with pytest.raises(TypeError, match="network must be of type Network, got None"):
        optimizer.update(None, gradients)  # type: ignore[arg-type]


def test_the_layer_of_a_wrong_gradient_is_named() -> None:
    network = nn.Network.create([1, 1, 1], hidden=nn.relu, output=nn.identity, rng=0)
    gradients = gradients_of([[1.0]], [1.0], [[1.0, 1.0]], [1.0])
    with pytest.raises(
        ValueError, match=re.escape("the gradient of W of layers[1] must have shape (1, 1), got (1, 2)")
    ):
        nn.SGD(0.1).update(network, gradients)
    gradients = gradients_of([[1.0]], [1.0], [[1.0]], [1.0, 1.0])
    with pytest.raises(ValueError, match=re.escape("the gradient of b of layers[1] must have shape (1,), got (2,)")):
        nn.SGD(0.1).update(network, gradients)


# Gradient descent of a plain function.


def test_gradient_descent_records_the_path_by_hand() -> None:
    # f = w², η = 0.25: w halves at every step.
    path = nn.gradient_descent(lambda w: w**2, lambda w: 2 * w, 2.0, learning_rate=0.25, steps=3)
    assert path.points.tolist() == [2.0, 1.0, 0.5, 0.25]
    assert path.values.tolist() == [4.0, 1.0, 0.25, 0.0625]
    assert not path.escaped


def test_gradient_descent_in_the_plane_by_hand() -> None:
    # f = x² + 4y², ∇f = (2x, 8y), η = 0.125: x ↦ 0.75 x, y ↦ 0.
    path = nn.gradient_descent(
        lambda w: w[0] ** 2 + 4 * w[1] ** 2, lambda w: np.array([2, 8]) * w, [4, 1], learning_rate=0.125, steps=2
    )
    assert path.points.tolist() == [[4.0, 1.0], [3.0, 0.0], [2.25, 0.0]]
    assert path.values.tolist() == [20.0, 9.0, 5.0625]


def test_gradient_descent_computes_in_float64_and_says_whether_it_escaped() -> None:
    path = nn.gradient_descent(lambda w: w**2, lambda w: 2 * w, np.float32(0.5), learning_rate=0.1, steps=1)
    assert path.points.dtype == np.float64
    assert path.escaped is False


def test_gradient_descent_does_not_change_its_start() -> None:
    start = np.array([1.0, 2.0])
    nn.gradient_descent(lambda w: (w**2).sum(), lambda w: 2 * w, start, learning_rate=0.1, steps=2)
    assert start.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        (lambda w: w**4, lambda w: 4 * w**3),
        # Here the point stays finite while the value does not.
        (lambda w: math.inf if w > 1 else 0.0, lambda w: -1.0),
        (lambda w: np.float64(np.inf) * 0 if w > 1 else 0.0, lambda w: -1.0),
    ],
)
def test_an_escaping_path_is_cut_off_at_the_last_finite_point(f: Any, gradient: Any) -> None:
    path = nn.gradient_descent(f, gradient, 1.0, learning_rate=10.0, steps=50)
    assert path.escaped
    assert path.points.size == path.values.size < 51
    assert np.isfinite(path.points).all()
    assert np.isfinite(path.values).all()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"start": "here"}, TypeError, "start must hold real numbers"),
        ({"start": math.nan}, ValueError, "start must be finite"),
        ({"learning_rate": 0.0}, ValueError, "learning_rate must be finite and greater than 0, got 0.0"),
        ({"learning_rate": falling}, TypeError, "learning_rate must be a real number"),
        ({"steps": 0}, ValueError, "steps must be at least 1, got 0"),
        ({"steps": 2.5}, TypeError, "steps must be an integer, got 2.5"),
        ({"gradient": lambda w: np.zeros(2)}, ValueError, "gradient(w) must have the shape of w, (), got (2,)"),
        ({"gradient": lambda w: "down"}, TypeError, "gradient(w) must hold real numbers"),
        ({"f": 3}, TypeError, "f must be callable, got 3"),
        ({"gradient": None}, TypeError, "gradient must be callable, got None"),
    ],
)
def test_bad_input_of_gradient_descent_is_named(changes: dict[str, Any], error: type[Exception], message: str) -> None:
    given: dict[str, Any] = {"f": lambda w: w**2, "gradient": lambda w: 2 * w, "start": 1.0, "learning_rate": 0.1}
    given |= {"steps": 3, **changes}
    f, gradient, start = given.pop("f"), given.pop("gradient"), given.pop("start")
    with pytest.raises(error, match=re.escape(message)):
        nn.gradient_descent(f, gradient, start, **given)
