"""Data: the digits, the two small problems, and what may be made of a dataset."""

import gzip
import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnbook as nn


def refuses(kind, message):
    return pytest.raises(kind, match="^" + re.escape(message) + "$")


def numbered(n, classes=None):
    """A dataset whose input is the number of its row, so that rows can be followed."""
    rows = np.arange(n, dtype=float)[:, None]
    labels = None if classes is None else np.arange(n) % classes
    return nn.Dataset(rows, -rows, labels)


def test_digits_have_the_published_counts():
    # scikit-learn, load_digits: 1,797 samples of 8 × 8 pixels, integers 0 … 16. The counts of the ten digits are those
    # of optdigits.names in the UCI repository ("Class: No of examples in testing set").
    digits = nn.load_digits()
    assert digits.inputs.shape == (1797, 64)
    assert digits.targets.shape == (1797, 10)
    assert digits.image_shape == (8, 8)
    np.testing.assert_array_equal(np.bincount(digits.labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    pixels = digits.inputs * 16
    np.testing.assert_array_equal(pixels, pixels.round())
    assert digits.inputs.min() == 0
    assert digits.inputs.max() == 1


def test_digits_are_those_of_scikit_learn_in_order():
    # From scikit-learn's documentation: the labels begin with 0, 1, 2, … and end with 8, 9, 8; digits.images[0], a
    # zero, is printed there as [0, 0, 5, 13, 9, 1, 0, 0], [0, 0, 13, 15, 10, 15, 5, 0], …
    digits = nn.load_digits()
    np.testing.assert_array_equal(digits.labels[:10], range(10))
    np.testing.assert_array_equal(digits.labels[-3:], [8, 9, 8])
    image = 16 * digits.inputs[0].reshape(digits.image_shape)
    np.testing.assert_array_equal(image[0], [0, 0, 5, 13, 9, 1, 0, 0])
    np.testing.assert_array_equal(image[1], [0, 0, 13, 15, 10, 15, 5, 0])


def test_digits_are_the_numbers_of_the_file():
    text = gzip.decompress(files("nnbook").joinpath("data/digits.csv.gz").read_bytes()).decode()
    table = np.loadtxt(text.splitlines(), delimiter=",")
    digits = nn.load_digits()
    np.testing.assert_array_equal(digits.inputs * 16, table[:, :64])
    np.testing.assert_array_equal(digits.labels, table[:, 64])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_digits_come_in_the_wanted_dtype(dtype):
    digits = nn.load_digits(dtype)
    assert digits.inputs.dtype == digits.targets.dtype == dtype
    assert digits.labels.dtype == np.int64
    np.testing.assert_array_equal(digits.targets, np.eye(10)[digits.labels])


def test_digits_are_a_fresh_copy_each_time():
    first = nn.load_digits()
    first.inputs[...] = 0
    assert nn.load_digits().inputs.any()


def test_xor():
    xor = nn.make_xor()
    for x, t, label in zip(xor.inputs, xor.targets, xor.labels):
        assert t.item() == label == (x[0] != x[1])
    assert len({tuple(x) for x in xor.inputs}) == len(xor) == 4


def test_spiral_without_noise_by_hand():
    # Three points an arm: radii 0, ½, 1 and, on arm k, angles 4k, 4k + 2, 4k + 4; a point is r (sin, cos).
    spiral = nn.make_spiral(3, noise=0, rng=0)
    expected = [
        [r * f(4 * k + 2 * step) for f in (np.sin, np.cos)] for k in range(3) for step, r in enumerate((0, 0.5, 1))
    ]
    np.testing.assert_allclose(spiral.inputs, expected, rtol=1e-14, atol=1e-15)
    np.testing.assert_array_equal(spiral.labels, [0, 0, 0, 1, 1, 1, 2, 2, 2])
    np.testing.assert_array_equal(spiral.targets, np.eye(3)[spiral.labels])


def test_spiral_is_that_of_cs231n_with_our_generator():
    # The code of the course notes: r = linspace(0, 1, N), t = linspace(4j, 4(j + 1), N) + 0.2 · randn(N),
    # X = (r sin t, r cos t) for the arms j = 0, 1, 2.
    rng = np.random.default_rng(5)
    rows = []
    for j in range(3):
        r, t = np.linspace(0, 1, 50), np.linspace(j * 4, (j + 1) * 4, 50) + rng.standard_normal(50) * 0.2
        rows.append(np.c_[r * np.sin(t), r * np.cos(t)])
    np.testing.assert_allclose(nn.make_spiral(50, rng=5).inputs, np.vstack(rows), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("noise", [0.1, 0.5])
def test_spiral_noise_is_the_standard_deviation_of_the_angle(noise):
    clean, noisy = (nn.make_spiral(2000, noise=level, rng=0).inputs for level in (0, noise))
    # Points close to the middle have no exact angle; the standard error of the deviation is σ / √(2N), about 1 %.
    far = np.hypot(*clean.T) > 0.1
    turned = np.angle((noisy[far] @ [1, 1j]) / (clean[far] @ [1, 1j]))
    np.testing.assert_allclose(turned.std(), noise, rtol=0.05)
    np.testing.assert_allclose(np.hypot(*noisy.T), np.hypot(*clean.T), rtol=1e-12)


def test_spiral_is_reproducible():
    np.testing.assert_array_equal(nn.make_spiral(rng=1).inputs, nn.make_spiral(rng=np.random.default_rng(1)).inputs)
    assert (nn.make_spiral(rng=1).inputs != nn.make_spiral(rng=2).inputs).any()


def test_dataset_converts_and_knows_its_length():
    data = nn.Dataset([[1], [2]], np.array([[0.5], [1]], np.float32), [3, 4], [1, 1])
    assert data.inputs.dtype == np.float64
    assert data.targets.dtype == np.float32
    assert data.labels.dtype == np.int64
    assert data.image_shape == (1, 1)
    assert len(data) == 2
    assert repr(data) == "Dataset(2 examples, 1 → 1)"


def test_take_accepts_a_slice_a_mask_and_indices():
    data = nn.Dataset(np.arange(12.0).reshape(6, 2), np.arange(6.0)[:, None], [5, 4, 3, 2, 1, 0], (1, 2))
    mask = np.array([True, False, False, True, False, False])
    for rows in (slice(0, 6, 3), mask, list(mask), [0, 3], (0, 3), np.array([0, 3], np.uint8), [-6, -3]):
        part = data.take(rows)
        np.testing.assert_array_equal(part.inputs, [[0, 1], [6, 7]])
        np.testing.assert_array_equal(part.targets, [[0], [3]])
        np.testing.assert_array_equal(part.labels, [5, 2])
        assert part.image_shape == (1, 2)
    np.testing.assert_array_equal(data.take([2, 2, 0]).labels, [3, 3, 5])
    assert numbered(3).take([1]).labels is None


@pytest.mark.parametrize(
    ("rows", "kind", "message"),
    [
        ([3], ValueError, "rows must be between -3 and 2, got 3 … 3"),
        ([0, -4], ValueError, "rows must be between -3 and 2, got -4 … 0"),
        ([0.0], TypeError, "rows must be a slice, a mask or integers, got an array of float64 with shape (1,)"),
        ("ab", TypeError, "rows must be a slice, a mask or integers, got an array of <U2 with shape ()"),
        ([True, False], ValueError, "rows must be a mask of shape (3,) or at least one index, got shape (2,)"),
        ([], ValueError, "rows must be a mask of shape (3,) or at least one index, got shape (0,)"),
        (1, ValueError, "rows must be a mask of shape (3,) or at least one index, got shape ()"),
        ([[0, 1]], ValueError, "rows must be a mask of shape (3,) or at least one index, got shape (1, 2)"),
        ([False] * 3, ValueError, "inputs must have at least one row and one column, got shape (0, 1)"),
        (slice(3, 9), ValueError, "inputs must have at least one row and one column, got shape (0, 1)"),
    ],
    ids=str,
)
def test_take_refuses(rows, kind, message):
    with refuses(kind, message):
        numbered(3).take(rows)


@settings(deadline=None)
@given(n=st.integers(30, 60), classes=st.sampled_from([None, 1, 3]), parts=st.integers(1, 4), seed=st.integers(0, 99))
def test_split_gives_every_example_to_one_part(n, classes, parts, seed):
    data = numbered(n, classes)
    pieces = data.split([1 / parts] * parts, rng=seed)
    assert len(pieces) == parts
    rows = np.concatenate([piece.inputs[:, 0] for piece in pieces])
    np.testing.assert_array_equal(np.sort(rows), np.arange(n))
    for piece in pieces:
        np.testing.assert_array_equal(piece.targets, -piece.inputs)
        if classes is not None:
            np.testing.assert_array_equal(piece.labels, piece.inputs[:, 0] % classes)


def test_split_keeps_the_proportions_of_the_classes():
    # Of each digit every part gets its share, up to the rounding of two cuts to whole examples.
    digits = nn.load_digits()
    for part, share in zip(digits.split((0.6, 0.2, 0.2), rng=0), (0.6, 0.2, 0.2)):
        counts = np.bincount(part.labels)
        assert (np.abs(counts - share * np.bincount(digits.labels)) <= 1).all()
        assert part.image_shape == (8, 8)


def test_split_follows_the_order_of_the_fractions():
    assert [len(part) for part in numbered(100).split((0.7, 0.2, 0.1), rng=0)] == [70, 20, 10]


def test_split_mixes_the_classes_and_the_rows():
    first, second = numbered(200, 2).split((0.5, 0.5), rng=0)
    for part in (first, second):
        assert (np.diff(part.inputs[:, 0]) < 0).any()
        # Runs of one label would be sorted classes; 100 random labels change about 50 times.
        assert 25 < (np.diff(part.labels) != 0).sum() < 75


@pytest.mark.parametrize("classes", [None, 2])
def test_split_draws_the_rows_of_a_part_from_everywhere(classes):
    # 100 of 200 rows, drawn without regard to their place: the mean of their numbers is 99.5, its standard deviation
    # √(200² / 12 · (1 − 100/200) / 100) = 4.1.
    for seed in range(3):
        first, _ = numbered(200, classes).split((0.5, 0.5), rng=seed)
        assert abs(first.inputs.mean() - 99.5) < 4 * 4.1
        assert set(first.inputs[:, 0]) != set(numbered(200, classes).split((0.5, 0.5), rng=seed + 1)[0].inputs[:, 0])


def test_split_is_reproducible_and_leaves_the_data_as_they_are():
    data = numbered(40, 4)
    before = data.inputs.copy()
    for a, b in zip(data.split((0.5, 0.5), rng=3), data.split((0.5, 0.5), rng=np.random.default_rng(3))):
        np.testing.assert_array_equal(a.inputs, b.inputs)
    assert (data.split((0.5, 0.5), rng=4)[0].inputs != data.split((0.5, 0.5), rng=3)[0].inputs).any()
    np.testing.assert_array_equal(data.inputs, before)


def test_split_accepts_fractions_that_sum_to_one_up_to_rounding():
    # 0.1 + 0.2 + 0.7 is 0.9999999999999999 in floating point.
    assert len(numbered(10).split((0.1, 0.2, 0.7), rng=0)) == 3


@pytest.mark.parametrize(
    ("fractions", "kind", "message"),
    [
        ((0.5, 0.6), ValueError, "fractions must sum to 1, got [0.5, 0.6] with sum 1.1"),
        ([], ValueError, "fractions must sum to 1, got [] with sum 0"),
        ((1.5, -0.5), ValueError, "fractions[1] must be finite and greater than 0, got -0.5"),
        ((1, 0), ValueError, "fractions[1] must be finite and greater than 0, got 0.0"),
        ((0.5, "0.5"), TypeError, "fractions[1] must be a real number, got '0.5'"),
        (0.5, TypeError, "fractions must be a sequence of numbers, got 0.5"),
        ("1", TypeError, "fractions must be a sequence of numbers, got '1'"),
        ((0.999, 0.001), ValueError, "fractions[1] must leave at least one of 10 examples, got 0.001"),
    ],
    ids=str,
)
def test_split_refuses(fractions, kind, message):
    with refuses(kind, message):
        numbered(10).split(fractions, rng=0)


X, T = np.ones((3, 4)), np.ones((3, 1))


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((X, T[:2]), ValueError, "targets must have one row for each of 3 inputs, got 2"),
        ((X, T, [0, 1]), ValueError, "labels must have one entry for each of 3 inputs, got 2"),
        ((X, T, [0, 1, -1]), ValueError, "labels must be class indices of at least 0, got -1 at index 2"),
        ((X, T, [0.0, 1.0, 2.0]), TypeError, "labels must hold integers, got an array of float64 with shape (3,)"),
        ((X[0], T), ValueError, "inputs must have shape (n, d), got (4,)"),
        ((X, T[:, 0]), ValueError, "targets must have shape (n, d), got (3,)"),
        ((X * np.nan, T), ValueError, "inputs must be finite in float64, got nan at index (0, 0)"),
        ((X, T * np.inf), ValueError, "targets must be finite in float64, got inf at index (0, 0)"),
        ((X[:0], T[:0]), ValueError, "inputs must have at least one row and one column, got shape (0, 4)"),
        ((X * 1j, T), TypeError, "inputs must hold real numbers, got an array of complex128 with shape (3, 4)"),
        ((X, T, None, (2, 3)), ValueError, "image_shape must be height and width of 4 pixels, got (2, 3)"),
        ((X, T, None, (4,)), ValueError, "image_shape must be height and width of 4 pixels, got (4,)"),
        ((X, T, None, (1, 2, 2)), ValueError, "image_shape must be height and width of 4 pixels, got (1, 2, 2)"),
        ((X, T, None, (-2, -2)), ValueError, "image_shape[0] must be at least 1, got -2"),
        ((X, T, None, (2.0, 2.0)), TypeError, "image_shape[0] must be an integer, got 2.0"),
        ((X, T, None, 4), TypeError, "image_shape must be a sequence of height and width, got 4"),
    ],
    ids=str,
)
def test_dataset_refuses_parts_that_do_not_fit(arguments, kind, message):
    with refuses(kind, message):
        nn.Dataset(*arguments)
