"""Files of networks: what is written comes back, and no file can do harm."""

import io
import json
import os
import pickle
import re
import stat
import struct
import sys
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnbook as nn
from nnbook import storage

ACTIVATIONS = [nn.identity, nn.sigmoid, nn.tanh, nn.relu, nn.leaky_relu, nn.LeakyReLU(0.0), nn.LeakyReLU(1 / 3)]
ACTIVATIONS += [nn.softplus, nn.softmax]


class Square(nn.ElementwiseActivation):
    """An activation of the reader's own."""

    name = "square"

    def __call__(self, Z: Any) -> Any:
        return Z**2

    def derivative(self, Z: Any) -> Any:
        return 2 * Z


class OtherReLU(Square):
    """One that has taken the name of ours."""

    name = "relu"


def small(dtype: Any = np.float64) -> nn.Network:
    return nn.Network.create([3, 4, 2], hidden=nn.LeakyReLU(0.2), output=nn.softmax, rng=0, dtype=dtype)


def same(first: nn.Network, second: nn.Network) -> bool:
    """Say whether two networks agree to the bit, in their dtypes and in their activations."""
    return len(first.layers) == len(second.layers) and all(
        a.W.tobytes() == b.W.tobytes()
        and a.b.tobytes() == b.b.tobytes()
        and (a.W.shape, a.W.dtype, a.b.dtype) == (b.W.shape, b.W.dtype, b.b.dtype)
        and type(a.activation) is type(b.activation)
        and vars(a.activation) == vars(b.activation)
        for a, b in zip(first.layers, second.layers)
    )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda a: f"{a}{vars(a)}")
def test_a_network_comes_back_to_the_bit(activation: nn.Activation, dtype: Any, tmp_path: Path) -> None:
    network = nn.Network.create([3, 4, 2], hidden=activation, output=nn.softmax, rng=0, dtype=dtype)
    network.layers[0].b[:] = [-0.0, np.finfo(dtype).tiny / 2, np.finfo(dtype).max, 1 / 3]
    path = tmp_path / "network.npz"
    network.save(path)
    loaded = nn.Network.load(path)
    assert same(loaded, network)
    loaded.layers[0].W += 1  # the arrays can be trained


def test_a_subclass_is_loaded_as_itself(tmp_path: Path) -> None:
    class Mine(nn.Network):
        pass

    small().save(tmp_path / "n.npz")
    assert type(Mine.load(tmp_path / "n.npz")) is Mine


def test_the_file_has_exactly_the_given_name_and_numpy_can_read_it(tmp_path: Path) -> None:
    network = small()
    network.save(str(tmp_path / "network.saved"))
    assert [path.name for path in tmp_path.iterdir()] == ["network.saved"]
    with np.load(tmp_path / "network.saved", allow_pickle=False) as content:
        assert sorted(content) == ["about", "layers.0.W", "layers.0.b", "layers.1.W", "layers.1.b"]
        assert np.array_equal(content["layers.1.W"], network.layers[1].W)
        assert json.loads(str(content["about"]))["version"] == 1


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    small().save(tmp_path / "a")
    small().save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_parameters_in_any_order_of_memory_come_back(tmp_path: Path) -> None:
    network = small()
    network.layers[0].W = np.asfortranarray(network.layers[0].W)
    network.layers[1].W = np.repeat(network.layers[1].W, 2, axis=1)[:, ::2]
    network.save(tmp_path / "n")
    assert same(nn.Network.load(tmp_path / "n"), network)


def test_a_custom_activation_is_passed_on_load(tmp_path: Path) -> None:
    network = nn.Network.create([2, 3, 3, 1], hidden=Square(), output=OtherReLU(), rng=0)
    network.save(tmp_path / "n")
    mine = [Square(), OtherReLU(), LeakyTwin()]
    loaded = nn.Network.load(tmp_path / "n", activations=mine)
    assert [layer.activation for layer in loaded.layers] == [mine[0], mine[0], mine[1]]
    for given in [[], [nn.tanh], [Square()], [OtherReLU()], [Square(), OtherReLU(), Square()]]:
        with pytest.raises(ValueError, match=r"n must give a network.*activations must hold one activation named"):
            nn.Network.load(tmp_path / "n", activations=given)


