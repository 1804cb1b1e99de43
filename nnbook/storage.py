"""Files of named arrays with a description, written whole or not at all and read without trust.

The format is NumPy's ``.npz``: a zip archive of uncompressed ``.npy`` members, one of which, ``about``, is JSON.
Reading never unpickles and never decompresses, so a file can neither run code nor grow beyond its own size in memory.
"""

import io
import json
import math
import os
import re
import secrets
import stat
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from nnbook import _checks
from nnbook._checks import Array
from nnbook.activations import (
    Activation,
    LeakyReLU,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    softmax,
    softplus,
    tanh,
)

PathLike: TypeAlias = str | os.PathLike[str]

VERSION = 1
# What NumPy writes at the head of an array. Its own reader evaluates the text as a Python literal.
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(<f4|<f8|<U\d+)', 'fortran_order': False, "
    rb"'shape': \((|\d+,|\d+(?:, \d+)+)\), \} *\n",
    re.DOTALL,
)
_OWN: dict[str, Activation] = {
    activation.name: activation for activation in (identity, sigmoid, tanh, relu, leaky_relu, softplus, softmax)
}


def write_arrays(path: PathLike, kind: str, about: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write arrays and a description to a file, which appears complete or not at all.

    Parameters
    ----------
    path : str or path
        The file; an older one is replaced at the last moment. A process killed before that moment leaves the older file
        as it was, and may leave a hidden file whose name ends in ``.tmp`` beside it.
    kind : str
        What the file is, such as ``"network"``.
    about : mapping
        The description: anything that JSON can express.
    arrays : mapping of str to array
        Arrays of float32 or float64 with finite values.

    Raises
    ------
    TypeError, ValueError
        If an array is of another dtype or not finite; nothing is written then.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from nnbook.storage import read_arrays, write_arrays
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_arrays(folder + "/a.npz", "example", {"unit": "m"}, {"x": np.array([1.0, 2.0])})
    ...     read_arrays(folder + "/a.npz", "example")
    ({'unit': 'm'}, {'x': array([1., 2.])})
    """
    text = json.dumps({"format": f"nnbook {kind}", "version": VERSION, **about}, allow_nan=False)
    members = {"about": np.array(text, "<U")}
    for name, array in arrays.items():
        dtype = _checks.as_float_dtype(array.dtype, f"the dtype of {name}")
        members[name] = np.require(_checks.as_real(array, name), dtype.newbyteorder("<"), "C")
    target = as_path(path, "path").resolve()
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            np.savez(file, **members)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def read_arrays(path: PathLike, kind: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read what `write_arrays` wrote.

    Parameters
    ----------
    path : str or path
        The file.
    kind : str
        What the file has to be.

    Returns
    -------
    about : dict
        The description.
    arrays : dict of str to array
        Finite arrays of float32 or float64.

    Raises
    ------
    ValueError
        If the file is damaged, truncated, of another kind or a later version, or holds anything else than such arrays.
    OSError
        If there is no such file, or it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from nnbook.storage import read_arrays
    >>> with tempfile.NamedTemporaryFile(suffix=".npz") as file:
    ...     read_arrays(file.name, "network")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: ...npz must be an intact nnbook network file, got a damaged or foreign one: File is not a zip file
    """
    content = as_regular_file(path, "path").read_bytes()
    try:
        members = _members(content)
        about = _about(members.pop("about", b""))
        arrays = {name: _array(name, member) for name, member in members.items()}
    except Exception as error:  # damaged bytes make zipfile, json and NumPy raise errors of a dozen kinds
        raise ValueError(
            f"{path} must be an intact nnbook {kind} file, got a damaged or foreign one: {error!s:.200}"
        ) from error
    found, version = about.pop("format", None), about.pop("version", None)
    if found != f"nnbook {kind}":
        raise ValueError(f"{path} must be a file of the kind 'nnbook {kind}', got {found!r:.200}")
    if version != VERSION:
        raise ValueError(f"{path} must have format version {VERSION}, got {version!r:.200}")
    return about, arrays


def as_path(value: object, name: str) -> Path:
    """Return ``value`` as a path, or raise a TypeError."""
    _checks.instance_of(value, (str, os.PathLike), name)
    return Path(value)  # type: ignore[arg-type]


def as_regular_file(value: object, name: str) -> Path:
    """Return ``value`` as the path of a file; a folder, a pipe or a device raises a ValueError that names it."""
    path = as_path(value, name)
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError(f"{path} must be a file, got a folder or a device")
    return path


def _members(content: bytes) -> dict[str, bytes]:
    """Return the members of a zip archive without the ending .npy, none of them compressed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if len(set(names)) != len(names) or not all(name.endswith(".npy") for name in names):
            raise ValueError("the members must be arrays with different names")
        if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
            raise ValueError("the members must not be compressed")
        # Entries may overlap: without this, a small file could claim the same bytes many times over.
        if sum(info.file_size for info in infos) > len(content):
            raise ValueError("the members claim more bytes than the file has")
        return {info.filename.removesuffix(".npy"): archive.read(info) for info in infos}


def _values(member: bytes) -> tuple[str, tuple[int, ...], bytes]:
    """Return dtype and shape of an .npy member, and the bytes of its values, whose number fits."""
    header = _HEADER.match(member)
    if header is None or 10 + int.from_bytes(member[8:10], "little") != header.end():
        raise ValueError("the members must be float32, float64 or text in version 1.0 of the .npy format")
    dtype, shape = header[1].decode(), tuple(int(size) for size in header[2].replace(b",", b" ").split())
    itemsize = int(dtype[2:]) * (4 if dtype[1] == "U" else 1)
    values = member[header.end() :]
    if math.prod(shape) * itemsize != len(values):
        raise ValueError(f"an array of {dtype} with shape {shape} cannot have {len(values)} bytes")
    return dtype, shape, values


def _array(name: str, member: bytes) -> Array:
    dtype, shape, values = _values(member)
    if dtype[1] == "U":
        raise ValueError(f"{name} must be of float32 or float64, got text")
    return _checks.as_real(np.frombuffer(values, dtype).reshape(shape).astype(dtype.replace("<", "=")), name)


def _about(member: bytes) -> dict[str, Any]:
    dtype, shape, values = _values(member)
    if dtype[1] != "U" or shape != ():
        raise ValueError("the member about must be one string")
    about = json.loads(values.decode("utf-32-le"))
    if not isinstance(about, dict):
        raise ValueError("the member about must be a JSON object")
    return about


def describe_activation(activation: Activation) -> dict[str, Any]:
    """Return what a file says about an activation: its name, and its slope or that it is not one of this library.

    Parameters
    ----------
    activation : Activation
        The activation.

    Returns
    -------
    dict

    Raises
    ------
    TypeError
        If it has no name.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.storage.describe_activation(nn.LeakyReLU(0.1))
    {'name': 'leaky_relu', 'slope': 0.1}
    """
    name = getattr(activation, "name", None)
    _checks.instance_of(name, str, "the name of the activation")
    if type(activation) is LeakyReLU:
        return {"name": name, "slope": activation.slope}
    return {"name": name} if type(activation) is type(_OWN.get(name)) else {"name": name, "custom": True}  # type: ignore[arg-type]


def find_activation(description: object, custom: Sequence[Activation] = ()) -> Activation:
    """Return the activation that `describe_activation` described.

    Parameters
    ----------
    description : dict
        What the file says.
    custom : sequence of Activation
        Where to look, by name, for one that is not of this library.

    Returns
    -------
    Activation

    Raises
    ------
    ValueError
        If there is no such activation.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.storage.find_activation({"name": "tanh"})
    tanh
    """
    match description:
        case {"name": "leaky_relu", "slope": float(slope), **rest} if not rest:
            return LeakyReLU(slope)
        case {"name": str(name), **rest} if not rest and name in _OWN and name != "leaky_relu":
            return _OWN[name]
        case {"name": str(name), "custom": True, **rest} if not rest:
            named = [activation for activation in custom if activation.name == name]
            if len(named) != 1:
                raise ValueError(
                    f"activations must hold one activation named {name!r:.50}, which is not of this library, "
                    f"got {[activation.name for activation in custom]}"
                )
            return named[0]
    raise ValueError(f"an activation must be given by its name, got {description!r:.50}")


def check_names(arrays: Mapping[str, Array], expected: Sequence[str]) -> None:
    """Refuse arrays whose names are not exactly those expected."""
    missing = [name for name in expected if name not in arrays]
    unexpected = sorted(set(arrays).difference(expected))
    if missing or unexpected:
        raise ValueError(
            f"it must hold {len(expected)} arrays {expected[:4]} …, "
            f"got {len(missing)} missing {missing[:4]} and {len(unexpected)} unexpected {unexpected[:4]}"
        )
