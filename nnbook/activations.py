"""Activation functions and their derivatives.

The element-wise ones have ``derivative(Z)``; softmax mixes the entries of a row and has a Jacobian instead.
All of them have ``vjp(Z, dA)``, the step from ∂E/∂A to ∂E/∂Z that backpropagation needs.

Every function takes the pre-activation ``Z``, never the activation. They accept complex numbers, so that a complex step
can run through them; hence they branch on the real part and use neither ``abs`` nor ``maximum``.
"""

from abc import ABC, abstractmethod

import numpy as np

from nnbook import _checks
from nnbook._checks import Array


class Activation(ABC):
    """What a layer needs of its activation function.

    A subclass has a ``name``, maps Z of shape (n, d) to A of the same shape when called, and knows its
    vector-Jacobian product. ``kinks`` are the values of z at which the derivative jumps.

    Examples
    --------
    >>> import nnbook as nn
    >>> isinstance(nn.softmax, nn.Activation), nn.relu.kinks
    (True, (0.0,))
    """

    name: str
    kinks: tuple[float, ...] = ()

    @abstractmethod
    def __call__(self, Z: Array) -> Array:
        """Return the activation A, of the shape of ``Z``."""

    @abstractmethod
    def vjp(self, Z: Array, dA: Array) -> Array:
        """Return ∂E/∂Z, of the shape of ``Z``, from ``dA`` = ∂E/∂A of the same shape."""

    def __repr__(self) -> str:
        """Return the name."""
        return self.name


class ElementwiseActivation(Activation):
    """An activation that treats every entry alone: a_sj = f(z_sj).

    A subclass is f together with its derivative.

    Implements :eq:`eq-activations-elementwise` and :eq:`eq-chain-rule-elementwise`.

    Examples
    --------
    >>> import numpy as np
    >>> import nnbook as nn
    >>> class Sine(nn.ElementwiseActivation):
    ...     name = "sine"
    ...     def __call__(self, Z):
    ...         return np.sin(Z)
    ...     def derivative(self, Z):
    ...         return np.cos(Z)
    >>> nn.Network.create([2, 3, 1], hidden=Sine(), output=nn.identity, rng=0)
    Network(2 → 3 sine → 1 identity, 13 parameters, float64)
    """

    @abstractmethod
    def derivative(self, Z: Array) -> Array:
        """Return f′(Z), entry by entry, of the shape of ``Z``."""

    def vjp(self, Z: Array, dA: Array) -> Array:
        """Return ∂E/∂Z = ∂E/∂A ⊙ f′(Z)."""
        slope = self.derivative(Z)
        dA = _checks.as_numeric(dA, "dA")
        _checks.same_shape(slope, "Z", dA, "dA")
        dZ: Array = dA * slope
        return dZ


class Identity(ElementwiseActivation):
    """The identity f(z) = z, the output activation of regression.

    Implements :eq:`eq-activations-identity`.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.identity([[1.0, -2.0]])
    array([[ 1., -2.]])
    """

    name = "identity"

    def __call__(self, Z: Array) -> Array:
        """Return ``Z`` as it is."""
        return _checks.as_numeric(Z, "Z")

    def derivative(self, Z: Array) -> Array:
        """Return ones of the shape of ``Z``."""
        return np.ones_like(_checks.as_numeric(Z, "Z"))


class Sigmoid(ElementwiseActivation):
    """The logistic sigmoid σ(z) = 1 / (1 + exp(−z)), with values between 0 and 1.

    Implements :eq:`eq-activations-sigmoid`, :eq:`eq-activations-sigmoid-stable` and
    :eq:`eq-activations-sigmoid-derivative`.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.sigmoid([[-1000.0, 0.0, 1000.0]])
    array([[0. , 0.5, 1. ]])
    """

    name = "sigmoid"

    def __call__(self, Z: Array) -> Array:
        """Return σ(Z), computed with the exponential of non-positive numbers only, which cannot overflow."""
        Z = _checks.as_numeric(Z, "Z")
        positive = Z.real >= 0
        e = np.exp(np.where(positive, -Z, Z))
        A: Array = np.where(positive, 1, e) / (1 + e)
        return A

    def derivative(self, Z: Array) -> Array:
        """Return σ′(Z) = σ(Z) σ(−Z); 1 − σ(Z) would round to zero for large z."""
        Z = _checks.as_numeric(Z, "Z")
        return self(Z) * self(-Z)


class Tanh(ElementwiseActivation):
    """The hyperbolic tangent, with values between −1 and 1.

    Implements :eq:`eq-activations-tanh` and :eq:`eq-activations-tanh-derivative`.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.tanh.derivative([[0.0]])
    array([[1.]])
    """

    name = "tanh"

    def __call__(self, Z: Array) -> Array:
        """Return tanh(Z)."""
        return np.tanh(_checks.as_numeric(Z, "Z"))

    def derivative(self, Z: Array) -> Array:
        """Return tanh′(Z) = 1 − tanh²(Z) = 4 σ(2Z) σ(−2Z); the difference would lose all digits for large z."""
        slope: Array = 4 * sigmoid.derivative(2 * _checks.as_numeric(Z, "Z"))
        return slope


