"""Classic wrong gradients as data: what they are called, what is wrong, and the code.

Each is a function of a network, inputs, targets and a loss, and returns a list of arrays parallel to
``network.parameters``. All of them are `backward` with one of its four parts replaced. They are written for relu hidden
units, and for networks in which two hidden layers are equally wide: only there do many of these mistakes fit at all.
"""

# ruff: noqa: ARG001 - what replaces a part has its arguments, whether it needs them or not
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import nnbook as nn

Array = np.ndarray
RATE, STEPS, EVERY = 0.1, 300, 10
"""The learning rate and the number of steps of a training, and how often it looks at the loss."""


def right_output(network, seen, T, loss):
    """Return the error signal of the last layer."""
    return nn.output_error(loss, network.layers[-1].activation, seen[-1].Z, T)


def right_signal(network, seen, number, delta):
    """Return the error signal of the layer before; delta is that of `number`."""
    before = network.layers[number - 1].activation
    slope = before.derivative(seen[number - 1].Z)
    return (delta @ network.layers[number].W.T) * slope


def right_weight(seen, number, delta):
    """Return the derivative by the weights of layer `number`."""
    return seen[number].A_prev.T @ delta


def right_bias(delta):
    """Return the derivative by the biases."""
    return delta.sum(axis=0)


def backward(
    network,
    X,
    T,
    loss,
    output=right_output,
    signal=right_signal,
    weight=right_weight,
    bias=right_bias,
):
    """Return the gradients, from the last layer to the first.

    Layers are counted from 0.
    """
    seen = network.forward(X).layers
    delta = output(network, seen, T, loss)
    gradients = []
    for number in reversed(range(len(network.layers))):
        gradients[:0] = [weight(seen, number, delta), bias(delta)]
        if number > 0:
            delta = signal(network, seen, number, delta)
    return gradients


# The way back through a layer


def not_transposed(network, X, T, loss):
    def signal(network, seen, number, delta):
        W = network.layers[number].W
        back = delta @ W if W.shape[0] == W.shape[1] else delta @ W.T
        return back * (seen[number - 1].Z > 0)

    return backward(network, X, T, loss, signal=signal)


def one_path(network, X, T, loss):
    def signal(network, seen, number, delta):
        W = network.layers[number].W
        return delta[:, :1] * W[:, 0] * (seen[number - 1].Z > 0)

    return backward(network, X, T, loss, signal=signal)


def updated_too_early(network, X, T, loss):
    def signal(network, seen, number, delta):
        W = network.layers[number].W - RATE * seen[number].A_prev.T @ delta
        return (delta @ W.T) * (seen[number - 1].Z > 0)

    return backward(network, X, T, loss, signal=signal)


def first_layers_frozen(network, X, T, loss):
    def signal(network, seen, number, delta):
        return np.zeros_like(seen[number - 1].Z)

    return backward(network, X, T, loss, signal=signal)


# The slope of the activation


def gate_on_activation(network, X, T, loss):
    def signal(network, seen, number, delta):
        return (delta @ network.layers[number].W.T) * (seen[number - 1].A >= 0)

    return backward(network, X, T, loss, signal=signal)


def gate_reversed(network, X, T, loss):
    def signal(network, seen, number, delta):
        return (delta @ network.layers[number].W.T) * (seen[number - 1].Z < 0)

    return backward(network, X, T, loss, signal=signal)


def gate_of_next_layer(network, X, T, loss):
    def signal(network, seen, number, delta):
        Z, Z_next = seen[number - 1].Z, seen[number].Z
        return (delta @ network.layers[number].W.T) * ((Z_next if Z_next.shape == Z.shape else Z) > 0)

    return backward(network, X, T, loss, signal=signal)


def leaky_gate(network, X, T, loss):
    def signal(network, seen, number, delta):
        return (delta @ network.layers[number].W.T) * np.where(seen[number - 1].Z > 0, 1, 0.01)

    return backward(network, X, T, loss, signal=signal)


