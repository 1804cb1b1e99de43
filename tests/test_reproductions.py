"""The stored results of the published experiments: a part of them computed once more, and the script for MNIST."""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn

ROOT = Path(__file__).parents[1]
STORED = json.loads((ROOT / "book" / "appendix" / "reproductions.json").read_text(encoding="utf-8"))
# Sums are taken in another order by another BLAS; 135 to 500 steps amplify that, the stored digits stay.
RTOL = 1e-9


@pytest.fixture
def script(monkeypatch):
    """Return a function that imports a script of benchmarks/ by its name."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    before = set(sys.modules)

    def load(name):
        return __import__(name)

    yield load
    for name in {"reproductions", "mnist"} & (set(sys.modules) - before):
        del sys.modules[name]


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("linear", 0),
        ("linear", 4),
        ("linear, same points", 0),
        ("hidden, 500 steps", 0),
        ("digits, plain", 0),
        pytest.param("digits, momentum", 0, marks=pytest.mark.long),
        pytest.param("digits, Nesterov", 0, marks=pytest.mark.long),
    ],
)
def test_stored_result_computed_once_more(script, name, seed):
    found = script("reproductions").EXPERIMENTS[name](seed)
    assert found == pytest.approx(STORED[name][seed], rel=RTOL)


def test_every_experiment_is_stored_with_five_seeds(script):
    assert list(STORED) == list(script("reproductions").EXPERIMENTS)
    assert all(len(runs) == 5 for runs in STORED.values())


@pytest.mark.parametrize(
    ("variant", "score", "loss"),
    # scikit-learn, gallery, "Compare Stochastic learning strategies for MLPClassifier", digits, random_state 0
    [("plain", 0.956038, 0.243802), ("momentum", 0.992766, 0.041297), ("Nesterov", 0.993879, 0.042898)],
)
def test_digits_agree_with_scikit_learn_to_every_printed_digit(variant, score, loss):
    run = STORED[f"digits, {variant}"][0]
    assert (round(run["accuracy"], 6), round(run["loss"], 6)) == (score, loss)


def test_published_figures_of_the_spiral():
    # CS231n, "Putting it together: minimal neural network case study": 0.49, 0.7863; 0.98, 0.24529
    run = STORED["linear, same points"][0]
    assert round(run["accuracy"], 2) == 0.49
    assert round(run["loss"], 4) == 0.7863
    losses = [run["loss"] for run in STORED["hidden, same points"]]
    assert max(losses) - min(losses) < 0.02
    assert min(losses) - 0.005 < 0.24529 < max(losses) + 0.005


def test_point_of_the_published_spiral(script):
    # The first number that the old generator with seed 0 draws is 1.764052…; the first radius is 0, the last 1.
    data = script("reproductions").published_spiral(script("reproductions").legacy(0))
    radius = np.linspace(0, 1, 100)
    np.testing.assert_allclose(np.linalg.norm(data.inputs[:100], axis=1), radius, atol=1e-15)
    assert script("reproductions").legacy(0).randn() == pytest.approx(1.764052345967664, rel=1e-15)


def write_idx(path, array):
    head = bytes([0, 0, 8, array.ndim]) + b"".join(struct.pack(">I", size) for size in array.shape)
    path.write_bytes(head + array.astype(np.uint8).tobytes())


def test_the_mnist_script_runs_on_the_readers_files(script, tmp_path, capsys):
    # Made here: class k is bright in row k of a 10 × 3 picture, so that some epochs are enough.
    rng = np.random.default_rng(0)
    for part, n in (("train", 400), ("t10k", 100)):
        labels = rng.integers(0, 10, n)
        images = rng.integers(0, 60, (n, 10, 3))
        images[np.arange(n), labels] += 180
        write_idx(tmp_path / f"{part}-images-idx3-ubyte", images)
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte", labels)
    assert script("mnist").main([str(tmp_path), "--seeds", "2", "--epochs", "15"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["seed 0", "seed 1"]
    assert float(lines[2].split()[1].rstrip(",")) > 0.9
    assert "0.9542" in lines[2]


def test_the_mnist_script_without_files_says_what_it_needs(script, capsys):
    assert script("mnist").main([]) == 3
    assert "MNIST is not included" in capsys.readouterr().out


def test_the_network_of_the_mnist_script(script):
    # Nielsen: all weights and biases from the standard normal distribution; 784·30 + 30 + 30·10 + 10 = 23,860
    network = script("mnist").nielsen_network(784, 10, np.random.default_rng(0))
    assert network.sizes == [784, 30, 10]
    assert sum(parameter.size for parameter in network.parameters) == 23_860
    assert network.layers[0].W.std() == pytest.approx(1, abs=0.02)
    assert network.layers[0].b.std() == pytest.approx(1, abs=0.4)
    assert all(layer.activation is nn.sigmoid for layer in network.layers)
