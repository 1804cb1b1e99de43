"""Initial weights: random matrices whose spread suits the activation.

An initializer is a function of the fan-in, the fan-out and a generator that returns a matrix of shape
(fan_in, fan_out). The factories below make them.
"""

import math
from collections.abc import Callable

import numpy as np

from nnbook import _checks
from nnbook._checks import Array

Initializer = Callable[[int, int, np.random.Generator], Array]


def zeros(fan_in: int, fan_out: int, rng: np.random.Generator | int) -> Array:  # noqa: ARG001 - every initializer has this form
    """Return zeros: the classic mistake, since all units of a layer then stay alike.

    Parameters
    ----------
    fan_in, fan_out : int
        Number of inputs and of outputs of the layer.
    rng : numpy.random.Generator or int
        Not used.

    Returns
    -------
    array, shape (fan_in, fan_out)

    Raises
    ------
    TypeError, ValueError
        If the sizes are no integers of at least 1.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.initializers.zeros(1, 2, 0)
    array([[0., 0.]])
    """
    return np.zeros(_shape(fan_in, fan_out))


def normal(scale: float) -> Initializer:
    """Return an initializer that draws from the normal distribution with mean 0 and standard deviation ``scale``.

    Parameters
    ----------
    scale : float
        Standard deviation, at least 0.

    Returns
    -------
    Initializer

    Raises
    ------
    TypeError, ValueError
        If ``scale`` is no number, negative or not finite.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.initializers.normal(0.01)(3, 2, 0).shape
    (3, 2)
    """
    scale = _checks.as_number(scale, "scale", least=0)

    def draw(fan_in: int, fan_out: int, rng: np.random.Generator | int) -> Array:
        return scale * _checks.as_generator(rng).standard_normal(_shape(fan_in, fan_out))

    return draw


def glorot_normal(fan_in: int, fan_out: int, rng: np.random.Generator | int) -> Array:
    """Return normal weights of variance 2 / (fan_in + fan_out).

    Parameters
    ----------
    fan_in, fan_out : int
        Number of inputs and of outputs of the layer.
    rng : numpy.random.Generator or int
        Generator or seed.

    Returns
    -------
    array, shape (fan_in, fan_out)

    Raises
    ------
    TypeError, ValueError
        If the sizes are no integers of at least 1, or ``rng`` is neither generator nor seed.

    References
    ----------
    X. Glorot, Y. Bengio: Understanding the difficulty of training deep feedforward neural networks. AISTATS 2010.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.initializers.glorot_normal(3, 2, 0).shape
    (3, 2)
    """
    fan_in, fan_out = _shape(fan_in, fan_out)
    return normal(math.sqrt(2 / (fan_in + fan_out)))(fan_in, fan_out, _checks.as_generator(rng))


def glorot_uniform(fan_in: int, fan_out: int, rng: np.random.Generator | int) -> Array:
    """Return uniform weights of variance 2 / (fan_in + fan_out), hence between ±√(6 / (fan_in + fan_out)).

    Parameters
    ----------
    fan_in, fan_out : int
        Number of inputs and of outputs of the layer.
    rng : numpy.random.Generator or int
        Generator or seed.

    Returns
    -------
    array, shape (fan_in, fan_out)

    Raises
    ------
    TypeError, ValueError
        If the sizes are no integers of at least 1, or ``rng`` is neither generator nor seed.

    References
    ----------
    X. Glorot, Y. Bengio: Understanding the difficulty of training deep feedforward neural networks. AISTATS 2010.

    Examples
    --------
    >>> import nnbook as nn
    >>> bool(abs(nn.initializers.glorot_uniform(3, 3, 0)).max() <= 1)
    True
    """
    fan_in, fan_out = _shape(fan_in, fan_out)
    limit = math.sqrt(6 / (fan_in + fan_out))
    return _checks.as_generator(rng).uniform(-limit, limit, (fan_in, fan_out))


def he_normal(fan_in: int, fan_out: int, rng: np.random.Generator | int) -> Array:
    """Return normal weights of variance 2 / fan_in, made for relu.

    Parameters
    ----------
    fan_in, fan_out : int
        Number of inputs and of outputs of the layer.
    rng : numpy.random.Generator or int
        Generator or seed.

    Returns
    -------
    array, shape (fan_in, fan_out)

    Raises
    ------
    TypeError, ValueError
        If the sizes are no integers of at least 1, or ``rng`` is neither generator nor seed.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun: Delving deep into rectifiers. ICCV 2015.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.initializers.he_normal(3, 2, 0).shape
    (3, 2)
    """
    fan_in, fan_out = _shape(fan_in, fan_out)
    return normal(math.sqrt(2 / fan_in))(fan_in, fan_out, _checks.as_generator(rng))


def _shape(fan_in: int, fan_out: int) -> tuple[int, int]:
    return _checks.as_count(fan_in, "fan_in"), _checks.as_count(fan_out, "fan_out")
