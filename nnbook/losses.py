"""Loss functions and their gradients, as the mean over the batch: the factor 1/n enters here and nowhere else.

Two losses pair with an output activation: cross entropy with softmax, binary cross entropy with the sigmoid. For a
pair, value and gradient are computed from the pre-activation ``Z`` in one stable step.
"""

from abc import ABC, abstractmethod
from typing import Any, TypeGuard

import numpy as np

from nnbook import _checks
from nnbook._checks import Array
from nnbook.activations import Activation, Sigmoid, Softmax, log_softmax, sigmoid, softmax, softplus


class Loss(ABC):
    """What training needs of a loss: its value and its gradient.

    A subclass has a ``name``, a value when called, and a gradient.

    Implements :eq:`eq-losses-mean`.

    Examples
    --------
    >>> import nnbook as nn
    >>> isinstance(nn.cross_entropy, nn.Loss), nn.cross_entropy
    (True, cross entropy)
    """

    name: str

    @abstractmethod
    def __call__(self, Y: Array, T: Array) -> Any:
        """Return the loss of outputs ``Y`` for targets ``T``, both (n, d): a scalar, the mean over the batch."""

    @abstractmethod
    def gradient(self, Y: Array, T: Array) -> Array:
        """Return ∂E/∂Y of shape (n, d); it includes the factor 1/n."""

    def check_targets(self, T: Array) -> None:  # noqa: B027 - most losses take any target
        """Refuse targets for which the loss has no meaning."""

    def at_output(self, activation: Activation, Z: Array, Y: Array, T: Array) -> Any:
        """Return the loss at an output layer: from ``Z`` if loss and activation pair, else from ``Y``."""
        return self.value_from_logits(Z, T) if is_pair(self, activation) else self(Y, T)

    def __repr__(self) -> str:
        """Return the name."""
        return self.name


class SquaredError(Loss):
    """Half the squared error, E_s = ½ Σ_k (y_sk − t_sk)², averaged over the batch.

    Implements :eq:`eq-losses-squared` and :eq:`eq-losses-squared-matrix`.

    Examples
    --------
    >>> import nnbook as nn
    >>> float(nn.squared_error([[1.0, 2.0]], [[0.0, 0.0]]))
    2.5
    """

    name = "squared error"

    def __call__(self, Y: Array, T: Array) -> Any:
        """Return the mean over the batch of ½ Σ_k (y_k − t_k)²."""
        Y, T = _pair_of_matrices(Y, "Y", T)
        return 0.5 * ((Y - T) ** 2).sum() / Y.shape[0]

    def gradient(self, Y: Array, T: Array) -> Array:
        """Return (Y − T) / n."""
        Y, T = _pair_of_matrices(Y, "Y", T)
        dY: Array = (Y - T) / Y.shape[0]
        return dY


class PairedLoss(Loss):
    """A loss that belongs to an output activation, the class ``pair``, and is then computed from Z."""

    pair: type[Activation]

    @abstractmethod
    def value_from_logits(self, Z: Array, T: Array) -> Any:
        """Return the loss of the paired activation of ``Z``, shape (n, d): a scalar, the mean over the batch."""

    @abstractmethod
    def gradient_from_logits(self, Z: Array, T: Array) -> Array:
        """Return ∂E/∂Z through the paired activation, of shape (n, d); it includes the factor 1/n."""

    def error_signal(self, Y: Array, T: Array) -> Array:
        """Return the same ∂E/∂Z = (Y − T) / n from the outputs ``Y`` of the pair, for targets checked before."""
        Y, T = _pair_of_matrices(Y, "Y", T)
        dZ: Array = (Y - T) / Y.shape[0]
        return dZ


def is_pair(loss: Loss, activation: Activation) -> TypeGuard[PairedLoss]:
    """Say whether the loss is computed from Z when ``activation`` is the output activation."""
    return isinstance(loss, PairedLoss) and isinstance(activation, loss.pair)


class BinaryCrossEntropy(PairedLoss):
    """Binary cross entropy, E_s = −Σ_k (t_k log y_k + (1 − t_k) log(1 − y_k)), averaged over the batch.

    It sums over the outputs, each of which is a yes-or-no question of its own; it pairs with the sigmoid.

    Implements :eq:`eq-losses-binary` and :eq:`eq-losses-binary-scores`.

    Examples
    --------
    >>> import nnbook as nn
    >>> float(nn.binary_cross_entropy.value_from_logits([[-10000.0]], [[1.0]]))
    10000.0
    """

    name = "binary cross entropy"
    pair = Sigmoid

    def __call__(self, Y: Array, T: Array) -> Any:
        """Return the loss from probabilities; infinite where a probability of 0 meets a target above 0."""
        Y, T = _pair_of_matrices(Y, "Y", T)
        self.check_targets(T)
        return -(_times_log(T, Y) + _times_log(1 - T, 1 - Y)).sum() / Y.shape[0]

    def gradient(self, Y: Array, T: Array) -> Array:
        """Return ((1 − T) / (1 − Y) − T / Y) / n."""
        Y, T = _pair_of_matrices(Y, "Y", T)
        self.check_targets(T)
        dY: Array = (_quotient(1 - T, 1 - Y) - _quotient(T, Y)) / Y.shape[0]
        return dY

    def value_from_logits(self, Z: Array, T: Array) -> Any:
        """Return the loss of σ(Z): −log σ(z) = softplus(−z) and −log(1 − σ(z)) = softplus(z)."""
        Z, T = _pair_of_matrices(Z, "Z", T)
        self.check_targets(T)
        return (T * softplus(-Z) + (1 - T) * softplus(Z)).sum() / Z.shape[0]

    def gradient_from_logits(self, Z: Array, T: Array) -> Array:
        """Return (σ(Z) − T) / n."""
        Z, T = _pair_of_matrices(Z, "Z", T)
        self.check_targets(T)
        return self.error_signal(sigmoid(Z), T)

    def check_targets(self, T: Array) -> None:
        """Refuse targets outside [0, 1]."""
        _refuse_unless_probabilities(T)


