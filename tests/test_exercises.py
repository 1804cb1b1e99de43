"""The engine of the exercises: every mistake is recognized, and no input raises an error."""

import subprocess
import sys
import warnings
from dataclasses import FrozenInstanceError
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnbook.exercises import (
    Exercise,
    Feedback,
    WrongAnswer,
    derivative_of_activated,
    elementwise_product,
    mean_for_sum,
    missing_factor,
    missing_term,
    off_by_one_layer,
    sign_flipped,
    sum_for_mean,
    transposed,
    wrong_axis,
)

ANSWER = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def exercise() -> Exercise:
    return Exercise(ANSWER, [transposed(ANSWER), sign_flipped(ANSWER), sum_for_mean(ANSWER, n=10)])


# Right answers


@pytest.mark.parametrize(
    "value",
    [
        ANSWER,
        ANSWER.tolist(),
        ANSWER.astype(int),
        ANSWER.astype(np.float32),
        ANSWER.astype(np.longdouble),
        np.asfortranarray(ANSWER),
        np.ma.masked_array(ANSWER, mask=False),
        ANSWER * (1 + 0.9e-6),  # within the relative tolerance of 1e-6
        ANSWER + 0.9e-12,
    ],
)
def test_right_answer_is_right_in_every_form(value):
    feedback = exercise().check(value)
    assert feedback
    assert feedback == Feedback("right", "Right.")


@pytest.mark.parametrize("factor", [1 + 1.2e-6, 1 - 1.2e-6])
def test_answer_outside_the_tolerance_is_close_and_not_right(factor):
    feedback = exercise().check(ANSWER * factor)
    assert not feedback
    assert feedback.verdict == "close"
    assert "rounded" in feedback.hint


def test_close_means_within_one_percent():
    assert Exercise(100.0).check(100.9).verdict == "close"
    assert Exercise(100.0).check(101.1).verdict == "wrong"


def test_tolerances_are_those_of_the_exercise():
    assert Exercise(100.0, rtol=0.01, atol=0).check(100.9)
    assert not Exercise(100.0, rtol=0.01, atol=0).check(101.1)
    assert Exercise(0.0, rtol=0, atol=0.5).check(0.4)
    assert not Exercise(0.0, rtol=0, atol=0.5).check(0.6)


def test_answer_may_be_a_function_that_is_called_once():
    calls = []
    asked = Exercise(lambda: calls.append(1) or 7.0)
    assert asked.check(7)
    assert asked.check(7)
    assert calls == [1]


def test_value_of_a_mistake_may_be_a_function():
    assert Exercise(1.0, [WrongAnswer("two", lambda: 2.0, "")]).check(2).mistake == "two"


def test_answer_is_a_copy_that_cannot_be_changed():
    mine = np.ones(3)
    asked = Exercise(mine)
    mine[:] = 5
    assert asked.check([1, 1, 1])
    with pytest.raises(ValueError, match="read-only"):
        asked.answer[0] = 2


def test_checking_leaves_the_value_unchanged():
    value = ANSWER.copy()
    exercise().check(value.T)
    np.testing.assert_array_equal(value, ANSWER)


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
def test_answer_may_be_nan_or_infinite(special):
    asked = Exercise([1.0, special], [WrongAnswer("zero", [1.0, 0.0], "h")])
    assert asked.check([1.0, special])
    assert asked.check([1.0, 0.0]).mistake == "zero"
    assert asked.check([1.0, 2.0]).verdict == "wrong"


def test_truth_values_are_compared_as_such():
    asked = Exercise([True, False, True], [WrongAnswer("all", [True] * 3, "h")])
    assert asked.check(np.array([True, False, True]))
    assert asked.check([True, True, True]).mistake == "all"
    assert asked.check([False, False, True]).message == "Not yet: 1 of 3 is wrong."
    assert asked.check([False, True, False]).message == "Not yet: 3 of 3 are wrong."
    assert asked.check([1, 0, 1]).message == "Expected truth values, got numbers."
    assert Exercise(True).check(False).message == "Not yet: it is wrong."