class ReLU(ElementwiseActivation):
    """The rectified linear unit max(0, z); its derivative at the kink z = 0 is taken as 0.

    Implements :eq:`eq-activations-relu` and :eq:`eq-activations-relu-derivative`.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.relu([[-1.0, 0.0, 2.0]]), nn.relu.derivative([[-1.0, 0.0, 2.0]])
    (array([[0., 0., 2.]]), array([[0., 0., 1.]]))
    """

    name = "relu"
    kinks = (0.0,)

    def __call__(self, Z: Array) -> Array:
        """Return max(0, Z); a NaN stays a NaN."""
        Z = _checks.as_numeric(Z, "Z")
        # NumPy's maximum orders complex numbers by the imaginary part where the real parts are equal, at the kink.
        return np.where(Z.real <= 0, 0, Z) if Z.dtype.kind == "c" else np.maximum(Z, 0)

    def derivative(self, Z: Array) -> Array:
        """Return 1 where Z > 0, else 0."""
        Z = _checks.as_numeric(Z, "Z")
        return (Z.real > 0).astype(Z.dtype)


class LeakyReLU(ElementwiseActivation):
    """The leaky rectified linear unit: z for z > 0, else slope · z.

    Implements :eq:`eq-activations-leaky`.

    Parameters
    ----------
    slope : float
        The derivative for z ≤ 0, between 0 and 1.

    Raises
    ------
    ValueError
        If ``slope`` is not in [0, 1).

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.LeakyReLU(0.1)([[-1.0, 2.0]])
    array([[-0.1,  2. ]])
    """

    name = "leaky_relu"
    kinks = (0.0,)

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = _checks.as_number(slope, "slope", least=0, below=1)

    def __call__(self, Z: Array) -> Array:
        """Return z where Z > 0, else slope · z."""
        Z = _checks.as_numeric(Z, "Z")
        return np.where(Z.real > 0, Z, self.slope * Z)

    def derivative(self, Z: Array) -> Array:
        """Return 1 where Z > 0, else the slope."""
        Z = _checks.as_numeric(Z, "Z")
        return np.where(Z.real > 0, 1, self.slope).astype(Z.dtype)


class Softplus(ElementwiseActivation):
    """The smooth relative of relu, log(1 + exp(z)); its derivative is the sigmoid.

    Implements :eq:`eq-activations-softplus` and :eq:`eq-activations-softplus-stable`.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.softplus([[-1000.0, 1000.0]])
    array([[   0., 1000.]])
    """

    name = "softplus"

    def __call__(self, Z: Array) -> Array:
        """Return log(1 + exp(Z)) = max(0, Z) + log(1 + exp(−|Z|)), which cannot overflow."""
        Z = _checks.as_numeric(Z, "Z")
        positive = Z.real >= 0
        return np.where(positive, Z, 0) + np.log1p(np.exp(np.where(positive, -Z, Z)))

    def derivative(self, Z: Array) -> Array:
        """Return σ(Z)."""
        return sigmoid(Z)


class Softmax(Activation):
    """Softmax: each row of scores becomes positive numbers that sum to one.

    It is not element-wise: every output depends on the whole row. It works along the last axis.

    Implements :eq:`eq-activations-softmax`, :eq:`eq-activations-softmax-stable`, :eq:`eq-chain-rule-softmax-jacobian`
    and :eq:`eq-chain-rule-softmax-backward`.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.softmax([[1000.0, 1000.0]])
    array([[0.5, 0.5]])
    """

    name = "softmax"

    def __call__(self, Z: Array) -> Array:
        """Return the rows exp(z_k) / Σ_m exp(z_m), each shifted by its largest score so that nothing overflows."""
        Z = _scores(Z)
        e: Array = np.exp(Z - Z.real.max(axis=-1, keepdims=True))
        Y: Array = e / e.sum(axis=-1, keepdims=True)
        return Y

    def jacobian(self, Z: Array) -> Array:
        """Return the Jacobian ∂y_k/∂z_m = y_k ([k = m] − y_m) of every row: shape (n, K, K), or (K, K) for one row."""
        Y = self(Z)
        jacobian: Array = Y[..., :, None] * (np.eye(Y.shape[-1], dtype=Y.dtype) - Y[..., None, :])
        return jacobian

    def vjp(self, Z: Array, dA: Array) -> Array:
        """Return ∂E/∂Z without forming a Jacobian: y_m (∂E/∂y_m − Σ_k y_k ∂E/∂y_k)."""
        Y = self(Z)
        dA = _checks.as_numeric(dA, "dA")
        _checks.same_shape(Y, "Z", dA, "dA")
        dZ: Array = Y * (dA - (Y * dA).sum(axis=-1, keepdims=True))
        return dZ


def log_softmax(Z: Array) -> Array:
    """Return the logarithm of softmax, finite for scores of any size.

    Implements :eq:`eq-activations-log-softmax`.

    Parameters
    ----------
    Z : array, shape (..., K)
        Scores, one example a row.

    Returns
    -------
    array, shape (..., K)
        z_k − log Σ_m exp(z_m), at most 0.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.log_softmax([[10000.0, 0.0]])
    array([[     0., -10000.]])
    """
    Z = _scores(Z)
    rows = Z.reshape(-1, Z.shape[-1])
    top = np.arange(rows.shape[0]), rows.real.argmax(axis=1)
    shifted = rows - rows[top][:, None]
    e: Array = np.exp(shifted)
    # The largest term is exp(0) = 1; log1p of the others keeps a tiny loss that log(1 + tiny) would round to zero.
    e[top] = 0
    result: Array = shifted - np.log1p(e.sum(axis=1, keepdims=True))
    return result.reshape(Z.shape)


def _scores(Z: Array) -> Array:
    """Return ``Z`` as rows of at least one score."""
    Z = _checks.as_numeric(Z, "Z")
    if Z.ndim == 0 or Z.shape[-1] == 0:
        raise ValueError(f"Z must have shape (..., K) with K ≥ 1, got {Z.shape}")
    return Z


identity = Identity()
sigmoid = Sigmoid()
tanh = Tanh()
relu = ReLU()
leaky_relu = LeakyReLU()
softplus = Softplus()
softmax = Softmax()
