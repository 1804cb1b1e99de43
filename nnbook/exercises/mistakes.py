"""What a wrong answer is, and those that come from slips in a formula."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class WrongAnswer:
    """A wrong answer that people really give.

    Attributes
    ----------
    name : str
        The mistake in a few words, such as "the sum instead of the mean".
    value : array_like
        What the mistake leads to.
    hint : str
        What to think about; it does not give the answer away. It may hold Markdown.
    """

    name: str
    value: Any
    hint: str


def sum_for_mean(mean: npt.ArrayLike, n: int, *, hint: str = "Divide by the number of terms.") -> WrongAnswer:
    """Return the wrong answer that is a sum over n terms where their mean is asked for.

    Parameters
    ----------
    mean : array_like
        The right answer.
    n : int
        Number of terms.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Examples
    --------
    >>> from nnbook.exercises import sum_for_mean
    >>> float(sum_for_mean(2.0, n=3).value)
    6.0
    """
    return WrongAnswer("the sum instead of the mean", np.asarray(mean) * n, hint)


def mean_for_sum(total: npt.ArrayLike, n: int, *, hint: str = "Is there a division too many?") -> WrongAnswer:
    """Return the wrong answer that is a mean of n terms where their sum is asked for.

    Parameters
    ----------
    total : array_like
        The right answer.
    n : int
        Number of terms.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Examples
    --------
    >>> from nnbook.exercises import mean_for_sum
    >>> float(mean_for_sum(6.0, n=3).value)
    2.0
    """
    return WrongAnswer("the mean instead of the sum", np.asarray(total) / n, hint)


def missing_factor(
    answer: npt.ArrayLike, factor: npt.ArrayLike, name: str, *, hint: str = "Does every factor of the formula occur?"
) -> WrongAnswer:
    """Return the wrong answer in which a factor is forgotten.

    Parameters
    ----------
    answer : array_like
        The right answer.
    factor : array_like
        The factor, of a shape that broadcasts with the answer; nowhere 0.
    name : str
        What it is called, such as ``"1/n"``.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Raises
    ------
    ValueError
        If the factor is 0 somewhere.

    Examples
    --------
    >>> from nnbook.exercises import missing_factor
    >>> float(missing_factor(0.5, 1 / 4, "1/n").value)
    2.0
    """
    divisor = np.asarray(factor)
    if (divisor == 0).any():
        raise ValueError(f"factor must not be 0, got {divisor}")
    return WrongAnswer(f"the answer without the factor {name}", np.asarray(answer) / divisor, hint)


def missing_term(
    answer: npt.ArrayLike, term: npt.ArrayLike, name: str, *, hint: str = "Does every term of the formula occur?"
) -> WrongAnswer:
    """Return the wrong answer in which a term is forgotten, such as the bias.

    Parameters
    ----------
    answer : array_like
        The right answer.
    term : array_like
        The term, of a shape that broadcasts with the answer.
    name : str
        What it is called, such as ``"the bias"``.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Examples
    --------
    >>> from nnbook.exercises import missing_term
    >>> float(missing_term(0.75, 0.25, "the bias").value)
    0.5
    """
    return WrongAnswer(f"the answer without {name}", np.asarray(answer) - np.asarray(term), hint)


def sign_flipped(answer: npt.ArrayLike, *, hint: str = "Uphill or downhill? Check one sign.") -> WrongAnswer:
    """Return the wrong answer with the opposite sign.

    Parameters
    ----------
    answer : array_like
        The right answer.
    hint : str
        What to think about.

    Returns
    -------
    WrongAnswer

    Examples
    --------
    >>> from nnbook.exercises import sign_flipped
    >>> sign_flipped([1, -2]).value.tolist()
    [-1, 2]
    """
    return WrongAnswer("the answer with the opposite sign", -np.asarray(answer), hint)