# Known mistakes


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (ANSWER.T, "the transpose"),
        (-ANSWER, "the answer with the opposite sign"),
        (10 * ANSWER, "the sum instead of the mean"),
        (10 * ANSWER * (1 + 0.9e-6), "the sum instead of the mean"),
    ],
)
def test_known_mistake_is_named_with_its_hint(value, name):
    asked = exercise()
    feedback = asked.check(value)
    assert not feedback
    assert feedback.verdict == "known mistake"
    assert feedback.mistake == name
    assert feedback.message == f"Not yet: this looks like {name}."
    assert feedback.hint == next(mistake.hint for mistake in asked.mistakes if mistake.name == name)


def test_transpose_is_recognized_though_nobody_listed_it():
    square = [[1.0, 2.0], [3.0, 4.0]]
    feedback = Exercise(square).check(np.transpose(square))
    assert feedback.mistake == "the transpose"
    assert Exercise(ANSWER).check(ANSWER.T).mistake == "the transpose"


# Expected values by hand: the answer of each question, and what the mistake turns it into.
@pytest.mark.parametrize(
    ("mistake", "value", "name"),
    [
        (transposed([[1, 2, 3]]), [[1], [2], [3]], "the transpose"),
        (wrong_axis(np.sum, [[1, 2], [3, 4]], axis=1), [3, 7], "the result along the other axis"),
        (wrong_axis(np.max, [[1, 2], [3, 4]], axis=0), [3, 4], "the result along the other axis"),
        (sum_for_mean([0.5, 1.5], n=4), [2.0, 6.0], "the sum instead of the mean"),
        (mean_for_sum([2.0, 6.0], n=4), [0.5, 1.5], "the mean instead of the sum"),
        (missing_factor(6.0, 1.5, "1/n"), 4.0, "the answer without the factor 1/n"),
        (missing_term(6.0, 1.5, "the bias"), 4.5, "the answer without the bias"),
        (sign_flipped([1, -2]), [-1, 2], "the answer with the opposite sign"),
        (elementwise_product([[1, 2]], [[3, 4]]), [[3, 8]], "the product entry by entry"),
        (off_by_one_layer([[1], [2], [4]], 1), [4], "the formula with a neighboring layer"),
        (off_by_one_layer([[1], [2], [4]], 1, lambda A: 3 * A, by=-1), [3], "the formula with a neighboring layer"),
        (
            derivative_of_activated(lambda Z: 2 * Z, [3.0]),
            [6.0],
            "the derivative at the activation instead of the pre-activation",
        ),
    ],
)
def test_helpers_build_the_named_mistake(mistake, value, name):
    np.testing.assert_allclose(mistake.value, value, rtol=1e-15)
    assert mistake.value.shape == np.shape(value)
    assert mistake.name == name
    assert mistake.hint


@pytest.mark.parametrize(
    "build",
    [
        lambda hint: transposed(ANSWER, hint=hint),
        lambda hint: wrong_axis(np.sum, ANSWER, axis=0, hint=hint),
        lambda hint: sum_for_mean(1.0, 2, hint=hint),
        lambda hint: mean_for_sum(1.0, 2, hint=hint),
        lambda hint: missing_factor(1.0, 2, "2", hint=hint),
        lambda hint: missing_term(1.0, 2, "2", hint=hint),
        lambda hint: sign_flipped(1.0, hint=hint),
        lambda hint: elementwise_product(1.0, 2.0, hint=hint),
        lambda hint: off_by_one_layer([1.0, 2.0], 0, hint=hint),
        lambda hint: derivative_of_activated(np.cos, 1.0, hint=hint),
    ],
)
def test_helpers_take_another_hint(build):
    assert build("Look again.").hint == "Look again."


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: transposed([1, 2]), r"^answer must have two axes, got shape \(2,\)$"),
        (lambda: missing_factor(1.0, [1, 0], "c"), r"^factor must not be 0, got \[1 0\]$"),
        (lambda: off_by_one_layer([1, 2], 1), r"^layer \+ by must be one of 0 … 1, got 2$"),
        (lambda: off_by_one_layer([1, 2], 0, by=-1), r"^layer \+ by must be one of 0 … 1, got -1$"),
    ],
)
def test_helpers_refuse_what_makes_no_mistake(build, message):
    with pytest.raises(ValueError, match=message):
        build()