def slope_of_sigmoid(network, X, T, loss):
    def signal(network, seen, number, delta):
        A = seen[number - 1].A
        return (delta @ network.layers[number].W.T) * A * (1 - A)

    return backward(network, X, T, loss, signal=signal)


# The output


def sign_flipped(network, X, T, loss):
    def output(network, seen, T, loss):
        return (T - seen[-1].A) / len(T)

    return backward(network, X, T, loss, output=output)


def one_slope_too_many(network, X, T, loss):
    def output(network, seen, T, loss):
        Y = seen[-1].A
        return (Y - T) * Y * (1 - Y) / len(T)

    return backward(network, X, T, loss, output=output)


def jacobian_diagonal(network, X, T, loss):
    def output(network, seen, T, loss):
        Y = seen[-1].A
        return -T * (1 - Y) / len(T)

    return backward(network, X, T, loss, output=output)


def another_loss(network, X, T, loss):
    def output(network, seen, T, loss):
        return nn.output_error(nn.squared_error, network.layers[-1].activation, seen[-1].Z, T)

    return backward(network, X, T, loss, output=output)


def squared_without_jacobian(network, X, T, loss):
    def output(network, seen, T, loss):
        Y = seen[-1].A
        return np.sign(Y - T) * (Y - T) ** 2 / len(T)

    return backward(network, X, T, loss, output=output)


# The weights


def gradient_transposed(network, X, T, loss):
    def weight(seen, number, delta):
        dW = seen[number].A_prev.T @ delta
        return dW.T if dW.shape[0] == dW.shape[1] else dW

    return backward(network, X, T, loss, weight=weight)


def activation_of_wrong_layer(network, X, T, loss):
    def weight(seen, number, delta):
        A_prev, A = seen[number].A_prev, seen[number].A
        return (A if A.shape == A_prev.shape else A_prev).T @ delta

    return backward(network, X, T, loss, weight=weight)


def before_activation(network, X, T, loss):
    def weight(seen, number, delta):
        went_in = seen[number - 1].Z if number > 0 else seen[number].A_prev
        return went_in.T @ delta

    return backward(network, X, T, loss, weight=weight)


def last_example_only(network, X, T, loss):
    def weight(seen, number, delta):
        # What a loop over the examples leaves if it says dW = … instead of dW += …
        return np.outer(seen[number].A_prev[-1], delta[-1])

    return backward(network, X, T, loss, weight=weight)


def rows_in_another_order(network, X, T, loss):
    def weight(seen, number, delta):
        return seen[number].A_prev[::-1].T @ delta

    return backward(network, X, T, loss, weight=weight)


def penalty_not_in_the_loss(network, X, T, loss):
    gradients = backward(network, X, T, loss)
    for number, layer in enumerate(network.layers):
        gradients[2 * number] = gradients[2 * number] + 1e-3 * layer.W
    return gradients


# The biases


def bias_mean(network, X, T, loss):
    return backward(network, X, T, loss, bias=lambda delta: delta.mean(axis=0))


def bias_one_number(network, X, T, loss):
    return backward(network, X, T, loss, bias=lambda delta: np.full(delta.shape[1], delta.sum()))


def bias_forgotten(network, X, T, loss):
    return backward(network, X, T, loss, bias=lambda delta: np.zeros(delta.shape[1]))


def biases_exchanged(network, X, T, loss):
    gradients = backward(network, X, T, loss)
    gradients[1], gradients[3] = gradients[3], gradients[1]
    return gradients


# The scale


def divided_twice(network, X, T, loss):
    return [gradient / len(X) for gradient in backward(network, X, T, loss)]


def not_divided(network, X, T, loss):
    return [gradient * len(X) for gradient in backward(network, X, T, loss)]


def added_twice(network, X, T, loss):
    total = [np.zeros_like(parameter) for parameter in network.parameters]
    for _ in range(2):
        total = [sofar + new for sofar, new in zip(total, backward(network, X, T, loss))]
    return total


