"""Wrong answers that come from mixing up axes, products, layers or arguments."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nnbook.exercises.mistakes import Array, WrongAnswer

TRANSPOSE = "Exchange rows and columns: which index runs over the rows?"


def transposed(answer: npt.ArrayLike, *, hint: str = TRANSPOSE) -> WrongAnswer:
    """Return the wrong answer whose rows and columns are exchanged.

    Parameters
    ----------
    answer : array_like of shape (m, n)
        The right answer.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Raises
    ------
    ValueError
        If the answer is not a matrix.

    Examples
    --------
    >>> from nnbook.exercises import transposed
    >>> transposed([[1, 2], [3, 4]]).value.tolist()
    [[1, 3], [2, 4]]
    """
    matrix = np.asarray(answer)
    if matrix.ndim != 2:
        raise ValueError(f"answer must have two axes, got shape {matrix.shape}")
    return WrongAnswer("the transpose", matrix.T, hint)


def wrong_axis(
    reduction: Callable[..., Any], values: npt.ArrayLike, axis: int, *, hint: str = "Which axis has to vanish?"
) -> WrongAnswer:
    """Return the wrong answer that sums, averages or the like along the wrong axis.

    Parameters
    ----------
    reduction : callable
        ``reduction(values, axis=axis)``, such as ``np.sum``.
    values : array_like
        What is reduced.
    axis : int
        The wrong axis.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.exercises import wrong_axis
    >>> wrong_axis(np.sum, [[1, 2], [3, 4]], axis=1).value.tolist()  # where axis=0 is right
    [3, 7]
    """
    return WrongAnswer("the result along the other axis", reduction(np.asarray(values), axis=axis), hint)


def elementwise_product(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    *,
    hint: str = "`*` multiplies entry by entry, `@` is the matrix product.",
) -> WrongAnswer:
    """Return the wrong answer that multiplies entry by entry where the matrix product is asked for.

    Parameters
    ----------
    left, right : array_like
        The factors, of shapes that broadcast.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Examples
    --------
    >>> from nnbook.exercises import elementwise_product
    >>> elementwise_product([[1, 2], [3, 4]], [[1, 0], [0, 1]]).value.tolist()
    [[1, 0], [0, 4]]
    """
    return WrongAnswer("the product entry by entry", np.asarray(left) * np.asarray(right), hint)


def off_by_one_layer(
    quantities: Sequence[npt.ArrayLike],
    layer: int,
    formula: Callable[[Array], Any] = np.asarray,
    *,
    by: int = 1,
    hint: str = "Which layer does each quantity belong to?",
) -> WrongAnswer:
    """Return the wrong answer that takes a quantity from a neighboring layer.

    Parameters
    ----------
    quantities : sequence of array_like
        The quantity for each layer.
    layer : int
        Index of the right one.
    formula : callable
        Computes the answer from the quantity; by default it is the answer itself.
    by : int
        How far off the mistake is, 1 or -1.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Raises
    ------
    ValueError
        If there is no such layer.

    Examples
    --------
    >>> from nnbook.exercises import off_by_one_layer
    >>> off_by_one_layer([[1.0], [2.0], [3.0]], 1, lambda A: 10 * A).value.tolist()
    [30.0]
    """
    if not 0 <= layer + by < len(quantities):
        raise ValueError(f"layer + by must be one of 0 … {len(quantities) - 1}, got {layer + by}")
    return WrongAnswer("the formula with a neighboring layer", formula(np.asarray(quantities[layer + by])), hint)


def derivative_of_activated(
    formula: Callable[[Array], Any],
    A: npt.ArrayLike,
    *,
    hint: str = "The derivative is taken before the activation, at $Z$.",
) -> WrongAnswer:
    """Return the wrong answer that evaluates a derivative at the activation A instead of the pre-activation Z.

    Parameters
    ----------
    formula : callable
        Computes the right answer from Z.
    A : array_like
        The activation.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.exercises import derivative_of_activated
    >>> derivative_of_activated(lambda Z: 1 - np.tanh(Z) ** 2, np.tanh([0.0])).value.tolist()
    [1.0]
    """
    return WrongAnswer("the derivative at the activation instead of the pre-activation", formula(np.asarray(A)), hint)
