"""Rules that turn gradients into steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnbook import _checks
from nnbook._checks import Array
from nnbook.backprop import Gradients
from nnbook.network import Network


class SGD:
    """Stochastic gradient descent: every parameter moves against its gradient, θ ← θ − η ∂E/∂θ.

    Parameters
    ----------
    learning_rate : float
        The factor η, greater than 0.

    Raises
    ------
    TypeError, ValueError
        If ``learning_rate`` is not a positive number.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[1.0]], [0.0], nn.identity)])
    >>> gradients = nn.backprop(network, [[2.0]], [[5.0]], loss=nn.squared_error)
    >>> nn.SGD(learning_rate=0.1).update(network, gradients)
    >>> network.layers[0].W, network.layers[0].b
    (array([[1.6]]), array([0.3]))
    """

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = _checks.as_number(learning_rate, "learning_rate", above=0)

    def update(self, network: Network, gradients: Gradients) -> None:
        """Change the parameters of ``network`` in place by one step against ``gradients``."""
        for parameter, gradient in zip(network.parameters, gradients.parameters, strict=True):
            parameter -= self.learning_rate * gradient

    def __repr__(self) -> str:
        """Return the class with its settings."""
        return f"SGD(learning_rate={self.learning_rate:g})"


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