# Other wrong answers


@pytest.mark.parametrize(
    ("answer", "value", "verdict", "message"),
    [
        (
            ANSWER,
            ANSWER.ravel(),
            "wrong shape",
            "Not yet: the numbers are right, but the shape must be (2, 3), got (6,).",
        ),
        (ANSWER, np.zeros((3, 3)), "wrong shape", "Not yet: the shape must be (2, 3), got (3, 3)."),
        (ANSWER, np.zeros((3, 2)), "wrong shape", "Not yet: the shape must be (2, 3), got (3, 2)."),
        (ANSWER, [], "wrong shape", "Not yet: the shape must be (2, 3), got (0,)."),
        (2.0, [2.0], "wrong shape", "Not yet: the numbers are right, but the shape must be (), got (1,)."),
        (2.0, 2.5, "wrong", "Not yet: 2.5 is too large."),
        (2.0, 1.5, "wrong", "Not yet: 1.5 is too small."),
        (np.nan, 1.5, "wrong", "Not yet: 1.5 is not right."),
        (2.0, np.nan, "not finite", "Not yet: nan is not right."),
        ([1.0, 2.0], [1.0, np.inf], "not finite", "Not yet: inf is not right at index 1."),
        ([np.inf, 2.0], [-np.inf, 2.0], "not finite", "Not yet: -inf is not right at index 0."),
        ([1.0, 2.0, 0.0], [3.0, 6.0, 0.0], "wrong", "Not yet: every number is 3 times what it should be."),
        ([1.0, 2.0], [-1.0, -2.0], "wrong", "Not yet: every number is -1 times what it should be."),
        ([1.0, 2.0], [3.0, 2.0], "wrong", "Not yet: 1 of 2 is wrong; 3 at index 0 is too large."),
        ([0.0, 2.0], [0.0, 4.0], "wrong", "Not yet: 1 of 2 is wrong; 4 at index 1 is too large."),
        ([1.0, 2.0], [0.0, 0.0], "wrong", "Not yet: 2 of 2 are wrong; 0 at index 0 is too small."),
        ([1.0, 2.0, np.inf], [2.0, 4.0, np.inf], "wrong", "Not yet: 2 of 3 are wrong; 2 at index 0 is too large."),
        ([[1.0, 2.0]], [[1.0, 5.0]], "wrong", "Not yet: 1 of 2 is wrong; 5 at index (0, 1) is too large."),
        (2.0, "2.0", "unreadable", "Expected numbers, got an object of type str."),
        (2.0, None, "unreadable", "Expected numbers, got an object of type NoneType."),
        (2.0, abs, "unreadable", "Expected numbers, got an object of type builtin_function_or_method."),
        (2.0, (x for x in [2.0]), "unreadable", "Expected numbers, got an object of type generator."),
        (2.0, {"a": 2.0}, "unreadable", "Expected numbers, got an object of type dict."),
        (2.0, Decimal(2), "unreadable", "Expected numbers, got an object of type Decimal."),
        (2.0, 10**400, "unreadable", "Expected numbers, got an object of type int."),
        (2.0, [None], "unreadable", "Expected numbers, got entries of type object."),
        (2.0, ["a"], "unreadable", "Expected numbers, got text."),
        (2.0, 2 + 0j, "unreadable", "Expected numbers, got complex numbers."),
        (2.0, True, "unreadable", "Expected numbers, got truth values."),
        (2.0, np.datetime64("2020"), "unreadable", "Expected numbers, got entries of type datetime64[Y]."),
        (2.0, [[1, 2], [3]], "unreadable", "Cannot make an array of an object of type list."),
    ],
)
def test_other_wrong_answers_are_described(answer, value, verdict, message):
    feedback = Exercise(answer).check(value)
    assert not feedback
    assert (feedback.verdict, feedback.message) == (verdict, message)
    assert feedback.mistake is None


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (None, "`return`"),
        ("2", "quotation"),
        (b"2", "quotation"),
        (abs, "Call it"),
        (iter([2]), "list"),
        ([[1], [2, 3]], "same length"),
        (2 + 1j, "imaginary"),
        (np.nan, "division by zero"),
    ],
)
def test_frequent_slips_get_a_hint(value, hint):
    assert hint in Exercise(2.0).check(value).hint


