"""Data to learn from: real handwritten digits inside the package, and two small problems."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nnbook import _checks
from nnbook._checks import Array


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples with their targets.

    Attributes
    ----------
    inputs : array, shape (n, d_0)
        One example a row.
    targets : array, shape (n, d_L)
        What the network should give out; one-hot rows for classes.
    labels : array of int, shape (n,), or None
        The classes; None for regression.
    image_shape : tuple of int, or None
        If the inputs are images, their height and width.

    Raises
    ------
    TypeError, ValueError
        If the arrays hold no finite numbers, or do not have the same number of rows.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.Dataset([[1.0], [2.0]], [[2.0], [4.0]])
    Dataset(2 examples, 1 → 1)
    """

    inputs: Array
    targets: Array
    labels: npt.NDArray[np.int64] | None = None
    image_shape: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        inputs = _checks.as_matrix(self.inputs, "inputs")
        targets = _checks.as_matrix(self.targets, "targets")
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "targets", targets)
        if targets.shape[0] != inputs.shape[0]:
            raise ValueError(f"targets must have one row for each of {inputs.shape[0]} inputs, got {targets.shape[0]}")
        if self.labels is not None:
            labels = _checks.as_labels(self.labels, "labels")
            object.__setattr__(self, "labels", labels)
            if labels.size != inputs.shape[0]:
                raise ValueError(f"labels must have one entry for each of {inputs.shape[0]} inputs, got {labels.size}")
        if self.image_shape is not None:
            sides = _checks.as_items(self.image_shape, "image_shape", "height and width")
            shape = tuple(_checks.as_count(side, f"image_shape[{k}]") for k, side in enumerate(sides))
            if len(shape) != 2 or shape[0] * shape[1] != inputs.shape[1]:
                raise ValueError(f"image_shape must be height and width of {inputs.shape[1]} pixels, got {shape}")
            object.__setattr__(self, "image_shape", shape)

    def __len__(self) -> int:
        """Return the number of examples."""
        return int(self.inputs.shape[0])

    def take(self, rows: npt.NDArray[Any] | Sequence[int] | slice) -> Self:
        """Return the dataset of the examples at ``rows``: a slice, a mask, or indices as NumPy takes them.

        Raises
        ------
        TypeError, ValueError
            If ``rows`` is nothing of that, reaches beyond the examples, or leaves none of them.
        """
        chosen = rows if isinstance(rows, slice) else self._rows(rows)
        return type(self)(
            self.inputs[chosen],
            self.targets[chosen],
            None if self.labels is None else self.labels[chosen],
            self.image_shape,
        )

    def _rows(self, rows: npt.NDArray[Any] | Sequence[int]) -> npt.NDArray[Any]:
        """Return ``rows`` as a mask or as indices that lie within the examples."""
        array = _checks.as_array(rows, "rows")
        n = len(self)
        if array.size and array.dtype.kind not in "biu":
            raise TypeError(f"rows must be a slice, a mask or integers, got {_checks.describe(array)}")
        if array.ndim != 1 or array.size == 0 or (array.dtype.kind == "b" and array.size != n):
            raise ValueError(f"rows must be a mask of shape ({n},) or at least one index, got shape {array.shape}")
        if array.dtype.kind != "b" and (array.min() < -n or array.max() >= n):
            raise ValueError(f"rows must be between {-n} and {n - 1}, got {array.min()} … {array.max()}")
        return array

    def split(self, fractions: Sequence[float], *, rng: np.random.Generator | int) -> tuple[Self, ...]:
        """Split the examples at random into parts, each class in the same proportions.

        Parameters
        ----------
        fractions : sequence of float
            The share of each part; they are positive and sum to 1.
        rng : numpy.random.Generator or int
            Generator or seed.

        Returns
        -------
        tuple of Dataset
            In the order of the fractions, each in random order.

        Raises
        ------
        TypeError, ValueError
            If the fractions are not positive or do not sum to 1, or a part would be empty.
        """
        items = _checks.as_items(fractions, "fractions", "numbers")
        shares = [_checks.as_number(share, f"fractions[{k}]", above=0) for k, share in enumerate(items)]
        if abs(sum(shares) - 1) > 1e-9:
            raise ValueError(f"fractions must sum to 1, got {shares} with sum {sum(shares):g}")
        generator = _checks.as_generator(rng)
        groups = np.zeros(len(self), np.int64) if self.labels is None else self.labels
        members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
        bounds = [np.round(np.cumsum([0.0, *shares]) * rows.size).astype(int) for rows in members]
        # The generator must not have moved when this fails.
        for number, size in enumerate(np.sum([np.diff(bound) for bound in bounds], axis=0)):
            if size == 0:
                raise ValueError(
                    f"fractions[{number}] must leave at least one of {len(self)} examples, got {shares[number]:g}"
                )
        parts: list[list[npt.NDArray[np.int64]]] = [[] for _ in shares]
        for rows, bound in zip(members, bounds):
            for part, chosen in zip(parts, np.split(generator.permutation(rows), bound[1:-1])):
                part.append(chosen)
        return tuple(self.take(generator.permutation(np.concatenate(part))) for part in parts)

    def __repr__(self) -> str:
        """Return the number of examples and the widths."""
        return f"Dataset({len(self)} examples, {self.inputs.shape[1]} → {self.targets.shape[1]})"


