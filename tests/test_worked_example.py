"""The frozen numbers of the worked example, computed once more: by the library, and in plain Python without it."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn

NUMBERS = json.loads((Path(__file__).parents[1] / "book" / "worked_example.json").read_text(encoding="utf-8"))
GIVEN = NUMBERS["given"]
STEPS = 10_000
VARIANTS = {"weights": (False, False), "weights_and_biases": (True, False), "early": (False, True)}
"""What moves: whether the biases do, and whether the hidden layer sees output weights that were updated too early."""


def plain_forward(W, b):
    z, a, inputs = [], [], GIVEN["x"]
    for weights, biases in zip(W, b, strict=True):
        z.append([sum(inputs[i] * weights[i][j] for i in range(2)) + biases[j] for j in range(2)])
        inputs = [1 / (1 + math.exp(-value)) for value in z[-1]]
        a.append(inputs)
    return z, a, sum((y - t) ** 2 for y, t in zip(a[-1], GIVEN["t"], strict=True)) / 2


def plain_backward(W, a, early=False):
    """Return the error signals and the derivatives by the weights."""
    hidden, y = a
    last = [(y[k] - GIVEN["t"][k]) * y[k] * (1 - y[k]) for k in range(2)]
    behind = W[1]
    if early:
        behind = [[W[1][j][k] - GIVEN["learning_rate"] * hidden[j] * last[k] for k in range(2)] for j in range(2)]
    first = [hidden[j] * (1 - hidden[j]) * sum(behind[j][k] * last[k] for k in range(2)) for j in range(2)]
    pairs = [(GIVEN["x"], first), (hidden, last)]
    return [first, last], [[[went_in * signal for signal in delta] for went_in in inputs] for inputs, delta in pairs]


def plain_descent(steps, moves_biases, early):
    W, b, rate = GIVEN["W"], GIVEN["b"], GIVEN["learning_rate"]
    for _ in range(steps):
        delta, dW = plain_backward(W, plain_forward(W, b)[1], early)
        W = [[[W[m][i][j] - rate * dW[m][i][j] for j in range(2)] for i in range(2)] for m in range(2)]
        if moves_biases:
            b = [[b[m][j] - rate * delta[m][j] for j in range(2)] for m in range(2)]
    return W, b


def close(found, stored, rtol=1e-12):
    np.testing.assert_allclose(found, stored, rtol=rtol, atol=0)


def library_network():
    return nn.Network([nn.Dense(W, b, nn.sigmoid) for W, b in zip(GIVEN["W"], GIVEN["b"], strict=True)])


def data():
    return np.array([GIVEN["x"]]), np.array([GIVEN["t"]])


def library_descent(steps, moves_biases, early):
    network, (x, t) = library_network(), data()
    hidden, output = network.layers
    for _ in range(steps):
        found = nn.backprop(network, x, t, loss=nn.squared_error).layers
        dW = [layer.dW for layer in found]
        if early:
            seen = network.forward(x).layers[0]
            changed = output.W - GIVEN["learning_rate"] * dW[1]
            dW[0] = nn.weight_gradient(x, nn.hidden_error(found[1].delta, changed, nn.sigmoid, seen.Z))
        for layer, step, derivative in zip((hidden, output), found, dW, strict=True):
            layer.W -= GIVEN["learning_rate"] * derivative
            if moves_biases:
                layer.b -= GIVEN["learning_rate"] * step.db
    return [layer.W for layer in network.layers], [layer.b for layer in network.layers], network


def test_forward_pass():
    z, a, E = plain_forward(GIVEN["W"], GIVEN["b"])
    x, t = data()
    seen = library_network().forward(x)
    stored = NUMBERS["forward"]
    for found in (z, [layer.Z[0] for layer in seen.layers]):
        close(found, stored["z"])
    for found in (a, [layer.A[0] for layer in seen.layers]):
        close(found, stored["a"])
    for found in (E, nn.squared_error(seen.output, t)):
        close(found, stored["E"])


def test_backward_pass():
    delta, dW = plain_backward(GIVEN["W"], NUMBERS["forward"]["a"])
    found = nn.backprop(library_network(), *data(), loss=nn.squared_error).layers
    stored = NUMBERS["backward"]
    for signals in (delta, [layer.delta[0] for layer in found]):
        close(signals, stored["delta"])
    for derivatives in (dW, [layer.dW for layer in found]):
        close(derivatives, stored["dW"])
    close([layer.db for layer in found], stored["db"])
    assert stored["db"] == stored["delta"]  # one example


def test_derivatives_agree_with_differences_of_the_stored_loss():
    network, (x, t) = library_network(), data()
    for number, layer in enumerate(network.layers):
        start = layer.W

        def loss_at(W, layer=layer):
            layer.W = W
            return nn.squared_error(network.predict(x), t)

        # 1e-7: what central differences of a loss of 0.3 leave of a derivative of 4e-4
        close(nn.numerical_gradient(loss_at, start), NUMBERS["backward"]["dW"][number], rtol=1e-7)
        layer.W = start


@pytest.mark.parametrize("variant", VARIANTS)
def test_one_step(variant):
    stored = NUMBERS["after_one_step"][variant]
    W, b = plain_descent(1, *VARIANTS[variant])
    _, a, E = plain_forward(W, b)
    for found, key in ((W, "W"), (a[-1], "y"), (E, "E"), (b, "b")):
        close(found, stored.get(key, GIVEN[key] if key == "b" else None))
    W, b, network = library_descent(1, *VARIANTS[variant])
    x, t = data()
    close(W, stored["W"])
    close(b, stored.get("b", GIVEN["b"]))
    close(network.predict(x)[0], stored["y"])
    close(network.evaluate(x, t, loss=nn.squared_error), stored["E"])


@pytest.mark.parametrize("variant", VARIANTS)
def test_ten_thousand_steps(variant):
    stored = NUMBERS["after_10000_steps"][variant]
    _, a, E = plain_forward(*plain_descent(STEPS, *VARIANTS[variant]))
    close(a[-1], stored["y"])
    # The loss is a sum of squares of small differences, in which a digit or two of the outputs cancel.
    close(E, stored["E"], rtol=1e-10)
    if variant != "early":
        x, t = data()
        network = library_descent(STEPS, *VARIANTS[variant])[2]
        close(network.predict(x)[0], stored["y"])
        close(network.evaluate(x, t, loss=nn.squared_error), stored["E"], rtol=1e-10)


def test_published_digits_and_where_they_come_from():
    # To the digits printed: nine decimals, ten for the last loss, half a unit of the last one and a trace.
    published = NUMBERS["published"]
    ours, early = NUMBERS["after_one_step"]["weights"], NUMBERS["after_one_step"]["early"]
    assert published["E"] == pytest.approx(NUMBERS["forward"]["E"], abs=6e-10)
    np.testing.assert_allclose(published["W"], ours["W"], rtol=0, atol=6e-9)
    assert published["E_after_one_step"] == pytest.approx(early["E"], abs=6e-10)
    assert published["E_after_one_step"] != pytest.approx(ours["E"], abs=1e-7)
    late = NUMBERS["after_10000_steps"]
    np.testing.assert_allclose(published["y_after_10000_steps"], late["early"]["y"], rtol=0, atol=6e-10)
    assert published["E_after_10000_steps"] == pytest.approx(
        plain_forward(*plain_descent(STEPS - 1, False, False))[2], abs=6e-11
    )
