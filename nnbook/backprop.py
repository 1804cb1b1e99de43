"""Backpropagation: the error signals, and from them the gradients of all weights and biases.

Four small functions are the four equations; `backprop` applies them from the last layer to the first.
"""

from dataclasses import dataclass

import numpy as np

from nnbook import _checks
from nnbook._checks import Array
from nnbook.activations import Activation
from nnbook.losses import Loss, is_pair
from nnbook.network import Network, propagate


def output_error(loss: Loss, activation: Activation, Z: Array, T: Array, Y: Array | None = None) -> Array:
    """Return the error signal of the output layer, ∂E/∂Z.

    Where loss and activation pair, it is (Y − T) / n, computed in one stable step; else ∂E/∂Y goes through the
    activation.

    Implements :eq:`eq-error-signals-output-batch`, :eq:`eq-error-signals-output-softmax` and
    :eq:`eq-error-signals-matched-error`.

    Parameters
    ----------
    loss : Loss
        The loss.
    activation : Activation
        The activation of the output layer.
    Z : array, shape (n, d_L)
        The pre-activation of the output layer.
    T : array, shape (n, d_L)
        Targets.
    Y : array, shape (n, d_L), optional
        The activation of Z, if it is at hand from a forward pass whose loss was taken, which checked the targets.

    Returns
    -------
    array, shape (n, d_L)
        Includes the factor 1/n of the mean over the batch.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If the shapes differ or the targets do not suit the loss.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.output_error(nn.cross_entropy, nn.softmax, [[0.0, 0.0]], [[1.0, 0.0]])
    array([[-0.5,  0.5]])
    """
    _checks.instance_of(loss, Loss, "loss")
    _checks.instance_of(activation, Activation, "activation")
    if is_pair(loss, activation):
        return loss.gradient_from_logits(Z, T) if Y is None else loss.error_signal(Y, T)
    return activation.vjp(Z, loss.gradient(activation(Z) if Y is None else Y, T))


def hidden_error(delta_next: Array, W_next: Array, activation: Activation, Z: Array) -> Array:
    """Return the error signal of a hidden layer from that of the layer behind it.

    Implements :eq:`eq-error-signals-recursion-batch`, :eq:`eq-error-signals-recursion-batch-element` and
    :eq:`eq-error-signals-recursion`.

    Parameters
    ----------
    delta_next : array, shape (n, d_next)
        The error signal of the next layer.
    W_next : array, shape (d, d_next)
        The weights from this layer to the next.
    activation : Activation
        The activation of this layer.
    Z : array, shape (n, d)
        The pre-activation of this layer.

    Returns
    -------
    array, shape (n, d)

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.hidden_error(np.array([[2.0]]), np.array([[3.0], [5.0]]), nn.relu, np.array([[1.0, -1.0]]))
    array([[6., 0.]])
    """
    _checks.instance_of(activation, Activation, "activation")
    delta_next, W_next = _checks.as_numeric(delta_next, "delta_next"), _checks.as_numeric(W_next, "W_next")
    if delta_next.ndim != 2 or W_next.ndim != 2 or delta_next.shape[1] != W_next.shape[1]:
        raise ValueError(
            "delta_next and W_next must have shapes (n, d_next) and (d, d_next), "
            f"got {delta_next.shape} and {W_next.shape}"
        )
    return activation.vjp(Z, delta_next @ W_next.T)


def weight_gradient(A_prev: Array, delta: Array) -> Array:
    """Return ∂E/∂W of a layer: the sum over the batch of the outer products of what went in and the error signal.

    Implements :eq:`eq-updates-batch`, :eq:`eq-updates-batch-element` and :eq:`eq-updates-outer`.

    Parameters
    ----------
    A_prev : array, shape (n, d_prev)
        What the layer took in.
    delta : array, shape (n, d)
        The error signal of the layer.

    Returns
    -------
    array, shape (d_prev, d)

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.weight_gradient(np.array([[1.0, 2.0]]), np.array([[3.0]]))
    array([[3.],
           [6.]])
    """
    A_prev, delta = _checks.as_numeric(A_prev, "A_prev"), _checks.as_numeric(delta, "delta")
    if A_prev.ndim != 2 or delta.ndim != 2 or A_prev.shape[0] != delta.shape[0]:
        raise ValueError(
            f"A_prev and delta must have shapes (n, d_prev) and (n, d), got {A_prev.shape} and {delta.shape}"
        )
    return A_prev.T @ delta


