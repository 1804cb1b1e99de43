"""The reader of IDX files, on files made here."""

import gzip
import math
import os
import re
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnbook as nn

CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}


def idx(array: Any) -> bytes:
    """Return the IDX file of an array, written from the description of the format."""
    head = bytes([0, 0, CODES[array.dtype.name], array.ndim]) + b"".join(struct.pack(">I", n) for n in array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def digits(n: int = 5, seed: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 4, 3), dtype=np.uint8), rng.integers(0, 10, n, dtype=np.uint8)


def collection(folder: Path, ending: str = "") -> None:
    """Write four files as MNIST names them."""
    for seed, part in enumerate(("train", "t10k")):
        images, labels = digits(6 - seed, seed)
        for name, array in ((f"{part}-images-idx3-ubyte", images), (f"{part}-labels-idx1-ubyte", labels)):
            content = idx(array)
            (folder / f"{name}{ending}").write_bytes(gzip.compress(content) if ending else content)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("dtype", CODES)
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 1, 3), (0, 4), (1, 1, 1, 1, 1, 1, 1, 2)])
def test_an_array_comes_back(shape: tuple[int, ...], dtype: str, packed: bool, tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(-99 if dtype != "uint8" else 0, 100, shape).astype(dtype)
    content = idx(array)
    path = tmp_path / "any name"
    path.write_bytes(gzip.compress(content) if packed else content)
    read = nn.read_idx(path)
    assert read.dtype == np.dtype(dtype)
    assert read.dtype.isnative
    assert read.shape == shape
    assert np.array_equal(read, array)
    read[...] = 0  # the array can be changed


def test_a_file_by_hand(tmp_path: Path) -> None:
    # Type 0x0B: 16-bit integers; one dimension of size 2; 0x0102 = 258 and 0xFFFF = −1.
    (tmp_path / "f").write_bytes(bytes([0, 0, 0x0B, 1, 0, 0, 0, 2, 1, 2, 255, 255]))
    assert nn.read_idx(str(tmp_path / "f")).tolist() == [258, -1]


def test_gzip_in_several_parts_is_one_file(tmp_path: Path) -> None:
    content = idx(digits()[0])
    (tmp_path / "f").write_bytes(gzip.compress(content[:7]) + gzip.compress(content[7:]))
    assert np.array_equal(nn.read_idx(tmp_path / "f"), digits()[0])


GOOD = idx(np.arange(6, dtype=np.uint8).reshape(2, 3))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it must have 4 bytes of magic number, got 0"),
        (GOOD[:3], "it must have 4 bytes of magic number, got 3"),
        (b"\x01" + GOOD[1:], "it must begin with two zero bytes and a type code, got 01 00 08 02"),
        (GOOD[:1] + b"\x01" + GOOD[2:], "it must begin with two zero bytes and a type code, got 00 01 08 02"),
        (GOOD[:2] + b"\x0a" + GOOD[3:], "it must begin with two zero bytes and a type code, got 00 00 0a 02"),
        (GOOD[:3] + b"\x00" + GOOD[4:], "it must have 1 to 8 dimensions, got 0"),
        (GOOD[:3] + b"\x09" + GOOD[4:], "it must have 1 to 8 dimensions, got 9"),
        (GOOD[:11], "it must have 8 bytes of sizes, got 7"),
        (GOOD[:-1], "6"),
        (GOOD[:12], "6"),
        (GOOD + b"\0", "it must end after 6 bytes of values, got more"),
        (GOOD + GOOD, "it must end after 6 bytes of values, got more"),
        (GOOD[:4] + b"\xff" * 8, "shape (4294967295, 4294967295) of uint8 must take at most"),
        (b"P5 2 3 255 ......", "it must begin with two zero bytes and a type code, got 50 35 20 32"),
        (b"<html>not found</html>", "it must begin with two zero bytes and a type code"),
    ],
)
def test_a_wrong_file_is_refused_by_name(content: bytes, message: str, packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "wrong"
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(ValueError, match=re.escape(str(path))) as caught:
        nn.read_idx(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: packed[:-1],
        lambda packed: packed[:-8],
        lambda packed: packed[: len(packed) // 2],
        lambda packed: packed[:2],
        lambda packed: packed[:-8] + bytes(4) + packed[-4:],  # checksum
        lambda packed: packed[:-4] + bytes(4),  # size
        lambda packed: packed[:2] + b"\x07" + packed[3:],  # unknown way of compression
        lambda packed: packed[:10] + b"\xff" + packed[11:],
        lambda packed: packed + b"garbage",
    ],
)
def test_a_damaged_gzip_file_is_refused_by_name(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "packed.gz"
    path.write_bytes(spoil(gzip.compress(GOOD)))
    with pytest.raises(ValueError, match=r"packed\.gz must be an intact IDX file: "):
        nn.read_idx(path)


def peak_of(act: Callable[[], Any]) -> int:
    """Return the largest memory in bytes that a call took which ends in a ValueError."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="must be an intact IDX file"):
            act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def head(*shape: int, code: int = 8) -> bytes:
    return bytes([0, 0, code, len(shape)]) + b"".join(struct.pack(">I", n) for n in shape)


def test_a_promise_that_the_file_does_not_keep_costs_no_memory(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.write_bytes(head(1000, 1000, 1000) + bytes(100))
    packed.write_bytes(gzip.compress(head(1000, 1000, 1000) + bytes(100)))
    for path in (plain, packed):
        assert peak_of(lambda path=path: nn.read_idx(path)) < 500_000
        with pytest.raises(ValueError, match=r"shape \(1000, 1000, 1000\) of uint8 must take at most \d+ bytes"):
            nn.read_idx(path)


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    size = 50_000_000
    path.write_bytes(gzip.compress(head(size) + bytes(size)))
    assert path.stat().st_size < 60_000
    assert peak_of(lambda: nn.read_idx(path, limit=1_000_000)) < 500_000
    with pytest.raises(ValueError, match=r"shape \(50000000,\) of uint8 must take at most 1000000 bytes, got 50000000"):
        nn.read_idx(path, limit=1_000_000)
    # What follows the promised values is not unpacked either.
    path.write_bytes(gzip.compress(head(10) + bytes(size)))
    assert peak_of(lambda: nn.read_idx(path)) < 500_000


def test_a_file_of_many_empty_gzip_parts_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "parts"
    path.write_bytes(gzip.compress(b"") * 2000)
    assert peak_of(lambda: nn.read_idx(path)) < 500_000


def test_the_default_limit_is_one_gibibyte(tmp_path: Path) -> None:
    # A megabyte of noise after the head, so that the ratio of deflate alone would allow 1 GB and more.
    noise = np.random.default_rng(0).bytes(1_100_000)
    (tmp_path / "f").write_bytes(gzip.compress(head(2**30 + 1) + noise, 1))
    with pytest.raises(ValueError, match="must take at most 1073741824 bytes, got 1073741825"):
        nn.read_idx(tmp_path / "f")


def test_the_best_ratio_of_deflate_is_accepted(tmp_path: Path) -> None:
    zeros = np.zeros(3_000_000, np.uint8)
    content = idx(zeros)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = packer.compress(content) + packer.flush()
    assert len(content) / len(packed) > 1000
    (tmp_path / "f").write_bytes(packed)
    assert np.array_equal(nn.read_idx(tmp_path / "f"), zeros)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("runs", [300, pytest.param(30_000, marks=pytest.mark.long)])
def test_a_damaged_file_gives_a_value_error_or_an_array_of_its_size(runs: int, packed: bool, tmp_path: Path) -> None:
    rng = np.random.default_rng(runs)
    array = digits()[0]
    good = gzip.compress(idx(array)) if packed else idx(array)
    path = tmp_path / "f"
    refused = 0
    for _ in range(runs):
        data = bytearray(good)
        if rng.random() < 0.3:
            del data[int(rng.integers(len(data))) :]
        for where in rng.integers(max(len(data), 1), size=rng.integers(0, 4) if data else 0):
            data[where] = rng.integers(256)
        path.write_bytes(data)
        try:
            read = nn.read_idx(path)
        except ValueError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome is right
            refused += 1
        else:
            assert read.size * read.dtype.itemsize == array.size
            # Nothing in a plain file tells a changed pixel; in a compressed one the checksum does.
            assert not packed or np.array_equal(read, array)
    assert refused > 0.25 * runs


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_load_mnist_reads_both_sets(ending: str, dtype: Any, tmp_path: Path) -> None:
    collection(tmp_path, ending)
    for seed, data in enumerate(nn.load_mnist(tmp_path, dtype=dtype)):
        images, labels = digits(6 - seed, seed)
        assert data.inputs.dtype == data.targets.dtype == dtype
        np.testing.assert_allclose(data.inputs, images.reshape(len(images), 12) / 255, rtol=1e-7)
        assert data.targets.shape == (6 - seed, 10)
        assert data.labels is not None
        assert np.array_equal(data.targets.argmax(axis=1), labels)
        assert np.array_equal(data.labels, labels)
        assert data.image_shape == (4, 3)


def test_pixels_run_from_zero_to_one(tmp_path: Path) -> None:
    (tmp_path / "i").write_bytes(idx(np.array([[[0, 51, 255]]], np.uint8)))
    (tmp_path / "l").write_bytes(idx(np.array([2], np.uint8)))
    data = nn.load_idx(tmp_path / "i", tmp_path / "l", classes=3)
    np.testing.assert_allclose(data.inputs, [[0.0, 0.2, 1.0]], rtol=1e-15)  # 51 = 255/5
    assert data.targets.tolist() == [[0.0, 0.0, 1.0]]


def test_the_plain_file_is_taken_before_the_compressed_one(tmp_path: Path) -> None:
    collection(tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(b"damaged")
    assert len(nn.load_mnist(tmp_path)[0]) == 6


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (
            np.zeros((2, 3), np.uint8),
            np.zeros(2, np.uint8),
            "images must be unsigned bytes in 3 dimensions, got uint8 in 2",
        ),
        (
            np.zeros((2, 3, 3), np.float32),
            np.zeros(2, np.uint8),
            "images must be unsigned bytes in 3 dimensions, got flo",
        ),
        (np.zeros((2, 3, 3), np.uint8), np.zeros((2, 1), np.uint8), "labels must be unsigned bytes in 1 dimensions"),
        (
            np.zeros((2, 3, 3), np.uint8),
            np.zeros(2, np.int8),
            "labels must be unsigned bytes in 1 dimensions, got int8",
        ),
        (np.zeros((2, 3, 3), np.uint8), np.zeros(3, np.uint8), "one image for each of the 3 labels"),
        (np.zeros((0, 3, 3), np.uint8), np.zeros(0, np.uint8), "one image for each of the 0 labels"),
        (np.zeros((2, 0, 3), np.uint8), np.zeros(2, np.uint8), "images must hold one image for each of the 2 labels"),
        (np.zeros((2, 3, 3), np.uint8), np.array([9, 10], np.uint8), "labels must be less than 10, got 10 at index 1"),
    ],
)
def test_files_that_do_not_belong_together_are_refused(images: Any, labels: Any, message: str, tmp_path: Path) -> None:
    (tmp_path / "i").write_bytes(idx(images))
    (tmp_path / "l").write_bytes(idx(labels))
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        nn.load_idx(tmp_path / "i", tmp_path / "l")
    assert str(tmp_path) in str(caught.value)


def test_images_and_labels_exchanged_are_refused(tmp_path: Path) -> None:
    collection(tmp_path)
    with pytest.raises(ValueError, match="images must be unsigned bytes in 3 dimensions, got uint8 in 1"):
        nn.load_idx(tmp_path / "train-labels-idx1-ubyte", tmp_path / "train-images-idx3-ubyte")


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda p: nn.read_idx(p / "missing"), FileNotFoundError, "missing"),
        (lambda p: nn.read_idx(p), ValueError, "must be a file, got a folder or a device"),
        (lambda p: nn.read_idx(5), TypeError, "path must be of type str or PathLike, got 5"),
        (lambda p: nn.read_idx(p / "x", limit=0), ValueError, "limit must be at least 1, got 0"),
        (lambda p: nn.read_idx(p / "x", limit=1e9), TypeError, "limit must be an integer, got 1000000000.0"),
        (
            lambda p: nn.load_mnist(p),
            FileNotFoundError,
            "folder must hold train-images-idx3-ubyte, with or without .gz",
        ),
        (lambda p: nn.load_mnist(None), TypeError, "folder must be of type str or PathLike, got None"),
        (lambda p: nn.load_mnist(p, dtype=np.int8), TypeError, "dtype must be float32 or float64"),
        (lambda p: nn.load_idx(None, p), TypeError, "images must be of type str or PathLike, got None"),
        (lambda p: nn.load_idx(p / "x", 3), TypeError, "labels must be of type str or PathLike, got 3"),
        (lambda p: nn.load_idx(p, p, classes=1), ValueError, "classes must be at least 2, got 1"),
        (lambda p: nn.load_idx(p, p, classes="10"), TypeError, "classes must be an integer, got '10'"),
        (lambda p: nn.load_idx(p, p, dtype="float16"), TypeError, "dtype must be float32 or float64"),
    ],
)
def test_bad_input_is_named(act: Callable[[Path], Any], error: type[Exception], message: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(idx(digits()[0]))
    with pytest.raises(error, match=re.escape(message)):
        act(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="pipe must be a file, got a folder or a device"):
        nn.read_idx(tmp_path / "pipe")


def test_reading_takes_a_few_times_the_size_of_the_array_at_most(tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(0, 256, (400, 100, 100), dtype=np.uint8)
    (tmp_path / "f").write_bytes(idx(array))
    tracemalloc.start()
    nn.read_idx(tmp_path / "f")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3.5 * array.size + 2**21


def test_a_network_learns_from_the_files(tmp_path: Path) -> None:
    # Real digits of this library, written in the format of MNIST and read again.
    source = nn.load_digits()
    assert source.labels is not None
    images = (source.inputs[:400].reshape(400, 8, 8) * 255).astype(np.uint8)
    (tmp_path / "i").write_bytes(gzip.compress(idx(images)))
    (tmp_path / "l").write_bytes(idx(source.labels[:400].astype(np.uint8)))
    data = nn.load_idx(tmp_path / "i", tmp_path / "l")
    network = nn.Network.create([64, 16, 10], hidden=nn.relu, output=nn.softmax, rng=0)
    nn.fit(network, data, loss=nn.cross_entropy, optimizer=nn.Adam(0.01), epochs=10, rng=0, progress=False)
    assert nn.accuracy(network, data) > 0.95
    assert math.isclose(float(data.inputs.max()), 1.0)