class LeakyTwin(nn.LeakyReLU):
    """A subclass, which must not be taken for the class of this library."""


def test_a_subclass_of_an_activation_of_ours_is_custom(tmp_path: Path) -> None:
    network = nn.Network.create([2, 1], hidden=nn.relu, output=LeakyTwin(0.3), rng=0)
    network.save(tmp_path / "n")
    with pytest.raises(ValueError, match="one activation named 'leaky_relu'"):
        nn.Network.load(tmp_path / "n")
    assert type(nn.Network.load(tmp_path / "n", activations=[LeakyTwin(0.3)]).layers[0].activation) is LeakyTwin


class Nameless(Square):
    name = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (
            lambda n: n.layers[1].W.__setitem__((2, 1), np.nan),
            ValueError,
            "layers.1.W must be finite in float64, got n",
        ),
        (lambda n: n.layers[0].b.__setitem__(3, np.inf), ValueError, "layers.0.b must be finite in float64, got inf"),
        (lambda n: setattr(n.layers[0], "W", n.layers[0].W + 1j), TypeError, "the dtype of layers.0.W must be float32"),
        (lambda n: setattr(n.layers[0], "activation", Nameless()), TypeError, "the name of the activation must be of"),
    ],
)
def test_what_could_not_be_loaded_is_not_written_and_the_older_file_stays(
    spoil: Callable[[nn.Network], None], error: type[Exception], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "n"
    small().save(path)
    network = small()
    spoil(network)
    with pytest.raises(error, match=re.escape(message)):
        network.save(path)
    assert same(nn.Network.load(path), small())
    assert [file.name for file in tmp_path.iterdir()] == ["n"]


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace", "numpy.savez", "pathlib.Path.open"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_writing_leaves_the_older_file_and_nothing_else(
    call: str, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "n"
    small().save(path)
    before = path.read_bytes()

    def fail(*_: Any, **__: Any) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(call, fail)
        with pytest.raises(type(error)):
            nn.Network.create([1, 1], hidden=nn.relu, output=nn.relu, rng=0).save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["n"]


def test_the_file_is_on_the_disk_before_it_takes_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr("os.fsync", lambda fd: (calls.append("fsync"), fsync(fd))[1])
    monkeypatch.setattr(Path, "replace", lambda a, b: (calls.append(f"{a.parent == tmp_path}"), replace(a, b))[1])
    small().save(tmp_path / "n")
    assert calls == ["fsync", "True"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links and permissions of POSIX")
def test_a_symbolic_link_stays_one_and_the_usual_permissions_are_given(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real" / "n")
    small().save(link)
    assert link.is_symlink()
    assert same(nn.Network.load(link), small())
    (tmp_path / "plain").write_bytes(b"")
    assert stat.S_IMODE(link.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda p: nn.Network.load(p / "missing"), FileNotFoundError),
        (lambda p: nn.Network.load(p / "n" / "below"), NotADirectoryError),
        (lambda p: small().save(p / "missing" / "n"), FileNotFoundError),
        (lambda p: small().save(p / "n" / "below"), NotADirectoryError),
        (lambda p: small().save(p), OSError),
        (lambda p: small().save(7), TypeError),
        (lambda p: small().save(None), TypeError),
        (lambda p: nn.Network.load(7), TypeError),
        (lambda p: nn.Network.load(p / "n", activations=nn.relu), TypeError),
        (lambda p: nn.Network.load(p / "n", activations=["relu"]), TypeError),
        (lambda p: nn.Network.load(p / "n", activations="relu"), TypeError),
        (lambda p: nn.Network.load(p), ValueError),
    ],
)
def test_bad_paths_and_arguments_are_refused(
    act: Callable[[Path], Any], error: type[Exception], tmp_path: Path
) -> None:
    small().save(tmp_path / "n")
    with pytest.raises(error):
        act(tmp_path)
    assert same(nn.Network.load(tmp_path / "n"), small())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="pipe must be a file, got a folder or a device"):
        nn.Network.load(tmp_path / "pipe")


