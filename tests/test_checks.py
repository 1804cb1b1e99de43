"""The checks of arguments: what they let through, what they refuse, and in which words."""

import re
from fractions import Fraction

import numpy as np
import pytest

from nnbook import _checks

RAGGED = [[1.0], [1.0, 2.0]]


def refuses(kind, message):
    return pytest.raises(kind, match="^" + re.escape(message) + "$")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((2, 3), np.float32), "an array of float32 with shape (2, 3)"),
        (None, "None"),
        (True, "True"),
        (3, "3"),
        (2.5, "2.5"),
        (1j, "1j"),
        ("a b", "'a b'"),
        ([1, 2], "an object of type list"),
        (np.float32(1), "np.float32(1.0)"),
    ],
    ids=str,
)
def test_describe(value, words):
    assert _checks.describe(value) == words


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64, np.complex128])
def test_as_numeric_returns_floats_and_complex_numbers_as_they_are(dtype):
    array = np.array([1, np.nan, np.inf], dtype)
    assert _checks.as_numeric(array, "X") is array


@pytest.mark.parametrize("dtype", [np.int8, np.uint64, np.int64, np.bool_])
def test_as_numeric_converts_integers(dtype):
    converted = _checks.as_numeric(np.array([0, 1], dtype), "X")
    assert converted.dtype == np.float64
    np.testing.assert_array_equal(converted, [0, 1])


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("abc", "an array of <U3 with shape ()"),
        ([None], "an array of object with shape (1,)"),
        ([10**30], "an array of object with shape (1,)"),
        ([b"a"], "an array of |S1 with shape (1,)"),
        (np.array(["2020"], "datetime64[Y]"), "an array of datetime64[Y] with shape (1,)"),
    ],
    ids=str,
)
@pytest.mark.parametrize("check", [_checks.as_numeric, _checks.as_real, _checks.as_matrix])
def test_what_is_no_number_is_refused(check, value, got):
    with refuses(TypeError, f"X must hold real numbers, got {got}"):
        check(value, "X")


@pytest.mark.parametrize("check", [_checks.as_numeric, _checks.as_real, _checks.as_matrix, _checks.as_labels])
def test_ragged_rows_are_refused_in_plain_words(check):
    with refuses(ValueError, "X must be an array of numbers with rows of equal length, got an object of type list"):
        check(RAGGED, "X")


def test_as_targets_refuses_ragged_rows_in_plain_words():
    with refuses(ValueError, "T must be an array of numbers with rows of equal length, got an object of type list"):
        _checks.as_targets(RAGGED, "T", 2, 2, np.float64)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_as_real_keeps_single_and_double_precision_without_a_copy(dtype):
    array = np.ones((2, 2), dtype)
    assert _checks.as_real(array, "X") is array
    assert _checks.as_real(array, "X", dtype) is array


@pytest.mark.parametrize("dtype", [np.float16, np.longdouble, np.int32, ">f4", ">f8"])
def test_as_real_makes_everything_else_float64(dtype):
    converted = _checks.as_real(np.array([1, 2], dtype), "X")
    assert converted.dtype == np.float64
    assert converted.dtype.isnative
    np.testing.assert_array_equal(converted, [1, 2])


def test_as_real_refuses_complex_numbers():
    with refuses(TypeError, "X must hold real numbers, got an array of complex128 with shape (1,)"):
        _checks.as_real([1j], "X")


@pytest.mark.parametrize(("bad", "got"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")])
def test_as_real_says_where_a_number_is_not_finite(bad, got):
    with refuses(ValueError, f"X must be finite in float64, got {got} at index (1, 0)"):
        _checks.as_real([[1, 2], [bad, bad]], "X")
    with refuses(ValueError, f"X must be finite in float64, got {got} at index ()"):
        _checks.as_real(bad, "X")


def test_as_real_refuses_what_is_not_finite_in_the_wanted_dtype():
    with refuses(ValueError, "X must be finite in float32, got 1e+39 at index (1,)"):
        _checks.as_real([1.0, 1e39], "X", np.float32)


@pytest.mark.parametrize("value", [1.0, [1.0, 2.0], np.ones((1, 2, 1)), []], ids=str)
def test_as_matrix_refuses_other_numbers_of_axes(value):
    with refuses(ValueError, f"X must have shape (n, d), got {np.shape(value)}"):
        _checks.as_matrix(value, "X")


def test_as_matrix_refuses_another_number_of_columns():
    assert _checks.as_matrix(np.ones((4, 2)), "X", 2).shape == (4, 2)
    with refuses(ValueError, "X must have shape (n, 3), got (4, 2)"):
        _checks.as_matrix(np.ones((4, 2)), "X", 3)


@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (0, 0)], ids=str)
def test_as_matrix_refuses_an_empty_matrix(shape):
    with refuses(ValueError, f"X must have at least one row and one column, got shape {shape}"):
        _checks.as_matrix(np.ones(shape), "X")


