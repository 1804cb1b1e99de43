"""Run the published experiments that take too long for a page, and compare them with book/appendix/reproductions.json.

The file holds accuracy and loss for five seeds of each experiment. With --write it is made anew; without, the script
exits with 1 if a run does not agree with it.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

import nnbook as nn

FILE = Path(__file__).resolve().parents[1] / "book" / "appendix" / "reproductions.json"
SEEDS = range(5)
# Ten thousand steps of a relu network amplify the last digit, so another machine ends nearby only.
SLACK = 0.02

Result = dict[str, float]


def legacy(seed: int) -> np.random.RandomState:
    """Return NumPy's old generator, with which the publications drew their numbers; its stream is frozen."""
    return np.random.RandomState(seed)


def published_spiral(rng: np.random.RandomState) -> nn.Dataset:
    """Return the spiral of the CS231n notes, whose noise is drawn arm by arm from the old generator."""
    arms, radius = [], np.linspace(0, 1, 100)
    for arm in range(3):
        angle = np.linspace(4 * arm, 4 * (arm + 1), 100) + 0.2 * rng.randn(100)
        arms.append(np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1))
    labels = np.repeat(range(3), 100)
    return nn.Dataset(np.concatenate(arms), np.eye(3)[labels], labels)


def descend(network: nn.Network, data: nn.Dataset, steps: int, look: int) -> Result:
    """Make steps of size 1 on all points, λ = 0.001; return the loss before step `look`, and the accuracy at the end.

    Steps are counted from 0, as in the notes, and the loss contains the penalty.
    """
    optimizer, loss = nn.SGD(learning_rate=1.0), np.nan
    for step in range(steps):
        gradients = nn.backprop(network, data.inputs, data.targets, loss=nn.cross_entropy, l2=1e-3)
        if step == look:
            loss = gradients.loss + nn.weight_penalty(network, 1e-3)
        optimizer.update(network, gradients)
    return {"accuracy": nn.accuracy(network, data), "loss": loss}


def spiral_network(sizes: list[int], rng: np.random.Generator) -> nn.Network:
    """Return a network with weights of standard deviation 0.01 and zero biases."""
    small = nn.initializers.normal(0.01)
    return nn.Network.create(sizes, hidden=nn.relu, output=nn.softmax, rng=rng, initializer=small)


def spiral(seed: int, sizes: list[int], steps: int, look: int) -> Result:
    """Draw another spiral and another start for each seed."""
    rng = np.random.default_rng(seed)
    data = nn.make_spiral(rng=rng)
    return descend(spiral_network(sizes, rng), data, steps, look)


def same_spiral(seed: int, sizes: list[int], steps: int, look: int) -> Result:
    """Take the points of the notes, and another start for each seed."""
    network = spiral_network(sizes, np.random.default_rng(seed))
    return descend(network, published_spiral(legacy(0)), steps, look)


def digits(seed: int, optimizer: nn.Optimizer, epochs: int = 15) -> Result:
    """Train 64-100-10 on all digits as scikit-learn's MLPClassifier does, with the same random numbers.

    Weights and biases are uniform within ±√(6 / (fan-in + fan-out)), batches hold 200 examples, and the penalty is
    ½ α Σ ‖W‖² / B for a batch of B with α = 0.0001. The loss is the mean over the examples of the last epoch, each
    taken just before the step of its batch, penalty included; the accuracy is that on the same examples.
    """
    rng, data = legacy(seed), nn.load_digits()
    least, most = data.inputs.min(axis=0), data.inputs.max(axis=0)
    span = np.where(most > least, most - least, 1)
    data = nn.Dataset((data.inputs - least) / span, data.targets, data.labels)
    layers = []
    for fan_in, fan_out, activation in ((64, 100, nn.relu), (100, 10, nn.softmax)):
        bound = np.sqrt(6 / (fan_in + fan_out))
        W, b = rng.uniform(-bound, bound, (fan_in, fan_out)), rng.uniform(-bound, bound, fan_out)
        layers.append(nn.Dense(W, b, activation))
    network, order, loss = nn.Network(layers), np.arange(len(data)), np.nan
    for _ in range(epochs):
        shuffled, total = np.arange(len(data)), 0.0
        rng.shuffle(shuffled)
        order = order[shuffled]
        for start in range(0, len(data), 200):
            batch = data.take(order[start : start + 200])
            l2 = 1e-4 / len(batch)
            gradients = nn.backprop(network, batch.inputs, batch.targets, loss=nn.cross_entropy, l2=l2)
            total += (gradients.loss + nn.weight_penalty(network, l2)) * len(batch)
            optimizer.update(network, gradients)
        loss = total / len(data)
    return {"accuracy": nn.accuracy(network, data), "loss": loss}


EXPERIMENTS: dict[str, Callable[[int], Result]] = {
    "linear": lambda seed: spiral(seed, [2, 3], 200, 190),
    "linear, same points": lambda seed: same_spiral(seed, [2, 3], 200, 190),
    "hidden, 500 steps": lambda seed: spiral(seed, [2, 100, 3], 500, 450),
    "hidden": lambda seed: spiral(seed, [2, 100, 3], 10_000, 9_000),
    "hidden, same points": lambda seed: same_spiral(seed, [2, 100, 3], 10_000, 9_000),
    "digits, plain": lambda seed: digits(seed, nn.SGD(learning_rate=0.2)),
    "digits, momentum": lambda seed: digits(seed, nn.Momentum(learning_rate=0.2)),
    "digits, Nesterov": lambda seed: digits(seed, nn.Nesterov(learning_rate=0.2)),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the file instead of comparing with it")
    arguments = parser.parse_args()
    results = {}
    for name, experiment in EXPERIMENTS.items():
        results[name] = [experiment(seed) for seed in SEEDS]
        shown = " ".join(f"{run['accuracy']:.6f}/{run['loss']:.6f}" for run in results[name])
        print(f"{name}: accuracy/loss {shown}", flush=True)
    if arguments.write:
        blocks = []
        for name, runs in results.items():
            rows = ",\n".join(f"  {json.dumps(run)}" for run in runs)
            blocks.append(f" {json.dumps(name)}: [\n{rows}\n ]")
        FILE.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")
        return 0
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    wrong = [
        f"{name}, seed {seed}: {run} is stored, {results[name][seed]} was found"
        for name, runs in stored.items()
        for seed, run in enumerate(runs)
        if any(abs(results[name][seed][key] - value) > SLACK for key, value in run.items())
    ]
    print("\n".join(wrong) or "all as stored")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