# Hostile and foreign files.


def npy(array: Any, **changes: Any) -> bytes:
    """Return the bytes of an .npy file, pickled if need be."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), **changes)
    return file.getvalue()


def about(**changes: Any) -> bytes:
    content = {"format": "nnbook network", "version": 1, "activations": [{"name": "relu"}], **changes}
    return npy(json.dumps({key: value for key, value in content.items() if value is not ...}))


def archive(path: Path, compression: int = zipfile.ZIP_STORED, **changes: bytes | None) -> Path:
    """Write the file of a network 1 → 1 with changed members; None leaves one out."""
    members: dict[str, bytes | None] = {"about": about(), "layers.0.W": npy([[1.0]]), "layers.0.b": npy([2.0])}
    members |= {name.replace("_", "."): content for name, content in changes.items()}
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            if content is not None:
                file.writestr(f"{name}.npy", content)
    return path


def header(text: str, values: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    """Return an .npy file with any text as its header."""
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text.encode() + values


class Bomb:
    """An object whose unpickling would raise the alarm."""

    def __reduce__(self) -> Any:
        return sys.exit, ("the file has run code",)


def test_the_archives_of_these_tests_are_good_before_they_are_spoiled(tmp_path: Path) -> None:
    network = nn.Network.load(archive(tmp_path / "n"))
    assert network.layers[0].W.tolist() == [[1.0]]
    assert network.layers[0].b.tolist() == [2.0]


SPOILED: dict[str, tuple[dict[str, Any], str]] = {
    "no about": ({"about": None}, "in version 1.0 of the .npy format"),
    "about is no text": ({"about": npy([1.0])}, "the member about must be one string"),
    "about is two texts": ({"about": npy(["{}", "{}"])}, "the member about must be one string"),
    "about is no JSON": ({"about": npy("format")}, "damaged or foreign"),
    "about is a list": ({"about": npy("[]")}, "the member about must be a JSON object"),
    "about is nested too deeply": ({"about": npy("[" * 100_000)}, "damaged or foreign"),
    "about has a number of many digits": ({"about": npy('{"version": ' + "9" * 10_000 + "}")}, "damaged or foreign"),
    "another format": (
        {"about": about(format="weights")},
        "must be a file of the kind 'nnbook network', got 'weights'",
    ),
    "no format": ({"about": about(format=...)}, "must be a file of the kind 'nnbook network', got None"),
    "a long format": ({"about": about(format="x" * 10_000)}, "got 'xxx"),
    "a later version": ({"about": about(version=2)}, "must have format version 1, got 2"),
    "a version that is no number": ({"about": about(version="1")}, "must have format version 1, got '1'"),
    "no activations": ({"about": about(activations=...)}, "described by a list of activations alone, got []"),
    "activations are no list": ({"about": about(activations={"name": "relu"})}, "described by a list of activations"),
    "more in about": (
        {"about": about(more=1)},
        "described by a list of activations alone, got ['activations', 'more']",
    ),
    "an activation without a name": ({"about": about(activations=[{}])}, "an activation must be given by its name"),
    "an activation that is a text": ({"about": about(activations=["relu"])}, "an activation must be given by its name"),
    "an unknown activation": ({"about": about(activations=[{"name": "swish"}])}, "must be given by its name"),
    "the name is a list": ({"about": about(activations=[{"name": ["relu"]}])}, "must be given by its name"),
    "more about relu": ({"about": about(activations=[{"name": "relu", "slope": 0.1}])}, "must be given by its name"),
    "no slope": ({"about": about(activations=[{"name": "leaky_relu"}])}, "must be given by its name"),
    "slope out of range": ({"about": about(activations=[{"name": "leaky_relu", "slope": 1.5}])}, "slope must be"),
    "slope NaN": ({"about": about(activations=[{"name": "leaky_relu", "slope": float("nan")}])}, "slope must be"),
    "slope a text": ({"about": about(activations=[{"name": "leaky_relu", "slope": "0"}])}, "must be given by its name"),
    "no layer": ({"about": about(activations=[]), "layers_0_W": None, "layers_0_b": None}, "at least one Dense layer"),
    "fewer layers than arrays": ({"about": about(activations=[])}, "2 unexpected ['layers.0.W', 'layers.0.b']"),
    "fewer arrays than layers": (
        {"about": about(activations=[{"name": "relu"}] * 2)},
        "2 missing ['layers.1.W', 'layers.1.b'] and 0 unexpected",
    ),
    "a missing array": ({"layers_0_b": None}, "1 missing ['layers.0.b']"),
    "one array more": ({"extra": npy([1.0])}, "1 unexpected ['extra']"),
    "an array that is no npy": ({"layers_0_W": b"1.0"}, "in version 1.0 of the .npy format"),
    "an empty member": ({"layers_0_W": b""}, "in version 1.0 of the .npy format"),
    "a pickled object": ({"layers_0_W": npy(np.array([Bomb()]), allow_pickle=True)}, "in version 1.0 of the .npy"),
    "a pickle": ({"layers_0_W": pickle.dumps(Bomb())}, "in version 1.0 of the .npy format"),
    "objects in about": ({"about": npy(np.array(Bomb()), allow_pickle=True)}, "in version 1.0 of the .npy format"),
    "integers": ({"layers_0_W": npy([[1]])}, "must be float32, float64 or text"),
    "complex": ({"layers_0_W": npy([[1j]])}, "must be float32, float64 or text"),
    "float16": ({"layers_0_W": npy(np.ones((1, 1), np.float16))}, "must be float32, float64 or text"),
    "highest byte first": ({"layers_0_W": npy(np.ones((1, 1), ">f8"))}, "must be float32, float64 or text"),
    "records": ({"layers_0_W": npy(np.zeros(1, [("a", "f8")]))}, "must be float32, float64 or text"),
    "text": ({"layers_0_W": npy("W")}, "layers.0.W must be of float32 or float64, got text"),
    "columns first": ({"layers_0_W": npy(np.ones((2, 2), order="F"))}, "must be float32, float64 or text"),
    "version 2 of npy": ({"layers_0_W": npy([[1.0]], version=(2, 0))}, "in version 1.0 of the .npy format"),
    "two dtypes": ({"layers_0_b": npy(np.ones(1, np.float32))}, "one dtype, got ['float32', 'float64']"),
    "NaN": ({"layers_0_W": npy([[np.nan]])}, "layers.0.W must be finite in float64, got nan at index (0, 0)"),
    "infinity": ({"layers_0_b": npy([-np.inf])}, "layers.0.b must be finite in float64, got -inf at index (0,)"),
    "W is a vector": ({"layers_0_W": npy([1.0])}, "W must have shape"),
    "W is a number": ({"layers_0_W": npy(1.0)}, "W must have shape"),
    "W is empty": ({"layers_0_W": npy(np.zeros((0, 1)))}, "W must have shape"),
    "b does not fit": ({"layers_0_b": npy([1.0, 2.0])}, "b must have shape (1,)"),
    "too few values": ({"layers_0_W": npy(np.ones((2, 2)))[:-1]}, "with shape (2, 2) cannot have 31 bytes"),
    "too many values": ({"layers_0_W": npy([[1.0]]) + b"\0"}, "with shape (1, 1) cannot have 9 bytes"),
    "a huge shape": (
        {"layers_0_W": header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }\n")},
        "an array of <f8 with shape (1000000, 1000000) cannot have 0 bytes",
    ),
    "a shape of many digits": (
        {"layers_0_W": header("{'descr': '<f8', 'fortran_order': False, 'shape': (%s,), }\n" % ("9" * 5000))},
        "damaged or foreign",
    ),
    "a huge text": (
        {"about": header("{'descr': '<U999999999999', 'fortran_order': False, 'shape': (), }\n")},
        "an array of <U999999999999 with shape () cannot have 0 bytes",
    ),
    "a negative shape": (
        {"layers_0_W": header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1), }\n", bytes(8))},
        "in version 1.0 of the .npy format",
    ),
    "a header that lies about its length": (
        {"layers_0_W": npy([[1.0]])[:8] + b"\x10\x00" + npy([[1.0]])[10:]},
        "in version 1.0 of the .npy format",
    ),
    "a header that is a program": (
        {"layers_0_W": header("{'descr': __import__('os').abort(), 'fortran_order': False, 'shape': (1, 1), }\n")},
        "in version 1.0 of the .npy format",
    ),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_file_is_refused_by_name(case: str, tmp_path: Path) -> None:
    changes, message = SPOILED[case]
    path = archive(tmp_path / "spoiled.npz", **changes)
    with pytest.raises(ValueError, match=re.escape(str(path))) as caught:
        nn.Network.load(path)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 800


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"not a zip file", pickle.dumps(Bomb()), npy([1.0]), b"PK\x05\x06" + bytes(18), bytes(1000)],
    ids=["empty", "two letters", "text", "pickle", "npy", "empty zip", "zeros"],
)
def test_a_foreign_file_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "foreign.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"foreign.npz must be an intact nnbook network file"):
        nn.Network.load(path)


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the name while writing
        with zipfile.ZipFile(path, "a") as file:
            file.writestr("layers.0.W.npy", npy([[7.0]]))
    with pytest.raises(ValueError, match=r"n must be an intact .* the members must be arrays with different names"):
        nn.Network.load(path)


def test_a_member_that_is_no_array_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "n")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("../readme.txt", "text")
    with pytest.raises(ValueError, match="the members must be arrays with different names"):
        nn.Network.load(path)


def peak_of(act: Callable[[], Any]) -> int:
    """Return the largest memory in bytes that a call took, however it ended."""
    tracemalloc.start()
    try:
        act()
    except ValueError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "n", zipfile.ZIP_DEFLATED, layers_0_W=npy(np.zeros((2000, 5000))))
    assert path.stat().st_size < 100_000  # 80 MB when unpacked
    with pytest.raises(ValueError, match="n must be an intact"):
        nn.Network.load(path)
    assert peak_of(lambda: nn.Network.load(path)) < 2_000_000


def test_a_compressed_copy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the members must not be compressed"):
        nn.Network.load(archive(tmp_path / "n", zipfile.ZIP_DEFLATED))


def test_members_that_overlap_cannot_multiply_the_file(tmp_path: Path) -> None:
    # Fifty entries of the directory point to the same 800 kB.
    path = archive(tmp_path / "n", layers_0_W=npy(np.zeros((1, 100_000))))
    content = path.read_bytes()
    with zipfile.ZipFile(path) as file:
        start, infos = file.start_dir, file.infolist()
    last = content[start:-22]
    entry = last[last.rindex(b"PK\x01\x02", 0, last.rindex(b"layers.0.W")) :]
    entry = entry[: 46 + len("layers.0.W.npy")]
    twins = b"".join(entry.replace(b"0.W", f"{n:c}.W".encode()) for n in range(0x31, 0x31 + 50))
    directory = last + twins
    count = len(infos) + 50
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    path.write_bytes(content[:start] + directory + end)
    with pytest.raises(ValueError, match="the members claim more bytes than the file has"):
        nn.Network.load(path)
    assert peak_of(lambda: nn.Network.load(path)) < 4_000_000


def test_huge_shapes_cost_no_memory(tmp_path: Path) -> None:
    for case in ("a huge shape", "a huge text"):
        path = archive(tmp_path / case, **SPOILED[case][0])
        assert peak_of(lambda path=path: nn.Network.load(path)) < 1_000_000


def test_reading_takes_a_few_times_the_size_of_the_file_at_most(tmp_path: Path) -> None:
    network = nn.Network.create([500, 500], hidden=nn.relu, output=nn.relu, rng=0)
    network.save(tmp_path / "n")
    size = (tmp_path / "n").stat().st_size
    assert peak_of(lambda: nn.Network.load(tmp_path / "n")) < 6 * size


def fuzz(path: Path, load: Callable[[], Any], intact: Callable[[Any], bool], runs: int, seed: int) -> tuple[int, int]:
    """Flip, cut, double and exchange bytes; return how often the file was refused and how often it was still intact."""
    rng = np.random.default_rng(seed)
    good = path.read_bytes()
    refused = accepted = 0
    for _ in range(runs):
        data = bytearray(good)
        kind = rng.integers(5)
        if kind == 0:
            del data[int(rng.integers(len(data))) :]
        elif kind == 1:
            where = sorted(rng.integers(len(data), size=2))
            data[where[0] : where[0]] = data[where[0] : where[1]]
        elif kind == 2:
            where = sorted(rng.integers(len(data), size=2))
            del data[where[0] : where[1]]
        else:
            for where in rng.integers(len(data), size=rng.integers(1, 8)):
                data[where] ^= 1 << rng.integers(8) if kind == 3 else rng.integers(1, 256)
        path.write_bytes(data)
        try:
            loaded = load()
        except ValueError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome is right
            refused += 1
        else:
            assert intact(loaded)
            accepted += 1
    path.write_bytes(good)
    return refused, accepted


@pytest.mark.parametrize("runs", [400, pytest.param(40_000, marks=pytest.mark.long)])
def test_a_damaged_file_gives_a_value_error_or_the_saved_network(runs: int, tmp_path: Path) -> None:
    path = tmp_path / "n.npz"
    network = small()
    network.save(path)
    refused, accepted = fuzz(path, lambda: nn.Network.load(path), lambda n: same(n, network), runs, seed=runs)
    # Most of the file matters; bytes such as the dates of the members do not.
    assert refused > 0.5 * runs
    assert accepted > 0


@pytest.mark.parametrize("runs", [200, pytest.param(20_000, marks=pytest.mark.long)])
def test_a_damaged_member_with_a_right_checksum_gives_a_value_error_or_a_network(runs: int, tmp_path: Path) -> None:
    # Here the archive is sound and its members are not, as in a hostile file.
    rng = np.random.default_rng(runs)
    good = {"about": about(activations=[{"name": "leaky_relu", "slope": 0.5}])}
    good |= {"layers_0_W": npy(rng.standard_normal((3, 2))), "layers_0_b": npy(rng.standard_normal(2))}
    refused = 0
    for _ in range(runs):
        name = str(rng.choice(list(good)))
        data = bytearray(good[name])
        for where in rng.integers(len(data), size=rng.integers(1, 4)):
            data[where] = rng.integers(256)
        path = archive(tmp_path / "n", **{**good, name: bytes(data)})
        try:
            network = nn.Network.load(path)
        except ValueError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome is right
            refused += 1
        else:
            assert network.sizes == [3, 2]
            assert all(np.isfinite(p).all() for p in network.parameters)
    assert refused > 0.2 * runs


def test_a_device_is_refused_and_a_path_must_be_one() -> None:
    if Path("/dev/zero").exists():
        with pytest.raises(ValueError, match="/dev/zero must be a file, got a folder or a device"):
            storage.read_arrays("/dev/zero", "network")
    with pytest.raises(TypeError, match="path must be of type str or PathLike, got 3"):
        storage.write_arrays(3, "network", {}, {})  # type: ignore[arg-type]


def test_a_file_of_one_kind_is_not_read_as_another(tmp_path: Path) -> None:
    storage.write_arrays(tmp_path / "n", "example", {}, {"x": np.ones(2)})
    with pytest.raises(ValueError, match="must be a file of the kind 'nnbook network', got 'nnbook example'"):
        nn.Network.load(tmp_path / "n")


def test_about_must_be_expressible(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range float values"):
        storage.write_arrays(tmp_path / "n", "example", {"x": float("nan")}, {})
    assert not list(tmp_path.iterdir())
