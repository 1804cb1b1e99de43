"""Reading IDX files, the format of the MNIST digits, which the reader brings along."""

import gzip
import math
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from nnbook import _checks
from nnbook._checks import Array
from nnbook.datasets import Dataset
from nnbook.storage import PathLike, as_path, as_regular_file

# Type codes of the format; the numbers are stored with the highest byte first.
_DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_MOST_DIMENSIONS = 8
_CHUNK = 1 << 20
# Deflate packs at most 258 bytes into 2 bits, hence at most 1032 : 1.
_MOST_PACKED = 1032


def read_idx(path: PathLike, *, limit: int = 1 << 30) -> Array:
    """Read an array from an IDX file, plain or compressed by gzip.

    Parameters
    ----------
    path : str or path
        The file. Its content, not its name, tells whether it is compressed.
    limit : int
        The largest size of the array in bytes, 1 GiB by default: a small compressed file can hold a lot of zeros.

    Returns
    -------
    array
        Of the dtype in the file, in the byte order of this machine.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If the file is damaged, truncated or goes on after its last number, or is no IDX file, or is too large.
    OSError
        If there is no such file, or it cannot be read.

    References
    ----------
    Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits, section "File formats", 1998.

    Examples
    --------
    >>> import tempfile
    >>> import nnbook as nn
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
    ...     file.flush()
    ...     nn.read_idx(file.name)
    array([7, 8, 9], dtype=uint8)
    """
    limit = _checks.as_count(limit, "limit")
    found = as_regular_file(path, "path")
    try:
        with found.open("rb") as plain:
            size = found.stat().st_size
            if plain.read(2) == b"\x1f\x8b":
                plain.seek(0)
                with gzip.GzipFile(fileobj=plain) as unpacked:
                    return _read(unpacked, min(limit, size * _MOST_PACKED))
            plain.seek(0)
            return _read(plain, min(limit, size))
    except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{found} must be an intact IDX file: {error}") from error


def load_mnist(folder: PathLike, *, dtype: npt.DTypeLike = np.float64) -> tuple[Dataset, Dataset]:
    """Return the training set and the test set of MNIST, or of a collection with the same file names.

    Parameters
    ----------
    folder : str or path
        Where the four files are: ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``, ``t10k-images-idx3-ubyte``
        and ``t10k-labels-idx1-ubyte``, each with or without ``.gz``. This library does not bring them.
    dtype : dtype
        float64 or float32; the images of MNIST take 439 MB in float64, half of it in float32.

    Returns
    -------
    train, test : Dataset
        As `load_idx` returns them.

    Raises
    ------
    TypeError, ValueError
        As for `load_idx`.
    OSError
        If a file is missing or cannot be read.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.load_mnist("no/such/folder")
    Traceback (most recent call last):
    ...
    FileNotFoundError: folder must hold train-images-idx3-ubyte, with or without .gz, got no such file in no/such/folder
    """
    place = as_path(folder, "folder")
    dtype = _checks.as_float_dtype(dtype, "dtype")
    train, test = (
        load_idx(_find(place, f"{part}-images-idx3-ubyte"), _find(place, f"{part}-labels-idx1-ubyte"), dtype=dtype)
        for part in ("train", "t10k")
    )
    return train, test


def load_idx(images: PathLike, labels: PathLike, *, classes: int = 10, dtype: npt.DTypeLike = np.float64) -> Dataset:
    """Return the dataset of an IDX file of images and one of labels.

    Parameters
    ----------
    images : str or path
        File with unsigned bytes of shape (n, height, width).
    labels : str or path
        File with unsigned bytes of shape (n,), each less than ``classes``.
    classes : int
        The number of classes, at least 2.
    dtype : dtype
        float64 or float32.

    Returns
    -------
    Dataset
        Inputs of shape (n, height · width) with pixels in [0, 1], row by row; one-hot targets of shape (n, classes);
        labels.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If a file is damaged, or they do not belong together.
    OSError
        If a file is missing or cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> import nnbook as nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "images").write_bytes(bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255]))
    ...     _ = Path(folder, "labels").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 1, 7]))
    ...     digits = nn.load_idx(folder + "/images", folder + "/labels")
    >>> digits.inputs, digits.labels
    (array([[0., 1.]]), array([7]))
    """
    classes = _checks.as_count(classes, "classes", least=2)
    dtype = _checks.as_float_dtype(dtype, "dtype")
    pixels = _bytes(images, "images", 3)
    kinds = _bytes(labels, "labels", 1)
    if pixels.size == 0 or pixels.shape[0] != kinds.size:
        raise ValueError(
            f"images must hold one image for each of the {kinds.size} labels in {labels}, "
            f"got shape {pixels.shape} in {images}"
        )
    if int(kinds.max()) >= classes:
        where = int(kinds.argmax())
        raise ValueError(f"labels must be less than {classes}, got {kinds[where]} at index {where} in {labels}")
    inputs = pixels.reshape(pixels.shape[0], -1).astype(dtype)
    inputs /= 255
    numbers = kinds.astype(np.int64)
    return Dataset(inputs, _checks.one_hot(numbers, classes, dtype), numbers, (pixels.shape[1], pixels.shape[2]))


def _read(file: IO[bytes] | gzip.GzipFile, limit: int) -> Array:
    """Return the array in an open file; ``limit`` bounds its size in bytes before any of it is read."""
    magic = _exactly(file, 4, "magic number")
    if magic[:2] != b"\0\0" or magic[2] not in _DTYPES:
        raise ValueError(f"it must begin with two zero bytes and a type code, got {magic.hex(' ')}")
    if not 1 <= magic[3] <= _MOST_DIMENSIONS:
        raise ValueError(f"it must have 1 to {_MOST_DIMENSIONS} dimensions, got {magic[3]}")
    sizes = _exactly(file, 4 * magic[3], "sizes")
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    dtype: np.dtype[Any] = np.dtype(_DTYPES[magic[2]])
    length = math.prod(shape) * dtype.itemsize
    if length > limit:
        raise ValueError(f"shape {shape} of {dtype.name} must take at most {limit} bytes, got {length}")
    values = _exactly(file, length, "values")
    if file.read(1):
        raise ValueError(f"it must end after {length} bytes of values, got more")
    return np.frombuffer(values, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def _exactly(file: IO[bytes] | gzip.GzipFile, length: int, what: str) -> bytes:
    """Read so many bytes, piece by piece: the memory grows with what is there, not with what was promised."""
    content = bytearray()
    while len(content) < length:
        piece = file.read(min(_CHUNK, length - len(content)))
        if not piece:
            raise ValueError(f"it must have {length} bytes of {what}, got {len(content)}")
        content += piece
    return bytes(content)


def _bytes(path: PathLike, name: str, dimensions: int) -> npt.NDArray[np.uint8]:
    as_path(path, name)
    array = read_idx(path)
    if array.dtype != np.uint8 or array.ndim != dimensions:
        raise ValueError(
            f"{name} must be unsigned bytes in {dimensions} dimensions, got {array.dtype} in {array.ndim} in {path}"
        )
    return array


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.exists():
            return path
    raise FileNotFoundError(f"folder must hold {name}, with or without .gz, got no such file in {folder}")