def load_digits(dtype: npt.DTypeLike = np.float64) -> Dataset:
    """Return 1,797 real handwritten digits of 13 people, 8 × 8 pixels each.

    Parameters
    ----------
    dtype : dtype
        float64 or float32.

    Returns
    -------
    Dataset
        Inputs of shape (1797, 64) with pixels in [0, 1], row by row; one-hot targets of shape (1797, 10); labels 0 … 9.

    Raises
    ------
    TypeError
        If ``dtype`` is another one.

    References
    ----------
    E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI Machine Learning Repository, 1998, CC BY 4.0.
    It is the test set, in the order in which scikit-learn distributes it.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.load_digits()
    Dataset(1797 examples, 64 → 10)
    """
    dtype = _checks.as_float_dtype(dtype, "dtype")
    packed = files("nnbook").joinpath("data/digits.csv.gz").read_bytes()
    table = np.array([line.split(",") for line in gzip.decompress(packed).decode("ascii").split()], np.int64)
    labels = table[:, 64]
    return Dataset(table[:, :64].astype(dtype) / 16, _checks.one_hot(labels, 10, dtype), labels, (8, 8))


def make_xor() -> Dataset:
    """Return the four points of exclusive or: the target is 1 where the two inputs differ.

    Returns
    -------
    Dataset
        Inputs of shape (4, 2), targets of shape (4, 1), labels 0 and 1.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.make_xor().targets.ravel()
    array([0., 1., 1., 0.])
    """
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    labels = np.array([0, 1, 1, 0])
    return Dataset(inputs, labels[:, None].astype(np.float64), labels)


def make_spiral(points_per_class: int = 100, *, noise: float = 0.2, rng: np.random.Generator | int) -> Dataset:
    """Return points on three interleaved spiral arms, one arm a class: no straight line separates them.

    Parameters
    ----------
    points_per_class : int
        Points on each arm, at least 2; their radii run from 0 to 1 in equal steps.
    noise : float
        Standard deviation of the angle, in radians, at least 0.
    rng : numpy.random.Generator or int
        Generator or seed.

    Returns
    -------
    Dataset
        Inputs of shape (n, 2), one-hot targets of shape (n, 3), labels 0, 1, 2, arm after arm.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated.

    References
    ----------
    CS231n: Deep Learning for Computer Vision, case study of a minimal neural network, Stanford University.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.make_spiral(rng=0)
    Dataset(300 examples, 2 → 3)
    """
    points_per_class = _checks.as_count(points_per_class, "points_per_class", least=2)
    noise = _checks.as_number(noise, "noise", least=0)
    generator = _checks.as_generator(rng)
    labels = np.repeat(np.arange(3), points_per_class)
    radius = np.tile(np.linspace(0, 1, points_per_class), 3)
    angle = np.concatenate([np.linspace(4 * k, 4 * (k + 1), points_per_class) for k in range(3)])
    angle = angle + noise * generator.standard_normal(angle.size)
    inputs = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return Dataset(inputs, _checks.one_hot(labels, 3), labels)
