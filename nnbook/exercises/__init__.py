"""Exercises that tell a right answer from a wrong one, and say which mistake a wrong one looks like.

An :class:`Exercise` knows its answer and the classic wrong answers to its question; the functions build the wrong
answers that come up again and again. Nothing here knows any particular question.
"""

from nnbook.exercises.engine import Exercise, Feedback
from nnbook.exercises.matrix_mistakes import (
    derivative_of_activated,
    elementwise_product,
    off_by_one_layer,
    transposed,
    wrong_axis,
)
from nnbook.exercises.mistakes import (
    WrongAnswer,
    mean_for_sum,
    missing_factor,
    missing_term,
    sign_flipped,
    sum_for_mean,
)

__all__ = [
    "Exercise",
    "Feedback",
    "WrongAnswer",
    "derivative_of_activated",
    "elementwise_product",
    "mean_for_sum",
    "missing_factor",
    "missing_term",
    "off_by_one_layer",
    "sign_flipped",
    "sum_for_mean",
    "transposed",
    "wrong_axis",
]
