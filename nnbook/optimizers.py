"""Rules that turn gradients into steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnbook import _checks
from nnbook._checks import Array
from nnbook.optimizer_base import Optimizer
from nnbook.schedules import Schedule


class SGD(Optimizer):
    """Stochastic gradient descent: every parameter moves against its gradient, θ ← θ − η ∂E/∂θ.

    Implements :eq:`eq-training-step`, :eq:`eq-updates-step` and :eq:`eq-gradient-descent-mini-batch`.

    Parameters
    ----------
    learning_rate : float or Schedule
        The factor η, greater than 0: a number, or a function of the epoch.

    Raises
    ------
    TypeError, ValueError
        If ``learning_rate`` is neither a positive number nor a function.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[1.0]], [0.0], nn.identity)])
    >>> gradients = nn.backprop(network, [[2.0]], [[5.0]], loss=nn.squared_error)
    >>> nn.SGD(learning_rate=0.1).update(network, gradients)
    >>> network.layers[0].W, network.layers[0].b
    (array([[1.6]]), array([0.3]))
    """

    def direction(self, gradient: Array, memory: Mapping[str, Array], step: int) -> Array:  # noqa: ARG002
        """Return the gradient."""
        return gradient


class Momentum(Optimizer):
    """Gradient descent with momentum: a velocity v gathers the gradients, v ← μ v + g and θ ← θ − η v.

    Implements :eq:`eq-gradient-descent-momentum`.

    Parameters
    ----------
    learning_rate : float or Schedule
        The factor η, greater than 0. It multiplies the whole velocity, so a change of rate acts at once.
    momentum : float
        The factor μ, at least 0 and less than 1.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated.

    References
    ----------
    B. T. Polyak: Some methods of speeding up the convergence of iteration methods. 1964. The form is that of PyTorch's
    ``SGD(momentum=…)``, whose own default is 0, plain gradient descent.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[1.0]], [0.0], nn.identity)])
    >>> optimizer = nn.Momentum(learning_rate=0.1)
    >>> for _ in range(2):
    ...     optimizer.update(network, nn.backprop(network, [[2.0]], [[5.0]], loss=nn.squared_error))
    >>> network.layers[0].W
    array([[2.44]])
    """

    memory_names = ("velocity",)

    def __init__(self, learning_rate: float | Schedule, *, momentum: float = 0.9) -> None:
        super().__init__(learning_rate)
        self.momentum = _checks.as_number(momentum, "momentum", least=0, below=1)

    def direction(self, gradient: Array, memory: Mapping[str, Array], step: int) -> Array:  # noqa: ARG002
        """Return the new velocity μ v + g."""
        velocity = memory["velocity"]
        velocity *= self.momentum
        velocity += gradient
        return velocity


class Nesterov(Momentum):
    """Nesterov's momentum: the step looks one velocity ahead, v ← μ v + g and θ ← θ − η (g + μ v).

    Implements :eq:`eq-gradient-descent-nesterov`.

    Parameters
    ----------
    learning_rate : float or Schedule
        The factor η, greater than 0.
    momentum : float
        The factor μ, at least 0 and less than 1.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated.

    References
    ----------
    I. Sutskever, J. Martens, G. Dahl, G. Hinton: On the importance of initialization and momentum in deep learning.
    ICML 2013. The form is that of PyTorch's ``SGD(momentum=…, nesterov=True)``.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.Nesterov(learning_rate=0.1)
    Nesterov(learning_rate=0.1, momentum=0.9)
    """

    def direction(self, gradient: Array, memory: Mapping[str, Array], step: int) -> Array:
        """Return g + μ v with the new velocity v."""
        direction: Array = gradient + self.momentum * super().direction(gradient, memory, step)
        return direction


class RMSProp(Optimizer):
    """RMSProp: every entry of the gradient is divided by the root of a running mean of its squares.

    Implements :eq:`eq-gradient-descent-rmsprop`.

    Parameters
    ----------
    learning_rate : float or Schedule
        The factor η, greater than 0.
    decay : float
        The factor α of s ← α s + (1 − α) g², at least 0 and less than 1.
    epsilon : float
        What is added to √s, greater than 0; it keeps the quotient finite.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated.

    References
    ----------
    T. Tieleman, G. Hinton: Lecture 6.5, RMSProp. Neural networks for machine learning, 2012. Form and defaults are
    those of PyTorch's ``RMSprop``.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.RMSProp()
    RMSProp(learning_rate=0.01, decay=0.99, epsilon=1e-08)
    """

    memory_names = ("square",)

    def __init__(self, learning_rate: float | Schedule = 0.01, *, decay: float = 0.99, epsilon: float = 1e-8) -> None:
        super().__init__(learning_rate)
        self.decay = _checks.as_number(decay, "decay", least=0, below=1)
        self.epsilon = _checks.as_number(epsilon, "epsilon", above=0)

    def direction(self, gradient: Array, memory: Mapping[str, Array], step: int) -> Array:  # noqa: ARG002
        """Return g / (√s + ε) with the new running mean s."""
        _move_mean(memory["square"], self.decay, gradient**2)
        direction: Array = gradient / (np.sqrt(memory["square"]) + self.epsilon)
        return direction


class Adam(Optimizer):
    """Adam: a running mean of the gradients, divided by the root of a running mean of their squares.

    Both means begin at zero; dividing by 1 − βᵗ after t steps takes that bias out.

    Implements :eq:`eq-gradient-descent-adam`.

    Parameters
    ----------
    learning_rate : float or Schedule
        The factor η, greater than 0.
    beta1, beta2 : float
        The factors of m ← β₁ m + (1 − β₁) g and s ← β₂ s + (1 − β₂) g², at least 0 and less than 1.
    epsilon : float
        What is added to the root, greater than 0; it keeps the quotient finite.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated.

    References
    ----------
    D. P. Kingma, J. Ba: Adam: a method for stochastic optimization. ICLR 2015. Form and defaults are those of PyTorch's
    ``Adam``.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.Adam()
    Adam(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08)
    """

    memory_names = ("mean", "square")

    def __init__(
        self,
        learning_rate: float | Schedule = 0.001,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate)
        self.beta1 = _checks.as_number(beta1, "beta1", least=0, below=1)
        self.beta2 = _checks.as_number(beta2, "beta2", least=0, below=1)
        self.epsilon = _checks.as_number(epsilon, "epsilon", above=0)

    def direction(self, gradient: Array, memory: Mapping[str, Array], step: int) -> Array:
        """Return m̂ / (√ŝ + ε) with the new running means, each freed of its bias."""
        _move_mean(memory["mean"], self.beta1, gradient)
        _move_mean(memory["square"], self.beta2, gradient**2)
        mean = memory["mean"] / (1 - self.beta1**step)
        direction: Array = mean / (np.sqrt(memory["square"] / (1 - self.beta2**step)) + self.epsilon)
        return direction


def _move_mean(mean: Array, decay: float, value: Array) -> None:
    """Move a running mean in place: mean ← decay · mean + (1 − decay) · value."""
    mean *= decay
    mean += (1 - decay) * value


@dataclass(frozen=True, eq=False)
class DescentPath:
    """The recorded path of `gradient_descent`.

    Attributes
    ----------
    points : array, shape (steps + 1,) + shape of the start
        The start and the point after each step.
    values : array, shape (steps + 1,)
        The function there.
    escaped : bool
        Whether the path was cut off because the next point or its value was no longer finite.
    """

    points: Array
    values: Array
    escaped: bool


def gradient_descent(
    f: Callable[[Array], Any], gradient: Callable[[Array], Array], start: Any, *, learning_rate: float, steps: int
) -> DescentPath:
    """Follow the negative gradient of a plain function and record the path.

    Implements :eq:`eq-gradient-descent-update`.

    Parameters
    ----------
    f : callable
        The function; its value is a scalar.
    gradient : callable
        Its gradient, of the shape of the point.
    start : float or array
        Where the path begins.
    learning_rate : float
        The factor η of each step w ← w − η ∇f(w), greater than 0.
    steps : int
        How many steps to take, at least 1.

    Returns
    -------
    DescentPath

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated, or the gradient has another shape than the point.

    Examples
    --------
    >>> import nnbook as nn
    >>> path = nn.gradient_descent(lambda w: w**2, lambda w: 2 * w, 1.0, learning_rate=0.25, steps=3)
    >>> path.points
    array([1.   , 0.5  , 0.25 , 0.125])
    """
    _checks.as_callable(f, "f")
    _checks.as_callable(gradient, "gradient")
    point = _checks.as_real(start, "start", np.float64)
    learning_rate = _checks.as_number(learning_rate, "learning_rate", above=0)
    steps = _checks.as_count(steps, "steps")
    points, values = [point], [float(f(point))]
    escaped = False
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            slope = _checks.as_numeric(gradient(point), "gradient(w)")
            _checks.same_shape(point, "w", slope, "gradient(w)")
            point = point - learning_rate * slope
            value = float(f(point))
            escaped = not (np.isfinite(point).all() and np.isfinite(value))
            if escaped:
                break
            points.append(point)
            values.append(value)
    return DescentPath(np.array(points), np.array(values), escaped)