def test_wrong_answer_is_not_given_away():
    asked = Exercise([0.123456, 7.654321])
    for value in ([1.0, 2.0], [0.123456, 1.0], 3.0, None, [np.nan, 1.0]):
        assert "7.65" not in repr(asked.check(value))
    assert repr(exercise()) == "Exercise(numbers of shape (2, 3), 3 known mistakes)"
    assert repr(Exercise(True)) == "Exercise(truth values of shape (), 0 known mistakes)"


# Exercises that could not tell


@pytest.mark.parametrize(
    ("answer", "mistakes", "names"),
    [
        (
            [[1.0, 2.0], [2.0, 1.0]],
            [transposed([[1.0, 2.0], [2.0, 1.0]])],
            "'the transpose' must differ from 'the answer'",
        ),
        (0.0, [sign_flipped(0.0)], "must differ from 'the answer'"),
        (1.0, [WrongAnswer("a", 2.0, ""), WrongAnswer("b", 2.0, "")], "'b' must differ from 'a'"),
        (1.0, [WrongAnswer("near", 1 + 1.9e-6, "")], "'near' must differ"),  # both tolerances reach 1 + 0.95e-6
        ([1.0, np.nan], [WrongAnswer("nan", [1.0, np.nan], "")], "'nan' must differ"),
        (np.inf, [WrongAnswer("inf", np.inf, "")], "'inf' must differ"),
        (True, [WrongAnswer("yes", True, "")], "'yes' must differ"),
    ],
)
def test_exercise_that_cannot_tell_two_answers_apart_is_refused(answer, mistakes, names):
    with pytest.raises(ValueError, match=names):
        Exercise(answer, mistakes)


@pytest.mark.parametrize(
    ("answer", "value"),
    [(1.0, 1 + 2.1e-6), (np.inf, -np.inf), (np.inf, 1.0), (np.nan, 1.0), (0.0, 2.1e-12), (1.0, [1.0])],
)
def test_answers_just_far_enough_apart_are_accepted_and_told_apart(answer, value):
    asked = Exercise(answer, [WrongAnswer("other", value, "")])
    assert asked.check(answer)
    assert asked.check(value).mistake == "other"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"answer": "text"}, TypeError, "^answer must hold real numbers or truth values, got text$"),
        ({"answer": 1j}, TypeError, "^answer must hold real numbers or truth values, got complex numbers$"),
        ({"answer": None}, TypeError, "^answer must hold real numbers or truth values, got entries of type object$"),
        ({"answer": []}, ValueError, r"^answer must hold at least one number, got shape \(0,\)$"),
        ({"mistakes": [2.0]}, TypeError, "^mistakes must hold WrongAnswer objects, got an object of type float$"),
        (
            {"mistakes": [WrongAnswer("w", "2", "")]},
            TypeError,
            "^the value of 'w' must hold real numbers or truth values, got text$",
        ),
        (
            {"mistakes": [WrongAnswer("w", True, "")]},
            TypeError,
            "^'w' must hold numbers like the answer, got truth values$",
        ),
        ({"rtol": "1"}, TypeError, "^rtol must be a number, got an object of type str$"),
        ({"rtol": True}, TypeError, "^rtol must be a number, got an object of type bool$"),
        ({"rtol": -1.0}, ValueError, "^rtol must be finite and at least 0, got -1.0$"),
        ({"atol": np.inf}, ValueError, "^atol must be finite and at least 0, got inf$"),
        ({"atol": np.nan}, ValueError, "^atol must be finite and at least 0, got nan$"),
    ],
)
def test_faulty_exercise_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        Exercise(**{"answer": 1.0, **arguments})