def test_same_shape_does_not_broadcast():
    _checks.same_shape(np.ones((2, 1)), "Y", np.ones((2, 1)), "T")
    with refuses(ValueError, "T must have the shape of Y, (2, 1), got (2,)"):
        _checks.same_shape(np.ones((2, 1)), "Y", np.ones(2), "T")


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64])
def test_as_labels_returns_int64(dtype):
    labels = _checks.as_labels(np.array([2, 0], dtype), "labels", 3)
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(labels, [2, 0])
    np.testing.assert_array_equal(_checks.as_labels([7], "labels"), [7])


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        ([0.0, 1.0], TypeError, "labels must hold integers, got an array of float64 with shape (2,)"),
        ([True], TypeError, "labels must hold integers, got an array of bool with shape (1,)"),
        (["a"], TypeError, "labels must hold integers, got an array of <U1 with shape (1,)"),
        ([[0], [1]], ValueError, "labels must have shape (n,), got (2, 1)"),
        (1, ValueError, "labels must have shape (n,), got ()"),
        ([], ValueError, "labels must have at least one entry, got shape (0,)"),
        ([0, -1], ValueError, "labels must be class indices 0 … 2, got -1 at index 1"),
        ([0, 3], ValueError, "labels must be class indices 0 … 2, got 3 at index 1"),
    ],
    ids=str,
)
def test_as_labels_refuses(value, kind, message):
    with refuses(kind, message):
        _checks.as_labels(value, "labels", 3)


def test_as_labels_refuses_negative_indices_where_the_number_of_classes_is_open():
    with refuses(ValueError, "labels must be class indices of at least 0, got -2 at index 0"):
        _checks.as_labels([-2], "labels")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_as_targets_turns_class_indices_into_one_hot_rows(dtype):
    T = _checks.as_targets([2, 0], "T", 2, 3, dtype)
    assert T.dtype == dtype
    np.testing.assert_array_equal(T, [[0, 0, 1], [1, 0, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_as_targets_of_a_single_output_takes_the_classes_0_and_1_as_they_are(dtype):
    # A one-hot row of one column would turn class 0 into the target 1.
    T = _checks.as_targets([0, 1, 0], "T", 3, 1, dtype)
    assert T.dtype == dtype
    np.testing.assert_array_equal(T, [[0], [1], [0]])
    with refuses(ValueError, "T must be class indices 0 … 1, got 2 at index 0"):
        _checks.as_targets([2], "T", 1, 1, dtype)


def test_as_targets_converts_a_matrix():
    T = _checks.as_targets([[1, 2]], "T", 1, 2, np.float32)
    assert T.dtype == np.float32
    np.testing.assert_array_equal(T, [[1, 2]])


@pytest.mark.parametrize(
    "value", [[0, 1, 2], [[0.0, 1.0]], [0.0, 1.0], [[0.0], [1.0]], np.zeros((2, 2, 1)), 0.0], ids=str
)
def test_as_targets_refuses_other_shapes(value):
    with refuses(ValueError, f"T must have shape (2, 3) or be 2 class indices, got {np.shape(value)}"):
        _checks.as_targets(value, "T", 2, 3, np.float64)


def test_one_hot():
    T = _checks.one_hot(np.array([1, 0, 1]), 2)
    assert T.dtype == np.float64
    np.testing.assert_array_equal(T, [[0, 1], [1, 0], [0, 1]])


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_as_count_returns_an_integer(value):
    count = _checks.as_count(value, "epochs")
    assert type(count) is int
    assert count == 3


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (True, "True"),
        (3.0, "3.0"),
        ("3", "'3'"),
        (None, "None"),
        (np.float64(3), "np.float64(3.0)"),
        (np.True_, "np.True_"),
        ([3], "an object of type list"),
    ],
    ids=str,
)
def test_as_count_refuses_what_is_no_integer(value, got):
    with refuses(TypeError, f"epochs must be an integer, got {got}"):
        _checks.as_count(value, "epochs")


def test_as_count_refuses_what_is_too_small():
    assert _checks.as_count(0, "seed", least=0) == 0
    with refuses(ValueError, "epochs must be at least 1, got 0"):
        _checks.as_count(0, "epochs")


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int64(2), Fraction(2)], ids=repr)
def test_as_number_returns_a_float(value):
    number = _checks.as_number(value, "l2")
    assert type(number) is float
    assert number == 2


@pytest.mark.parametrize(
    "value", [True, np.True_, "1", b"1", None, 1j, [1.0], np.array(1.0), np.datetime64("2020")], ids=repr
)
def test_as_number_refuses_what_is_no_real_number(value):
    with refuses(TypeError, f"l2 must be a real number, got {_checks.describe(value)}"):
        _checks.as_number(value, "l2")


