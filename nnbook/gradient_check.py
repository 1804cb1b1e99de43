"""Checking gradients against derivatives that know nothing of backpropagation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nnbook import _checks
from nnbook._checks import Array
from nnbook.activations import ElementwiseActivation
from nnbook.backprop import backprop, bias_gradient, output_error, weight_gradient
from nnbook.losses import Loss
from nnbook.network import Dense, ForwardPass, Network, propagate

COMPLEX_STEP = 1e-30


def numerical_gradient(
    f: Callable[[Array], Any], x: Array, *, method: Literal["central", "complex"] = "central", h: float | None = None
) -> Array:
    """Return the gradient of a scalar function, entry by entry, from values of the function alone.

    Implements :eq:`eq-gradient-check-central` and :eq:`eq-gradient-check-complex`.

    Parameters
    ----------
    f : callable
        A function of an array like ``x`` with a scalar value; for ``method="complex"`` it must accept complex numbers.
    x : array, any shape
        The point. It is not changed.
    method : {"central", "complex"}
        (f(x + h) − f(x − h)) / 2h, or Im f(x + ih) / h, which has no difference in which digits could cancel.
    h : float, optional
        The step; by default ``cbrt(eps) * max(1, abs(x))``, about 6e-6 at 1, for central differences, and 1e-30 for the
        complex step.

    Returns
    -------
    array, shape of ``x``

    Raises
    ------
    TypeError
        If f is not callable or x holds no real numbers.
    ValueError
        If ``method`` is unknown, ``h`` is not positive, x is not finite or a value of f is no scalar.

    References
    ----------
    W. Squire, G. Trapp: Using complex variables to estimate derivatives of real functions. SIAM Review 40, 1998.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.numerical_gradient(lambda x: (x**3).sum(), np.array([1.0, 2.0]), method="complex")
    array([ 3., 12.])
    """
    _checks.as_callable(f, "f")
    x = _checks.as_real(x, "x", np.float64)
    if method not in ("central", "complex"):
        raise ValueError(f"method must be 'central' or 'complex', got {method!r}")
    if h is not None:
        h = _checks.as_number(h, "h", above=0)
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        if method == "complex":
            step = h or COMPLEX_STEP
            gradient[index] = _scalar(f(_moved(x, index, 1j * step))).imag / step
        else:
            step = h or _central_step(float(x[index]))
            up, down = _scalar(f(_moved(x, index, step))), _scalar(f(_moved(x, index, -step)))
            gradient[index] = (up - down) / (2 * step)
    return gradient


@dataclass(frozen=True)
class ParameterCheck:
    """How well the gradient of one parameter array agrees with numerical derivatives.

    Attributes
    ----------
    name : str
        For example ``"layers[0].W"``.
    error : float
        The largest relative error of an entry. An entry so small that rounding alone would exceed the tolerance is
        measured against the size at which it would just reach it.
    worst_index : tuple of int
        Where it is.
    computed, expected : float
        The two values there: that of backpropagation and the numerical one.
    kinks : int
        For how many entries the central difference crossed a kink of an activation. These were compared with a complex
        step, which stays on one side of the kink.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[1.0]], [0.0], nn.relu)])
    >>> bias = nn.check_gradients(network, [[0.0]], [[1.0]], loss=nn.squared_error).parameters[1]
    >>> bias.name, bias.computed, bias.expected, bias.kinks
    ('layers[0].b', 0.0, 0.0, 1)
    """

    name: str
    error: float
    worst_index: tuple[int, ...]
    computed: float
    expected: float
    kinks: int


@dataclass(frozen=True)
class GradientReport:
    """The result of `check_gradients`; true if every gradient agrees.

    Attributes
    ----------
    parameters : tuple of ParameterCheck
        W, b of the first layer, W, b of the second, and so on.
    tolerance : float
        The largest relative error allowed.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[1.0]], [0.0], nn.identity)])
    >>> wrong = [np.array([[-6.1]]), np.array([-3.0])]
    >>> report = nn.check_gradients(network, [[2.0]], [[5.0]], loss=nn.squared_error, gradients=wrong)
    >>> bool(report), [check.name for check in report.parameters if check.error > report.tolerance]
    (False, ['layers[0].W'])
    """

    parameters: tuple[ParameterCheck, ...]
    tolerance: float

    @property
    def error(self) -> float:
        """The largest relative error of all parameters."""
        # Python's max would pass over a NaN.
        return float(np.max([check.error for check in self.parameters]))

    @property
    def kinks(self) -> int:
        """The number of entries whose central difference crossed a kink."""
        return sum(check.kinks for check in self.parameters)

    def __bool__(self) -> bool:
        """Say whether every gradient agrees."""
        return self.error <= self.tolerance

    def raise_if_wrong(self) -> None:
        """Raise an ArithmeticError that names every wrong gradient, if there is one."""
        if not self:
            raise ArithmeticError(str(self))

    def __str__(self) -> str:
        """Return a table with one line for each parameter."""
        verdict = "the gradients agree" if self else "a gradient is wrong"
        lines = [f"{verdict}: largest relative error {self.error:.1e}, tolerance {self.tolerance:.1e}"]
        for check in self.parameters:
            mark = "ok   " if check.error <= self.tolerance else "WRONG"
            lines.append(
                f"  {mark} {check.name}: {check.error:.1e} at {check.worst_index}, "
                f"computed {check.computed:.6g}, expected {check.expected:.6g}"
            )
        if self.kinks:
            lines.append(f"  {self.kinks} central differences crossed a kink; a complex step was taken there")
        return "\n".join(lines)


def check_gradients(
    network: Network,
    X: Array,
    T: Array,
    *,
    loss: Loss,
    l2: float = 0.0,
    gradients: Sequence[Array] | None = None,
    tolerance: float | None = None,
) -> GradientReport:
    """Compare gradients with central differences of the loss, for every single weight and bias.

    Where the difference crosses the kink of an activation such as relu, its value means nothing although the gradient
    may be right; such an entry is recognized and compared with a complex step instead. So is an entry for which the
    difference disagrees, since it carries errors of its own. The network stays as it is.

    Implements :eq:`eq-gradient-check-relative`.

    Parameters
    ----------
    network : Network
        The network; its activations and the loss must accept complex numbers, as those of this library do.
    X : array, shape (n, d_0)
        Inputs. A few examples are enough: the work grows with the number of parameters times n.
    T : array, shape (n, d_L), or n class indices
        Targets.
    loss : Loss
        The loss.
    l2 : float
        As for `backprop`.
    gradients : sequence of arrays, optional
        The gradients to be checked, in the order and with the shapes of ``network.parameters``; by default those of
        `backprop`.
    tolerance : float, optional
        The largest relative error allowed; by default 1e-5 for a float64 network and 5e-4 for float32.

    Returns
    -------
    GradientReport

    Raises
    ------
    TypeError, ValueError
        If the data do not fit the network, or the gradients do not have the shapes of the parameters.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network.create([2, 3, 2], hidden=nn.tanh, output=nn.softmax, rng=0)
    >>> bool(nn.check_gradients(network, [[1.0, 2.0], [0.5, -1.0]], [0, 1], loss=nn.cross_entropy))
    True
    """
    computed = backprop(network, X, T, loss=loss, l2=l2).parameters
    if gradients is not None:
        computed = _as_gradients(gradients, network)
    if tolerance is None:
        tolerance = 5e-4 if network.dtype == np.float32 else 1e-5
    tolerance = _checks.as_number(tolerance, "tolerance", above=0)

    exact = network.astype(np.float64)
    # A float32 network sees the data in float32, so the exact one must not see more digits.
    X = network.as_inputs(X).astype(np.float64)
    T = network.as_targets(T, X.shape[0]).astype(np.float64)
    objective = _Objective(exact, X, T, loss, l2)
    noise = objective.rounding(np.finfo(network.dtype))
    checks = []
    for number, gradient in enumerate(computed):
        expected, kinks = objective.derivatives(number, gradient, tolerance)
        scale = np.maximum(np.maximum(np.abs(gradient), np.abs(expected)), noise[number] / tolerance)
        error = np.abs(gradient - expected) / scale
        worst = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
        name = f"layers[{number // 2}].{'Wb'[number % 2]}"
        values = float(gradient[worst]), float(expected[worst])
        checks.append(ParameterCheck(name, float(error[worst]), worst, *values, kinks))
    return GradientReport(tuple(checks), tolerance)


class _Objective:
    """The loss plus the penalty as a function of one entry of one parameter."""

    def __init__(self, network: Network, X: Array, T: Array, loss: Loss, l2: float) -> None:
        self.network, self.X, self.T, self.loss, self.l2 = network, X, T, loss, l2
        self.forward = propagate(network.layers, X)
        self.sides = _sides(network, self.forward)

    def moved(self, number: int, index: tuple[int, ...], step: complex) -> tuple[Any, ForwardPass]:
        """Return the value, and the forward pass, with ``step`` added to one entry of one parameter."""
        arrays = [_moved(p, index, step) if n == number else p for n, p in enumerate(self.network.parameters)]
        layers = [Dense(W, b, old.activation) for W, b, old in zip(arrays[::2], arrays[1::2], self.network.layers)]
        forward = propagate(layers, self.X)
        last = forward.layers[-1]
        value = self.loss.at_output(layers[-1].activation, last.Z, last.A, self.T)
        return value + 0.5 * self.l2 * sum((layer.W**2).sum() for layer in layers), forward

    def derivatives(self, number: int, gradient: Array, tolerance: float) -> tuple[Array, int]:
        """Return the derivatives by all entries of one parameter, and how many differences crossed a kink."""
        parameter = self.network.parameters[number]
        result = np.empty_like(parameter)
        kinks = 0
        for index in np.ndindex(parameter.shape):
            h = _central_step(float(parameter[index]))
            (up, forward_up), (down, forward_down) = (self.moved(number, index, step) for step in (h, -h))
            crossed = any(_sides(self.network, forward) != self.sides for forward in (forward_up, forward_down))
            kinks += crossed
            result[index] = (up - down) / (2 * h)
            # A difference also fails where it is small against E, or even 0, or where f bends within the step.
            if crossed or not abs(result[index] - gradient[index]) < tolerance * abs(result[index]):
                result[index] = self.moved(number, index, 1j * COMPLEX_STEP)[0].imag / COMPLEX_STEP
        return result, kinks

    def rounding(self, precision: "np.finfo[Any]") -> list[Array]:
        """Return, for every entry of every parameter, the rounding error that a right gradient may carry.

        Backpropagation is run on magnitudes: what the sums would be if nothing in them canceled, times a few ε. What is
        smaller than the smallest normal number may be lost altogether.
        """
        epsilon = float(precision.eps)
        layers, passes = self.network.layers, self.forward.layers
        Y, T = self.forward.output, self.T
        delta = output_error(self.loss, layers[-1].activation, passes[-1].Z, T)
        size = np.abs(delta) + (np.abs(Y) + np.abs(T)) / T.shape[0]
        sizes: list[Array] = []
        for number in reversed(range(len(layers))):
            W = np.abs(layers[number].W)
            sizes[:0] = [weight_gradient(np.abs(passes[number].A_prev), size) + self.l2 * W, bias_gradient(size)]
            size = size @ W.T
            below = layers[number - 1].activation
            if number > 0 and isinstance(below, ElementwiseActivation):
                size *= np.abs(below.derivative(passes[number - 1].Z)) + epsilon
        return [4 * epsilon * size + float(precision.tiny) for size in sizes]


def _sides(network: Network, forward: ForwardPass) -> list[bytes]:
    """Return on which side of every kink every pre-activation lies, or whether it lies on it."""
    return [
        np.sign(seen.Z - kink).tobytes()
        for layer, seen in zip(network.layers, forward.layers)
        for kink in layer.activation.kinks
    ]


def _moved(x: Array, index: tuple[int, ...], step: complex) -> Array:
    """Return a copy of ``x`` with ``step`` added to one entry."""
    copy = x.astype(type(step))
    copy[index] += step
    return copy


def _scalar(value: Any) -> Any:
    """Refuse a value of a function that is an array with axes."""
    if np.ndim(value) != 0:
        raise ValueError(f"f must have a scalar value, got an array with shape {np.shape(value)}")
    return value


def _central_step(value: float) -> float:
    """Return a step that balances truncation, of order h², against rounding, of order ε/h."""
    return float(np.cbrt(np.finfo(np.float64).eps) * max(1.0, abs(value)))


def _as_gradients(gradients: Sequence[Array], network: Network) -> list[Array]:
    parameters = network.parameters
    items = _checks.as_items(gradients, "gradients", "arrays")
    if len(items) != len(parameters):
        raise ValueError(f"gradients must hold {len(parameters)} arrays, got {len(items)}")
    arrays = [_checks.as_real(g, f"gradients[{number}]") for number, g in enumerate(items)]
    for number, (array, parameter) in enumerate(zip(arrays, parameters)):
        _checks.same_shape(parameter, f"network.parameters[{number}]", array, f"gradients[{number}]")
    return arrays
