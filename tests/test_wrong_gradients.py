"""The collection of wrong gradients: no shape gives one away, the gradient check refuses every one."""

import json
from pathlib import Path

import numpy as np
import pytest
from gradient_mistakes import WRONG_GRADIENTS, backward, train

import nnbook as nn

BOOK = Path(__file__).parents[1] / "book"
STORED = json.loads((BOOK / "wrong_gradients.json").read_text(encoding="utf-8"))
ALL = [pytest.param(wrong.code, id=wrong.code.__name__) for wrong in WRONG_GRADIENTS]
SEEDS = range(3)


def situation(seed, sizes=(2, 6, 6, 3)):
    """Return a network with equally wide hidden layers and biases that are not zero, and ten points off the origin."""
    rng = np.random.default_rng(seed)
    network = nn.Network.create(sizes, hidden=nn.relu, output=nn.softmax, rng=rng)
    for layer in network.layers:
        layer.b = 0.5 * rng.normal(size=layer.b.shape)
    points = nn.make_spiral(rng=rng).take(slice(5, 300, 30))
    return network, points.inputs, points.targets


def check(code, seed):
    network, X, T = situation(seed)
    gradients = code(network, X, T, nn.cross_entropy)
    return nn.check_gradients(network, X, T, loss=nn.cross_entropy, gradients=gradients)


def test_there_are_at_least_twenty_with_names_of_their_own():
    assert len(WRONG_GRADIENTS) >= 20
    assert len({wrong.name for wrong in WRONG_GRADIENTS}) == len(WRONG_GRADIENTS)
    assert len({wrong.code for wrong in WRONG_GRADIENTS}) == len(WRONG_GRADIENTS)
    assert all(wrong.mistake for wrong in WRONG_GRADIENTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_right_gradient_is_accepted(seed):
    assert check(backward, seed)
    network, X, T = situation(seed)
    expected = nn.backprop(network, X, T, loss=nn.cross_entropy).parameters
    for ours, theirs in zip(backward(network, X, T, nn.cross_entropy), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("code", ALL)
def test_the_check_refuses_every_wrong_gradient(code, seed):
    # Refused, and not by a hair: the tolerance is 1e-5.
    report = check(code, seed)
    assert not report
    assert report.error > 1e-3


@pytest.mark.parametrize("code", ALL)
def test_no_shape_gives_it_away(code):
    network, X, T = situation(0, (2, 64, 64, 3))
    before = [parameter.copy() for parameter in network.parameters]
    gradients = code(network, X, T, nn.cross_entropy)
    assert [g.shape for g in gradients] == [p.shape for p in network.parameters]
    # A mistake in the gradient, not one that changes the network on the way.
    assert all(np.array_equal(a, b) for a, b in zip(before, network.parameters, strict=True))


def test_the_stored_accuracies_belong_to_this_collection():
    assert list(STORED) == ["right", *(wrong.code.__name__ for wrong in WRONG_GRADIENTS)]
    assert all(len(values) == 5 and 0 <= min(values) <= max(values) <= 1 for values in STORED.values())
    assert sum(sorted(values)[2] >= 0.98 for name, values in STORED.items() if name != "right") >= 10


@pytest.mark.parametrize(
    "code", [backward, *(wrong.code for wrong in WRONG_GRADIENTS if wrong.code.__name__ == "not_transposed")]
)
def test_a_stored_accuracy_computed_once_more(code):
    # 300 steps of a relu network amplify the last digit: of 300 points three may fall on the other side elsewhere.
    name = "right" if code is backward else code.__name__
    accuracy, losses = train(code, seed=0)
    assert accuracy == pytest.approx(STORED[name][0], abs=0.011)
    assert losses[-1] < 0.1 < losses[0]