@pytest.mark.parametrize(
    ("value", "bounds", "message"),
    [
        (np.nan, {}, "finite, got nan"),
        (np.inf, {}, "finite, got inf"),
        (10**400, {}, "finite, got inf"),
        (0, {"above": 0}, "finite and greater than 0, got 0.0"),
        (-1, {"least": 0}, "finite and at least 0, got -1.0"),
        (1, {"least": 0, "below": 1}, "finite and at least 0 and less than 1, got 1.0"),
        (np.nan, {"above": 0.5}, "finite and greater than 0.5, got nan"),
    ],
    ids=str,
)
def test_as_number_refuses_what_is_out_of_range(value, bounds, message):
    with refuses(ValueError, f"l2 must be {message}"):
        _checks.as_number(value, "l2", **bounds)


def test_as_number_takes_the_closed_end_of_a_range():
    assert _checks.as_number(0, "l2", least=0) == 0
    assert _checks.as_number(np.nextafter(0, 1), "l2", above=0) > 0
    assert _checks.as_number(np.nextafter(1, 0), "l2", below=1) < 1


@pytest.mark.parametrize("value", [[3, 2], (3, 2), np.array([3, 2]), range(3, 1, -1)], ids=str)
def test_as_sizes_returns_integers(value):
    sizes = _checks.as_sizes(value, "sizes")
    assert sizes == [3, 2]
    assert all(type(size) is int for size in sizes)


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        (5, TypeError, "sizes must be a sequence of layer sizes such as [64, 32, 10], got 5"),
        ("23", TypeError, "sizes must be a sequence of layer sizes such as [64, 32, 10], got '23'"),
        (
            np.array(5),
            TypeError,
            "sizes must be a sequence of layer sizes such as [64, 32, 10], got an array of int64 with shape ()",
        ),
        ([3], ValueError, "sizes must be at least two layer sizes such as [64, 32, 10], got [3]"),
        ([3, 2.0], TypeError, "sizes[1] must be an integer, got 2.0"),
        ([0, 2], ValueError, "sizes[0] must be at least 1, got 0"),
        ([[3, 2], [2, 1]], TypeError, "sizes[0] must be an integer, got an object of type list"),
    ],
    ids=str,
)
def test_as_sizes_refuses(value, kind, message):
    with refuses(kind, message):
        _checks.as_sizes(value, "sizes")


def test_as_items_returns_a_list_and_refuses_text():
    assert _checks.as_items((1, "a"), "layers", "things") == [1, "a"]
    with refuses(TypeError, "layers must be a sequence of things, got an object of type bytes"):
        _checks.as_items(b"ab", "layers", "things")


def test_as_generator_takes_a_generator_as_it_is_and_makes_one_of_a_seed():
    rng = np.random.default_rng(0)
    assert _checks.as_generator(rng) is rng
    for seed in (7, np.int32(7)):
        assert _checks.as_generator(seed).random() == np.random.default_rng(7).random()


@pytest.mark.parametrize("value", [None, True, np.True_, 1.0, "0", np.random.RandomState(0)], ids=str)
def test_as_generator_refuses_everything_else(value):
    message = f"rng must be a numpy.random.Generator or an integer seed, got {_checks.describe(value)}"
    with refuses(TypeError, message):
        _checks.as_generator(value)


def test_as_generator_refuses_a_negative_seed():
    with refuses(ValueError, "rng must be at least 0, got -1"):
        _checks.as_generator(-1)


@pytest.mark.parametrize(
    ("value", "dtype"), [("float32", np.float32), (float, np.float64), (np.float32, np.float32), ("f8", np.float64)]
)
def test_as_float_dtype_returns_a_dtype(value, dtype):
    assert _checks.as_float_dtype(value, "dtype") == np.dtype(dtype)


@pytest.mark.parametrize("value", [None, "no dtype", "f4,,(", ["a"], {}, int, complex, np.float16, ">f8"], ids=str)
def test_as_float_dtype_refuses_everything_else(value):
    with refuses(TypeError, f"dtype must be float32 or float64, got {value!r}"):
        _checks.as_float_dtype(value, "dtype")


def test_as_callable():
    assert _checks.as_callable(len, "f") is len
    with refuses(TypeError, "f must be callable, got 'len'"):
        _checks.as_callable("len", "f")


def test_instance_of():
    _checks.instance_of(1, int, "n")
    _checks.instance_of(1, (str, int), "n")
    with refuses(TypeError, "n must be of type str, got 1"):
        _checks.instance_of(1, str, "n")
    with refuses(TypeError, "n must be of type str or list, got 1"):
        _checks.instance_of(1, (str, list), "n")