def bias_gradient(delta: Array) -> Array:
    """Return ∂E/∂b of a layer: the sum of the error signal over the batch.

    Implements :eq:`eq-updates-batch` and :eq:`eq-updates-batch-element`.

    Parameters
    ----------
    delta : array, shape (n, d)
        The error signal of the layer.

    Returns
    -------
    array, shape (d,)

    Raises
    ------
    TypeError
        If ``delta`` holds no numbers.
    ValueError
        If ``delta`` is no matrix.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.bias_gradient(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([4., 6.])
    """
    delta = _checks.as_numeric(delta, "delta")
    if delta.ndim != 2:
        raise ValueError(f"delta must have shape (n, d), got {delta.shape}")
    db: Array = delta.sum(axis=0)
    return db


@dataclass(frozen=True, eq=False)
class LayerGradients:
    """The gradients of one layer.

    Attributes
    ----------
    dW : array, shape (d_prev, d)
        ∂E/∂W.
    db : array, shape (d,)
        ∂E/∂b.
    delta : array, shape (n, d)
        The error signal ∂E/∂Z.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[1.0]], [0.0], nn.identity)])
    >>> layer = nn.backprop(network, [[2.0]], [[5.0]], loss=nn.squared_error).layers[0]
    >>> layer.dW, layer.db, layer.delta
    (array([[-6.]]), array([-3.]), array([[-3.]]))
    """

    dW: Array
    db: Array
    delta: Array


@dataclass(frozen=True, eq=False)
class Gradients:
    """The result of `backprop`.

    Attributes
    ----------
    loss : float
        The mean loss over the batch, without the penalty.
    penalty : float
        ½ λ Σ ‖W‖², 0 without ``l2``.
    layers : tuple of LayerGradients
        Parallel to ``network.layers``.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[1.0]], [0.0], nn.identity)])
    >>> gradients = nn.backprop(network, [[2.0]], [[5.0]], loss=nn.squared_error, l2=2.0)
    >>> gradients.loss, gradients.penalty, gradients.parameters
    (4.5, 1.0, [array([[-4.]]), array([-3.])])
    """

    loss: float
    penalty: float
    layers: tuple[LayerGradients, ...]

    @property
    def parameters(self) -> list[Array]:
        """The arrays dW, db of the first layer, dW, db of the second, and so on: parallel to ``network.parameters``."""
        return [array for layer in self.layers for array in (layer.dW, layer.db)]


def backprop(network: Network, X: Array, T: Array, *, loss: Loss, l2: float = 0.0) -> Gradients:
    """Return the loss on a batch and its gradients with respect to every weight and bias. The network stays as it is.

    Parameters
    ----------
    network : Network
        The network.
    X : array, shape (n, d_0)
        Inputs, one example a row.
    T : array, shape (n, d_L), or n class indices
        Targets.
    loss : Loss
        The loss.
    l2 : float
        The factor λ of the penalty ½ λ Σ ‖W‖², at least 0; it concerns the weights alone, not the biases.

    Returns
    -------
    Gradients

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If the data do not fit the network or the loss, or ``l2`` is negative.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[1.0]], [0.0], nn.identity)])
    >>> gradients = nn.backprop(network, [[2.0]], [[5.0]], loss=nn.squared_error)
    >>> gradients.loss, gradients.layers[0].dW, gradients.layers[0].db
    (4.5, array([[-6.]]), array([-3.]))
    """
    _checks.instance_of(network, Network, "network")
    _checks.instance_of(loss, Loss, "loss")
    l2 = _checks.as_number(l2, "l2", least=0)
    X = network.as_inputs(X)
    T = network.as_targets(T, X.shape[0])

    forward = propagate(network.layers, X)
    last = forward.layers[-1]
    value = loss.at_output(network.layers[-1].activation, last.Z, last.A, T)
    delta = output_error(loss, network.layers[-1].activation, last.Z, T, last.A)
    gradients = []
    for number in reversed(range(len(network.layers))):
        layer, seen = network.layers[number], forward.layers[number]
        dW = weight_gradient(seen.A_prev, delta)
        gradients.append(LayerGradients(dW + l2 * layer.W if l2 else dW, bias_gradient(delta), delta))
        if number > 0:
            below = network.layers[number - 1]
            delta = hidden_error(delta, layer.W, below.activation, forward.layers[number - 1].Z)
    penalty = weight_penalty(network, l2) if l2 else 0.0
    return Gradients(float(value), penalty, tuple(reversed(gradients)))


def weight_penalty(network: Network, l2: float) -> float:
    """Return the penalty ½ λ Σ ‖W‖² over all weights, for λ = ``l2``.

    Parameters
    ----------
    network : Network
        The network.
    l2 : float
        The factor λ, at least 0.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If ``network`` is no Network, or ``l2`` is no number of at least 0.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.weight_penalty(nn.Network([nn.Dense([[3.0]], [1.0], nn.identity)]), 2.0)
    9.0
    """
    _checks.instance_of(network, Network, "network")
    l2 = _checks.as_number(l2, "l2", least=0)
    return 0.5 * l2 * sum(float(np.vdot(layer.W, layer.W)) for layer in network.layers)