# Odd input


class _Hostile:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")


class _NoArray:
    def __array__(self, dtype=None, copy=None):
        raise ValueError("no")


class _Warns:
    def __array__(self, dtype=None, copy=None):
        warnings.warn("odd", UserWarning, stacklevel=1)
        return np.array(2.0)


class _Meta(type):
    @property
    def __name__(cls):
        raise RuntimeError("no name")


class _Nameless(metaclass=_Meta):
    __array__ = property(lambda self: 1 / 0)


def _endless():
    items = []
    items.append(items)
    return items


ODD = {  # behind functions, since pytest itself touches what it is given
    "hostile": _Hostile,
    "hostile in a list": lambda: [_Hostile()],
    "no array": _NoArray,
    "nameless": _Nameless,
    "markup as a name": type("<b>", (), {}),
    "endless list": _endless,
    "a million million numbers in eight bytes": lambda: np.broadcast_to(1.0, (10**6, 10**6)),
    "long range": lambda: range(10**6),
    "object": object,
    "type": lambda: int,
    "record": lambda: np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
    "text": lambda: np.array(["a"]),
    "infinity": lambda: np.inf,
    "no rows": lambda: [[[[[]]]]],
    "set": lambda: {1.0},
    "bytes": lambda: memoryview(b"abc"),
    "beyond float64": lambda: np.longdouble("1e400"),
    "not implemented": lambda: NotImplemented,
    "ellipsis": lambda: ...,
}


@pytest.mark.parametrize("build", ODD.values(), ids=ODD.keys())
def test_odd_input_raises_nothing(build):
    feedback = exercise().check(build())
    assert not feedback
    assert feedback.message
    assert "<" not in feedback.message


def test_warnings_of_an_object_do_not_disturb():
    assert Exercise(2.0).check(_Warns())


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=5)
    | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=3) | st.tuples(inner, inner)
    ),
    max_leaves=12,
)
arrays = hnp.arrays(
    dtype=st.one_of(hnp.scalar_dtypes(), hnp.unicode_string_dtypes(), st.just(np.dtype(object))),
    shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3),
)


@given(anything | arrays, st.sampled_from([ANSWER, 2.0, [np.nan, 1.0], [True, False]]))
@example(np.array(2.0), 2.0)
@settings(deadline=None, max_examples=300)
def test_check_never_raises(value, answer):
    feedback = Exercise(answer).check(value)
    assert isinstance(feedback, Feedback)
    assert repr(feedback)
    assert feedback._repr_markdown_()


@given(hnp.arrays(float, hnp.array_shapes(max_dims=3, max_side=3), elements=st.floats(-1e6, 1e6)), st.floats(2e-5, 1e6))
@settings(deadline=None)
def test_every_answer_accepts_itself_and_refuses_itself_plus_something(answer, offset):
    asked = Exercise(answer, rtol=1e-12, atol=1e-6)
    assert asked.check(answer)
    assert asked.check(answer.tolist())
    assert not asked.check(answer + offset)


# What the reader sees


def test_feedback_reads_well_in_a_terminal_and_in_a_notebook():
    asked = exercise()
    right, wrong = asked.check(ANSWER), asked.check(-ANSWER)
    assert repr(right) == "Right."
    assert right._repr_markdown_() == "**✓ Right.**"
    sentence = "Not yet: this looks like the answer with the opposite sign."
    hint = "Uphill or downhill? Check one sign."
    assert repr(wrong) == f"{sentence} {hint}"
    assert wrong._repr_markdown_() == f"**✗ {sentence}** {hint}"


def test_feedback_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Exercise(1.0).check(2.0).verdict = "right"


def test_engine_needs_no_matplotlib():
    program = "import sys, nnbook.exercises; print(any(m.startswith('matplotlib') for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