class CrossEntropy(PairedLoss):
    """Cross entropy, E_s = −Σ_k t_k log y_k, averaged over the batch; it pairs with softmax.

    Implements :eq:`eq-losses-cross`, :eq:`eq-losses-cross-scores` and :eq:`eq-training-loss`.

    Examples
    --------
    >>> import nnbook as nn
    >>> bool(nn.cross_entropy([[0.5, 0.5]], [[1.0, 0.0]]) == np.log(2))
    True
    """

    name = "cross entropy"
    pair = Softmax

    def __call__(self, Y: Array, T: Array) -> Any:
        """Return the loss from probabilities; infinite where a probability of 0 meets a target above 0."""
        Y, T = _pair_of_matrices(Y, "Y", T)
        self.check_targets(T)
        return -_times_log(T, Y).sum() / Y.shape[0]

    def gradient(self, Y: Array, T: Array) -> Array:
        """Return −T / (n Y), with 0 wherever the target is 0."""
        Y, T = _pair_of_matrices(Y, "Y", T)
        self.check_targets(T)
        dY: Array = -_quotient(T, Y) / Y.shape[0]
        return dY

    def value_from_logits(self, Z: Array, T: Array) -> Any:
        """Return the loss of softmax(Z), by the log-sum-exp of each row."""
        Z, T = _pair_of_matrices(Z, "Z", T)
        self.check_targets(T)
        return -(T * log_softmax(Z)).sum() / Z.shape[0]

    def gradient_from_logits(self, Z: Array, T: Array) -> Array:
        """Return (softmax(Z) − T) / n."""
        Z, T = _pair_of_matrices(Z, "Z", T)
        self.check_targets(T)
        return self.error_signal(softmax(Z), T)

    def check_targets(self, T: Array) -> None:
        """Refuse targets that are no probabilities: outside [0, 1], or rows that do not sum to one."""
        off = np.abs(T.sum(axis=1) - 1)
        # Numbers of at least 0 that sum to 1 are at most 1. Put so that a NaN fails.
        if not (off.max() <= 1e-6 and T.min() >= 0):
            _refuse_unless_probabilities(T)
            row = int(off.argmax())
            raise ValueError(f"every row of T must sum to 1, got {T[row].sum()} in row {row}")


def _pair_of_matrices(first: Array, name: str, T: Array) -> tuple[Array, Array]:
    """Return both as numeric arrays of one shape (n, d)."""
    first = _checks.as_numeric(first, name)
    T = _checks.as_numeric(T, "T")
    if first.ndim != 2 or first.size == 0:
        raise ValueError(f"{name} must have shape (n, d) with n, d ≥ 1, got {first.shape}")
    _checks.same_shape(first, name, T, "T")
    return first, T


def _refuse_unless_probabilities(T: Array) -> None:
    """Refuse a T with an entry outside [0, 1]."""
    # Written so that a NaN, for which every comparison is false, is refused.
    if not (T.min() >= 0 and T.max() <= 1):
        where = tuple(int(i) for i in np.argwhere(~((T >= 0) & (T <= 1)))[0])
        raise ValueError(f"T must be between 0 and 1, got {T[where]} at index {where}")


def _times_log(T: Array, Y: Array) -> Array:
    """Return T log Y, with 0 log 0 = 0 as in the limit; a NaN in Y stays a NaN."""
    unused = (T == 0) & ~np.isnan(Y)
    with np.errstate(divide="ignore"):
        return np.where(unused, 0, T * np.log(np.where(unused, 1, Y)))


def _quotient(T: Array, Y: Array) -> Array:
    """Return T / Y, with 0 / 0 = 0; a NaN in Y stays a NaN."""
    with np.errstate(divide="ignore"):
        quotient: Array = T / np.where((T == 0) & ~np.isnan(Y), 1, Y)
    return quotient


squared_error = SquaredError()
binary_cross_entropy = BinaryCrossEntropy()
cross_entropy = CrossEntropy()