def train(code, seed):
    """Train on a spiral with the gradients of `code`, all points at once.

    Returns the accuracy on a second spiral, which no step has seen, and the
    loss before every tenth step and at the end.
    """
    data = nn.make_spiral(rng=seed)
    unseen = nn.make_spiral(rng=seed + 1000)
    X, T, loss = data.inputs, data.targets, nn.cross_entropy
    network = nn.Network.create(
        [2, 64, 64, 3],
        hidden=nn.relu,
        output=nn.softmax,
        rng=seed,
    )
    velocities = [np.zeros_like(p) for p in network.parameters]
    losses = []
    with np.errstate(all="ignore"):  # some of them leave the finite numbers
        for step in range(STEPS):
            if step % EVERY == 0:
                losses.append(network.evaluate(X, T, loss=loss))
            gradients = code(network, X, T, loss)
            triples = zip(network.parameters, velocities, gradients)
            for parameter, velocity, gradient in triples:
                velocity *= 0.9
                velocity += gradient
                parameter -= RATE * velocity
        losses.append(network.evaluate(X, T, loss=loss))
        return nn.accuracy(network, unseen), losses


@dataclass(frozen=True)
class WrongGradient:
    """A mistake that people really make.

    Attributes
    ----------
    name : str
        A few words.
    mistake : str
        What is wrong, in Markdown.
    code : callable
        A function of network, inputs, targets and loss that returns the gradients.
    """

    name: str
    mistake: str
    code: Callable[..., list[Array]]


WRONG_GRADIENTS = (
    WrongGradient("$W$ for $W^\\top$", "the way back uses the matrix of the way forward", not_transposed),
    WrongGradient("one path for all", "only the first unit of the next layer sends its signal back", one_path),
    WrongGradient("updated too early", "the way back uses weights that have made their step", updated_too_early),
    WrongGradient("first layers frozen", "no error signal reaches the hidden layers", first_layers_frozen),
    WrongGradient("gate on $A$", "`A >= 0` is always true, so the gate is open", gate_on_activation),
    WrongGradient("gate reversed", "`Z < 0` for `Z > 0`", gate_reversed),
    WrongGradient("gate of the next layer", "the slope is taken at $Z$ of the wrong layer", gate_of_next_layer),
    WrongGradient("leaky gate", "the slope of another relu, 0.01 for negative $z$", leaky_gate),
    WrongGradient("slope of the sigmoid", "`A * (1 - A)` behind a relu", slope_of_sigmoid),
    WrongGradient("sign flipped", "target minus output", sign_flipped),
    WrongGradient("one slope too many", "softmax with cross entropy, times `Y * (1 - Y)`", one_slope_too_many),
    WrongGradient("diagonal only", "the Jacobian of softmax without its other entries", jacobian_diagonal),
    WrongGradient("another loss", "the gradient of the squared error, the loss of cross entropy", another_loss),
    WrongGradient("difference squared", "the loss itself where its derivative belongs", squared_without_jacobian),
    WrongGradient("gradient transposed", "$\\Delta^\\top A$ for $A^\\top \\Delta$", gradient_transposed),
    WrongGradient("wrong layer", "what came out of the layer for what went in", activation_of_wrong_layer),
    WrongGradient("$Z$ for $A$", "what went in, before its activation function", before_activation),
    WrongGradient("last example only", "`=` for `+=` in the loop over the batch", last_example_only),
    WrongGradient(
        "rows in another order", "the inputs were shuffled, the error signals were not", rows_in_another_order
    ),
    WrongGradient(
        "penalty not in the loss", "$\\lambda W$ is added, the loss has no such term", penalty_not_in_the_loss
    ),
    WrongGradient("mean for the biases", "the mean over the batch for the sum", bias_mean),
    WrongGradient("one number for all biases", "the sum over the units as well", bias_one_number),
    WrongGradient("biases forgotten", "their gradient stays zero", bias_forgotten),
    WrongGradient("biases exchanged", "those of two layers of equal width", biases_exchanged),
    WrongGradient("$\\frac1n$ twice", "divided by $n$ once more", divided_twice),
    WrongGradient("$\\frac1n$ forgotten", "a sum over the batch for the mean", not_divided),
    WrongGradient("added twice", "the buffer was not emptied before the next backward pass", added_twice),
)
