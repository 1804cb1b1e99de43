"""Training: what it learns, and that no moment is too bad to be interrupted, killed or sent out of range."""

import ast
import contextlib
import io
import math
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

import nnbook as nn
from nnbook import checkpoint as checkpoints
from nnbook._interrupts import Interrupts
from nnbook.training import fit

TRAIN = nn.make_spiral(7, rng=0)
VALIDATION = nn.make_spiral(3, rng=1)
OPTIMIZERS: dict[str, Callable[[], nn.Optimizer]] = {
    "sgd": lambda: nn.SGD(0.1),
    "momentum": lambda: nn.Momentum(0.05),
    "nesterov": lambda: nn.Nesterov(0.05),
    "rmsprop": lambda: nn.RMSProp(0.01),
    "adam": lambda: nn.Adam(nn.schedules.exponential_decay(0.01, factor=0.9)),
}


def small(seed: int = 0, dtype: Any = np.float64) -> nn.Network:
    return nn.Network.create([2, 5, 3], hidden=nn.tanh, output=nn.softmax, rng=seed, dtype=dtype)


class Run:
    """One training with all that it changes, to be looked at afterwards."""

    def __init__(self, optimizer: str = "momentum", **changes: Any) -> None:
        self.network = changes.pop("network", None) or small()
        self.optimizer = changes.pop("rule", None) or OPTIMIZERS[optimizer]()
        self.generator = np.random.default_rng(3)
        self.settings: dict[str, Any] = {
            "validation": VALIDATION,
            "loss": nn.cross_entropy,
            "epochs": 4,
            "batch_size": 8,
            "rng": self.generator,
            "l2": 1e-3,
            "progress": False,
            **changes,
        }

    def __call__(self, **changes: Any) -> nn.History:
        self.history = fit(self.network, TRAIN, optimizer=self.optimizer, **{**self.settings, **changes})
        return self.history

    def look(self) -> tuple[Any, ...]:
        """Return parameters, memory and random numbers in a form that can be compared to the bit."""
        state = self.optimizer.state
        memory = {name: [a.tobytes() for a in arrays] for name, arrays in state.memory.items()}
        generator = str(self.generator.bit_generator.state)
        return [p.tobytes() for p in self.network.parameters], state.steps, memory, generator


def after_each_epoch(optimizer: str = "momentum", epochs: int = 4, **changes: Any) -> list[tuple[Any, ...]]:
    """Return how an undisturbed training looks after 0, 1, 2 … epochs, and its history as far."""
    looks = []
    for count in range(epochs + 1):
        run = Run(optimizer, **changes)
        before = run.look()
        lists = run(epochs=count).lists if count else nn.History().lists
        looks.append((run.look() if count else before, lists))
    return looks


# What it learns.


def test_digits_are_learned() -> None:
    train, test = nn.load_digits().split((0.8, 0.2), rng=0)
    network = nn.Network.create([64, 32, 10], hidden=nn.relu, output=nn.softmax, rng=0)
    nn.fit(network, train, loss=nn.cross_entropy, optimizer=nn.SGD(0.1), epochs=20, rng=0)
    # Measured 0.967; a random guess would give 0.1.
    assert nn.accuracy(network, test) > 0.94


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_lowers_the_loss(optimizer: str) -> None:
    history = Run(optimizer)(epochs=60)
    assert history.loss[-1] < 0.9 * history.loss[0]


def test_one_epoch_by_hand() -> None:
    # y = w x + b from w = 1, b = 0; one batch with x = 2, t = 5: E = ½ 3² = 4.5, ∂E/∂w = −6, ∂E/∂b = −3.
    network = nn.Network([nn.Dense([[1.0]], [0.0], nn.identity)])
    data = nn.Dataset([[2.0]], [[5.0]])
    history = nn.fit(
        network, data, validation=data, loss=nn.squared_error, optimizer=nn.SGD(0.1), epochs=1, rng=0, l2=2.0
    )
    # With the penalty ½·2·w²: ∂/∂w = −6 + 2 = −4, so w = 1.4 and b = 0.3; then y = 3.1 and E = ½ 1.9² = 1.805.
    np.testing.assert_allclose(network.layers[0].W, [[1.4]], rtol=1e-15)
    np.testing.assert_allclose(network.layers[0].b, [0.3], rtol=1e-15)
    assert history.loss == [4.5]
    np.testing.assert_allclose(history.penalty, [1.96], rtol=1e-15)
    np.testing.assert_allclose(history.validation_loss, [1.805], rtol=1e-14)
    assert history.validation_accuracy == []
    assert history.learning_rate == [0.1]
    assert (history.best_epoch, history.stopped, len(history)) == (1, "finished", 1)


def test_an_epoch_is_the_steps_of_its_batches_the_last_of_which_is_smaller() -> None:
    network, expected = small(), small()
    optimizer = nn.SGD(0.1)
    history = nn.fit(
        network, TRAIN, loss=nn.cross_entropy, optimizer=nn.SGD(0.1), epochs=1, batch_size=8, rng=5, l2=0.01
    )
    order = np.random.default_rng(5).permutation(21)
    total = 0.0
    for rows in (order[:8], order[8:16], order[16:]):
        gradients = nn.backprop(expected, TRAIN.inputs[rows], TRAIN.targets[rows], loss=nn.cross_entropy, l2=0.01)
        optimizer.update(expected, gradients)
        total += gradients.loss * rows.size
    assert all(np.array_equal(p, q) for p, q in zip(network.parameters, expected.parameters))
    assert history.loss == [total / 21]
    assert history.penalty == [nn.weight_penalty(expected, 0.01)]


def test_a_batch_larger_than_the_data_is_the_whole_of_it() -> None:
    runs = [Run(batch_size=size) for size in (21, 22, 10**9)]
    for run in runs:
        run()
    assert runs[0].look() == runs[1].look() == runs[2].look()
    assert runs[0].optimizer.state.steps == 4


def test_without_l2_there_is_no_penalty() -> None:
    assert Run(l2=0.0)().penalty == [0.0] * 4


def test_history_has_one_entry_an_epoch_in_each_list() -> None:
    history = Run()()
    assert {name: len(values) for name, values in history.lists.items()} == dict.fromkeys(nn.History().lists, 4)
    assert len(history) == 4
    assert all(0 <= value <= 1 for value in history.validation_accuracy)
    run = Run(validation=None)
    history = run()
    assert history.validation_loss == history.validation_accuracy == []
    assert history.best_epoch == 0


def test_validation_is_measured_at_the_end_of_the_epoch() -> None:
    run = Run()
    history = run()
    assert history.validation_loss[-1] == run.network.evaluate(
        VALIDATION.inputs, VALIDATION.targets, loss=nn.cross_entropy
    )
    assert history.validation_accuracy[-1] == nn.accuracy(run.network, VALIDATION)


def test_validation_does_not_change_the_training() -> None:
    with_it, without = Run(), Run(validation=None)
    with_it()
    without()
    assert with_it.look() == without.look()


def test_a_learning_rate_that_is_a_function_gets_the_epoch_from_one_on() -> None:
    asked: list[int] = []

    def rate(epoch: int) -> float:
        asked.append(epoch)
        return 0.1 / epoch

    assert Run(rule=nn.SGD(rate))(batch_size=21).learning_rate == [0.1, 0.05, 0.1 / 3, 0.025]
    assert set(asked) == {1, 2, 3, 4}
    runs = [Run(rule=nn.SGD(0.1)), Run(rule=nn.SGD(lambda epoch: 0.1 if epoch == 1 else 0.2))]
    for run in runs:
        run(epochs=1)
    assert runs[0].look() == runs[1].look()
    runs[0](epochs=1)
    runs[1](epochs=2)
    assert runs[0].look() != runs[1].look()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_seed_gives_the_same_bits(optimizer: str) -> None:
    first, second = Run(optimizer), Run(optimizer)
    assert first().lists == second(rng=3).lists
    assert first.look()[:3] == second.look()[:3]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "rmsprop"])
def test_two_trainings_in_a_row_are_one_long_one(optimizer: str) -> None:
    twice, once = Run(optimizer), Run(optimizer)
    twice(epochs=2)
    twice(epochs=3)
    once(epochs=5)
    assert twice.look() == once.look()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_float32_stays_float32(optimizer: str) -> None:
    run = Run(optimizer, network=small(dtype=np.float32))
    history = run()
    assert all(p.dtype == np.float32 for p in run.network.parameters)
    assert all(a.dtype == np.float32 for arrays in run.optimizer.state.memory.values() for a in arrays)
    assert all(type(value) is float for values in history.lists.values() for value in values)
    wide = Run(optimizer)
    wide()
    np.testing.assert_allclose(run.network.layers[0].W, wide.network.layers[0].W, rtol=1e-3, atol=1e-4)


def test_memory_does_not_grow_from_epoch_to_epoch() -> None:
    network = nn.Network.create([2, 100, 100, 3], hidden=nn.relu, output=nn.softmax, rng=0)

    def peak(epochs: int) -> int:
        tracemalloc.start()
        nn.fit(network, TRAIN, validation=VALIDATION, loss=nn.cross_entropy, optimizer=nn.Adam(), epochs=epochs, rng=0)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(2)
    # The parameters alone take 84 kB; a leak of one copy an epoch would be 2 MB.
    assert peak(30) < peak(5) + 40_000


# Early stopping.


class Scripted(nn.Loss):
    """Squared error in training, while the validation loss, with two examples, follows a script."""

    name = "scripted"

    def __init__(self, *values: float) -> None:
        self.values = list(values)

    def __call__(self, Y: Any, T: Any) -> Any:
        return self.values.pop(0) if len(Y) == 2 else nn.squared_error(Y, T)

    def gradient(self, Y: Any, T: Any) -> Any:
        return nn.squared_error.gradient(Y, T)


def line(n: int) -> nn.Dataset:
    x = np.linspace(0, 1, n)[:, None]
    return nn.Dataset(x, 2 * x)


@pytest.mark.parametrize(
    ("values", "patience", "length", "best"),
    [
        ((5, 4, 3, 2, 1), 2, 5, 5),
        ((5, 4, 4.5, 4.2, 1), 2, 4, 2),
        ((5, 4, 4.5, 3, 3.5, 3.2, 1), 2, 6, 4),
        ((1, 2), 1, 2, 1),
        # As good is not better: a plateau ends the training too.
        ((5, 4, 4, 4, 1), 2, 4, 2),
        ((5, 4, 6, 6, 3), 3, 5, 5),
    ],
)
def test_early_stopping_takes_back_the_best_epoch(
    values: tuple[float, ...], patience: int, length: int, best: int
) -> None:
    def train(epochs: int, script: tuple[float, ...], **changes: Any) -> tuple[nn.History, nn.Network]:
        network = nn.Network.create([1, 3, 1], hidden=nn.tanh, output=nn.identity, rng=0)
        history = nn.fit(
            network,
            line(5),
            validation=line(2),
            loss=Scripted(*script),
            optimizer=nn.Momentum(0.1),
            epochs=epochs,
            rng=1,
            **changes,
        )
        return history, network

    history, network = train(len(values), values, patience=patience)
    assert history.validation_loss == list(values[:length])
    assert history.best_epoch == best
    stopped_early = length - best >= patience
    assert history.stopped == ("early stopping" if stopped_early else "finished")
    _, expected = train(best if stopped_early else length, values)
    assert all(np.array_equal(p, q) for p, q in zip(network.parameters, expected.parameters))


def test_without_patience_the_last_epoch_stays() -> None:
    runs = [Run(), Run(patience=10**6)]
    for run in runs:
        run(epochs=10)
    assert runs[0].look() == runs[1].look()


# Divergence and other errors in the middle.


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_divergence_leaves_the_last_completed_epoch(optimizer: str) -> None:
    def wild(epoch: int) -> float:
        return 0.1 if epoch < 3 else 1e300

    rules = {"sgd": nn.SGD, "momentum": nn.Momentum, "nesterov": nn.Nesterov}
    run, expected = Run(rule=rules[optimizer](wild)), Run(rule=rules[optimizer](wild))
    with pytest.raises(nn.DivergenceError, match="loss must stay finite, got infinity or NaN in epoch 3") as caught:
        run()
    history = expected(epochs=2)
    assert run.look() == expected.look()
    assert caught.value.history.lists == history.lists
    assert caught.value.history.stopped == "diverged"
    assert re.search(r"a learning rate below 1e\+300 may help", str(caught.value))


class Poison(nn.SGD):
    """A rule that puts a wrong number somewhere in its third step, the first of the second epoch or so."""

    memory_names = ("seen",)

    def __init__(self, where: str) -> None:
        super().__init__(0.1)
        self.where = where

    def direction(self, gradient: Any, memory: Mapping[str, Any], step: int) -> Any:
        memory["seen"][...] = math.inf if self.where == "memory" and step == 6 else 1.0
        # A weight of 1e199 is finite while its square is not.
        wrong = {"parameter": math.nan, "penalty": -1e200}.get(self.where)
        return gradient if wrong is None or step != 6 else np.full_like(gradient, wrong)


@pytest.mark.parametrize(
    ("where", "name"), [("memory", "memory of the optimizer"), ("parameter", "parameters"), ("penalty", "penalty")]
)
def test_a_number_out_of_range_anywhere_is_a_divergence(where: str, name: str) -> None:
    # Three batches an epoch: the sixth step is the last of epoch 2, after which no loss is computed any more.
    run, expected = Run(rule=Poison(where), validation=None), Run(rule=Poison("nowhere"), validation=None)
    with pytest.raises(nn.DivergenceError, match=f"{name} must stay finite, got infinity or NaN in epoch 2"):
        run()
    expected(epochs=1)
    assert run.look() == expected.look()


def test_a_validation_loss_out_of_range_is_a_divergence() -> None:
    network = nn.Network.create([1, 1], hidden=nn.tanh, output=nn.identity, rng=0)
    settings: dict[str, Any] = {"validation": line(2), "optimizer": nn.SGD(0.1), "epochs": 3, "rng": 0}
    with pytest.raises(nn.DivergenceError, match=r"validation loss must stay finite, got .* in epoch 2") as caught:
        nn.fit(network, line(5), loss=Scripted(1.0, math.nan, 1.0), **settings)
    assert len(caught.value.history) == 1


@pytest.mark.parametrize("error", [MemoryError, KeyError, SystemExit, GeneratorExit])
def test_any_error_from_within_leaves_the_last_completed_epoch(error: type[BaseException]) -> None:
    def rate(epoch: int) -> float:
        if epoch == 3:
            raise error
        return 0.05

    run, expected = Run(rule=nn.Momentum(rate)), Run(rule=nn.Momentum(rate))
    with pytest.raises(error):
        run()
    expected(epochs=2)
    assert run.look() == expected.look()


# Ctrl-C.


class Interrupting(nn.Loss):
    """Cross entropy that raises a KeyboardInterrupt at its n-th use, whatever it is asked for."""

    name = "interrupting"

    def __init__(self, at: int = 0) -> None:
        self.at, self.count = at, 0

    def note(self) -> None:
        self.count += 1
        if self.count == self.at:
            raise KeyboardInterrupt

    def __call__(self, Y: Any, T: Any) -> Any:
        self.note()
        return nn.cross_entropy(Y, T)

    def gradient(self, Y: Any, T: Any) -> Any:
        self.note()
        return nn.cross_entropy.gradient(Y, T)


def test_an_interrupt_at_every_use_of_the_loss_leaves_the_last_completed_epoch() -> None:
    counting = Interrupting()
    Run(loss=counting)()
    expected = after_each_epoch(loss=Interrupting())
    lengths = []
    for at in range(1, counting.count + 1):
        run = Run(loss=Interrupting(at))
        with pytest.warns(RuntimeWarning, match=r"training was interrupted after \d of 4 epochs"):
            history = run()
        assert history.stopped == "interrupted"
        lengths.append(len(history))
        assert (run.look(), history.lists) == expected[len(history)]
    # Per epoch: value and gradient of three batches, and the value on the validation set.
    assert lengths == [epoch for epoch in range(4) for _ in range(7)]


def test_a_training_goes_on_after_an_interrupt_as_if_there_was_none() -> None:
    run, expected = Run(loss=Interrupting(17)), Run(loss=Interrupting())
    with pytest.warns(RuntimeWarning, match="after 2 of 4 epochs"):
        run()
    run(epochs=2)
    expected()
    assert run.look() == expected.look()


def traced(run: Run, event: int, watched: Callable[[FrameType], str], more: int = 0, **changes: Any) -> int:
    """Run a training and send SIGINT to this process at one instruction or line of the library; return how many passed.

    ``watched`` says of a frame whether its opcodes count, its lines or nothing. ``more`` signals follow the first, one
    at every call or return, also of functions written in C.
    """
    count = 0

    def trace(frame: FrameType, kind: str, argument: Any) -> Any:
        nonlocal count
        level = watched(frame)
        if not level:
            return None
        frame.f_trace_opcodes = level == "opcodes"
        if kind != "opcode" or level == "opcodes":
            count += 1
            if count == event:
                signal.raise_signal(signal.SIGINT)
        return trace

    def profile(frame: FrameType, kind: str, argument: Any) -> None:
        nonlocal more
        if 0 < event <= count and more and watched(frame):
            more -= 1
            signal.raise_signal(signal.SIGINT)

    before = sys.gettrace(), sys.getprofile()

    def ask(frame: FrameType, kind: str, argument: Any) -> None:
        frame.f_trace_opcodes = True

    # CPython 3.12.1 reports opcodes only if a frame has asked for them in an earlier trace.
    sys.settrace(ask)
    (lambda: None)()
    sys.setprofile(profile)
    sys.settrace(trace)
    try:
        run(**changes)
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return count


def of_the_frame(*, opcodes: bool) -> Callable[[FrameType], str]:
    """Return what to watch: all lines of the library, or the opcodes of what decides about a training."""
    folder = str(Path(nn.__file__).parent)
    inner = {"fit", "restore", "set_parameters", "open", "close", "_handle", "_pass_on", "shorten", "epoch", "state"}

    def watched(frame: FrameType) -> str:
        if not frame.f_code.co_filename.startswith(folder):
            return ""
        if not opcodes:
            return "lines"
        return "opcodes" if frame.f_code.co_name in inner else ""

    return watched


def assert_consistent(run: Run, expected: list[tuple[Any, ...]], file: Path) -> int:
    """Compare a training, however it ended, with what it was after one of its epochs; return which."""
    looks = [look for look, _ in expected]
    assert run.look() in looks
    epoch = looks.index(run.look())
    if hasattr(run, "history"):
        assert run.history.lists == expected[epoch][1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert [path.name for path in file.parent.iterdir()] in ([], [file.name])
    if file.exists():
        again = Run()
        again(checkpoint=file, resume=True, epochs=2)
        assert again.look() == looks[2]
        file.unlink()
    return epoch


@pytest.fixture
def _python_handles_ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_python_handles_ctrl_c")
@pytest.mark.no_cover  # CPython 3.12.1 crashes when opcodes are traced beside the tracing of coverage
@pytest.mark.filterwarnings("ignore:training was interrupted")
# Python itself can be interrupted between opening a file and entering its ``with``; it is closed when it is forgotten.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("more", [0, 1000])
@pytest.mark.parametrize(
    ("opcodes", "stride"),
    [
        (True, 41),
        (False, 151),
        pytest.param(True, 2, marks=pytest.mark.long),
        pytest.param(False, 13, marks=pytest.mark.long),
    ],
)
def test_ctrl_c_at_any_instruction_leaves_a_completed_epoch(
    opcodes: bool, stride: int, more: int, tmp_path: Path
) -> None:
    file = tmp_path / "run.npz"
    watched = of_the_frame(opcodes=opcodes)
    expected = after_each_epoch(epochs=2)
    count = traced(Run(), -1, watched, epochs=2, checkpoint=file)
    file.unlink()
    epochs = []
    for event in range(1, count + 1, stride):
        run = Run()
        with contextlib.suppress(KeyboardInterrupt):
            traced(run, event, watched, more, epochs=2, checkpoint=file)
        epochs.append(assert_consistent(run, expected, file))
    assert set(epochs) == {0, 1, 2}
    assert epochs == sorted(epochs)


def conditional_loops_in_a_try(tree: ast.AST) -> list[int]:
    """Return the lines of `while condition:` loops that stand in a `try` or `with` of the same function."""
    found = []

    def visit(node: ast.AST, inside: bool) -> None:
        if isinstance(node, ast.While) and inside and not isinstance(node.test, ast.Constant):
            found.append(node.lineno)
        inside = isinstance(node, ast.Try | ast.With) or (inside and not isinstance(node, ast.FunctionDef | ast.Lambda))
        for child in ast.iter_child_nodes(node):
            visit(child, inside)

    visit(tree, False)
    return found


def test_the_search_for_such_loops_finds_them() -> None:
    loop = "while a:\n            b()"
    text = f"def f():\n    with c:\n        {loop}\ndef g():\n    if c:\n        {loop}\n"
    assert conditional_loops_in_a_try(ast.parse(text)) == [3]


@pytest.mark.parametrize("file", sorted(Path(nn.__file__).parent.rglob("*.py")), ids=lambda path: path.stem)
def test_no_loop_jumps_back_outside_its_try(file: Path) -> None:
    """CPython 3.12 and 3.13 do so for `while condition:`; Ctrl-C at that instruction skips what follows `finally`."""
    assert conditional_loops_in_a_try(ast.parse(file.read_text(encoding="utf-8"))) == []


CHILD = """
import sys, threading, time, os, signal, warnings
sys.path[:0] = {path!r}
from test_training import Run, after_each_epoch
warnings.simplefilter("ignore")
signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored in what a shell has started in the background
"""


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a Python process that runs ``code`` with the helpers of this file."""
    folder = Path(__file__).parent
    text = CHILD.format(path=[str(folder), str(folder.parent)]) + textwrap.dedent(code)
    command = [sys.executable, "-c", text, *map(str, arguments)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("interrupts", [20, pytest.param(600, marks=pytest.mark.long)])
def test_a_real_ctrl_c_at_random_moments_leaves_a_completed_epoch(interrupts: int) -> None:
    process = child(
        """
        expected = after_each_epoch("adam", epochs=40)
        looks = [look for look, _ in expected]
        for number in range(int(sys.argv[1])):
            run = Run("adam")
            try:
                try:
                    print("ready", flush=True)
                    run(epochs=10**6)
                finally:
                    # Only a training is to be hit, not the comparison.
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
            except KeyboardInterrupt:
                pass
            look = run.look()
            replay = Run("adam")
            if hasattr(run, "history") and len(run.history):
                history = replay(epochs=len(run.history))
                assert history.lists == run.history.lists, "history"
                assert look == replay.look(), "state"
            else:
                assert look == looks[0], "state at the start"
            print(len(getattr(run, "history", ())), flush=True)
            signal.signal(signal.SIGINT, signal.default_int_handler)
        """,
        interrupts,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    rng = np.random.default_rng(interrupts)
    lengths = []
    for _ in range(interrupts):
        assert process.stdout.readline() == "ready\n"
        time.sleep(float(rng.uniform(0.001, 0.06)))
        process.send_signal(signal.SIGINT)
        lengths.append(int(process.stdout.readline()))
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert max(lengths) > 3


@pytest.mark.usefixtures("_python_handles_ctrl_c")
def test_a_handler_of_the_readers_own_is_called_and_comes_back() -> None:
    calls: list[int] = []

    def mine(signum: int, frame: FrameType | None) -> None:
        calls.append(signum)

    signal.signal(signal.SIGINT, mine)

    def rate(epoch: int) -> float:
        signal.raise_signal(signal.SIGINT)
        return 0.1

    run = Run(rule=nn.SGD(rate))
    calls.clear()
    history = run()
    # Asked once an epoch for the history and once for each of three steps; the training goes on.
    assert calls == [signal.SIGINT] * 16
    assert history.stopped == "finished"
    assert signal.getsignal(signal.SIGINT) is mine


@pytest.mark.usefixtures("_python_handles_ctrl_c")
def test_a_ctrl_c_that_got_lost_does_not_keep_the_next_one_out() -> None:
    asked: list[int] = []

    def rate(epoch: int) -> float:
        asked.append(epoch)
        if len(asked) == 2:
            # An exception is lost in the same way if it hits a destructor.
            with contextlib.suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        if epoch == 3:
            signal.raise_signal(signal.SIGINT)
        return 0.1

    run = Run(rule=nn.SGD(rate))
    with pytest.warns(RuntimeWarning, match="after 2 of 4 epochs"):
        run()


@pytest.mark.usefixtures("_python_handles_ctrl_c")
def test_ignored_signals_stay_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert Run()().stopped == "finished"
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def test_a_training_may_run_in_another_thread() -> None:
    run, expected = Run(), Run()
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    expected()
    assert run.look() == expected.look()


@pytest.mark.usefixtures("_python_handles_ctrl_c")
def test_ctrl_c_waits_at_a_closed_gate_and_is_passed_on_when_it_opens_or_goes() -> None:
    for end in ("open", "close"):
        gate = Interrupts()
        gate.open()
        gate.held = True
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            getattr(gate, end)()
        # The first one closes the gate, so that a second one waits while the damage is repaired.
        assert gate.held
        gate.close()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_gate_that_was_never_opened_can_be_closed() -> None:
    before = signal.getsignal(signal.SIGINT)
    Interrupts().close()
    assert signal.getsignal(signal.SIGINT) is before


# Progress.


@pytest.mark.parametrize(("progress", "terminal", "shown"), [(None, True, 1), (None, False, 0), (True, False, 1)])
@pytest.mark.parametrize("resumed", [False, True])
def test_the_bar_is_shown_on_a_terminal_only_by_default(
    progress: bool | None, terminal: bool, shown: int, resumed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if resumed:
        Run()(epochs=1, checkpoint=tmp_path / "c")
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", screen)
    Run()(progress=progress, checkpoint=tmp_path / "c", resume=True)
    assert bool(screen.getvalue()) == bool(shown)
    if shown:
        assert "4/4" in screen.getvalue()
        assert "loss=" in screen.getvalue()


def test_no_bar_is_shown_when_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", screen)
    Run()(progress=False)
    assert screen.getvalue() == ""


def test_history_shows_its_last_entries() -> None:
    assert repr(nn.History()) == "History(0 epochs, finished)"
    history = nn.History([1.0, 0.5], [0.0, 0.0], [1.5, 0.25], stopped="interrupted")
    assert repr(history) == "History(2 epochs, loss 0.5, validation loss 0.25, interrupted)"
    assert nn.History(loss=[2.0]).best_epoch == 0
    assert nn.History([3.0] * 3, validation_loss=[2.0, 1.0, 1.0]).best_epoch == 2


# Checkpoints.


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("validation", [None, VALIDATION, nn.Dataset(VALIDATION.inputs, VALIDATION.targets)])
def test_a_training_resumed_after_any_epoch_ends_with_the_same_bits(
    optimizer: str, dtype: Any, validation: nn.Dataset | None, tmp_path: Path
) -> None:
    whole = Run(optimizer, network=small(dtype=dtype), validation=validation)
    whole()
    for epoch in range(1, 5):
        path = tmp_path / f"{epoch}.npz"
        first = Run(optimizer, network=small(dtype=dtype), validation=validation)
        first(epochs=epoch, checkpoint=path)
        # Another process would have a new network, optimizer and generator; even with other numbers in them.
        second = Run(optimizer, network=small(seed=9, dtype=dtype), validation=validation)
        second.generator.random(100)
        history = second(checkpoint=path, resume=True)
        assert second.look() == whole.look()
        assert history.lists == whole.history.lists
        assert (history.stopped, len(history)) == ("finished", 4)


def test_a_training_with_a_seed_can_be_resumed(tmp_path: Path) -> None:
    whole, parts = Run(rng=7), Run(rng=7)
    whole()
    parts(epochs=2, checkpoint=tmp_path / "c")
    parts = Run(rng=7)
    parts(checkpoint=tmp_path / "c", resume=True)
    assert parts.look()[:3] == whole.look()[:3]
    with pytest.raises(ValueError, match="rng must be the seed, as in the training of"):
        Run(rng=8)(checkpoint=tmp_path / "c", resume=True)


def test_a_checkpoint_does_not_change_the_training(tmp_path: Path) -> None:
    first, second = Run(), Run()
    first()
    second(checkpoint=tmp_path / "c")
    assert first.look() == second.look()
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_the_checkpoint_is_written_at_the_start_and_after_every_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs: list[int] = []
    write = checkpoints.Checkpoint.write
    monkeypatch.setattr(checkpoints.Checkpoint, "write", lambda c, s: (epochs.append(s.epochs), write(c, s))[1])
    Run()(checkpoint=tmp_path / "c")
    Run()(checkpoint=tmp_path / "c", resume=True, epochs=6)
    assert epochs == [0, 1, 2, 3, 4, 5, 6]


def test_resume_without_a_file_begins(tmp_path: Path) -> None:
    first, second = Run(), Run()
    first(checkpoint=tmp_path / "c", resume=True)
    second()
    assert first.look() == second.look()


def test_a_finished_training_is_only_read_again(tmp_path: Path) -> None:
    Run()(checkpoint=tmp_path / "c")
    before = (tmp_path / "c").read_bytes()
    run, expected = Run(network=small(seed=4)), Run()
    history = run(checkpoint=tmp_path / "c", resume=True)
    expected()
    assert run.look() == expected.look()
    assert history.lists == expected.history.lists
    assert (tmp_path / "c").read_bytes() == before


@pytest.mark.parametrize("cut", range(1, 9))
def test_early_stopping_goes_on_across_a_break(cut: int, tmp_path: Path) -> None:
    def train(epochs: int, **changes: Any) -> tuple[nn.History, nn.Network]:
        network = nn.Network.create([2, 20, 3], hidden=nn.tanh, output=nn.softmax, rng=2)
        history = nn.fit(
            network,
            TRAIN,
            validation=VALIDATION,
            loss=nn.cross_entropy,
            optimizer=nn.Momentum(0.3),
            epochs=epochs,
            rng=1,
            patience=3,
            **changes,
        )
        return history, network

    whole, expected = train(200)
    assert whole.stopped == "early stopping"
    length = len(whole)
    train(min(cut * length // 8, length), checkpoint=tmp_path / "c")
    history, network = train(200, checkpoint=tmp_path / "c", resume=True)
    assert history == whole
    assert all(np.array_equal(p, q) for p, q in zip(network.parameters, expected.parameters))


def test_an_interrupt_and_a_resume_are_as_good_as_no_interrupt(tmp_path: Path) -> None:
    whole = Run(loss=Interrupting())
    whole()
    run = Run(loss=Interrupting(18))
    with pytest.warns(RuntimeWarning, match="after 2 of 4 epochs"):
        run(checkpoint=tmp_path / "c")
    # The same objects, as in a notebook, or new ones.
    for again in (run, Run(loss=Interrupting())):
        (tmp_path / "d").write_bytes((tmp_path / "c").read_bytes())
        again(checkpoint=tmp_path / "d", resume=True)
        assert again.look() == whole.look()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("optimizer", ["adam", pytest.param("momentum", marks=pytest.mark.long)])
def test_a_process_killed_after_each_epoch_ends_with_the_same_bits(optimizer: str, tmp_path: Path) -> None:
    whole = Run(optimizer)
    whole(rng=5, epochs=5)
    kills = 0
    while True:
        process = child(
            """
            import nnbook.checkpoint as checkpoints
            write = checkpoints.Checkpoint.write
            def write_and_die(self, state):
                write(self, state)
                if state.epochs in range(1, 5):
                    os.kill(os.getpid(), signal.SIGKILL)
            checkpoints.Checkpoint.write = write_and_die
            Run(sys.argv[1])(rng=5, epochs=5, checkpoint=sys.argv[2], resume=True)
            """,
            optimizer,
            tmp_path / "c",
        )
        process.communicate(timeout=60)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
    assert kills == 4
    last = Run(optimizer)
    last(rng=5, epochs=5, checkpoint=tmp_path / "c", resume=True)
    assert last.look()[:3] == whole.look()[:3]
    assert last.history.lists == whole.history.lists


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("kills", [4, pytest.param(60, marks=pytest.mark.long)])
def test_a_process_killed_at_random_moments_ends_with_the_same_bits(kills: int, tmp_path: Path) -> None:
    epochs = 30 * kills
    rng = np.random.default_rng(kills)
    code = """
        run = Run("adam")
        print("ready", flush=True)
        run(rng=5, epochs=int(sys.argv[1]), checkpoint=sys.argv[2], resume=True)
        """
    reached = []
    for _ in range(kills):
        process = child(code, epochs, tmp_path / "c")
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(float(rng.uniform(0, 0.15)))
        process.kill()
        process.communicate(timeout=60)
        if (tmp_path / "c").exists():
            with np.load(tmp_path / "c", allow_pickle=False) as content:
                reached.append(content["history.loss"].size)
    assert reached == sorted(reached)
    assert reached[-1] > 0
    assert len(list(tmp_path.glob(".c.*.tmp"))) <= kills
    process = child(code, epochs, tmp_path / "c")
    process.communicate(timeout=300)
    assert process.returncode == 0
    whole, last = Run("adam"), Run("adam")
    whole(rng=5, epochs=epochs)
    last(rng=5, epochs=epochs, checkpoint=tmp_path / "c", resume=True)
    assert last.look()[:3] == whole.look()[:3]
    assert last.history.lists == whole.history.lists


def other_data() -> nn.Dataset:
    inputs = TRAIN.inputs.copy()
    inputs[3, 1] = np.nextafter(inputs[3, 1], 1)
    return nn.Dataset(inputs, TRAIN.targets, TRAIN.labels)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"network": small(dtype=np.float32)},
            "network must be Network(2 → 5 tanh → 3 softmax, 33 parameters, float64)",
        ),
        (
            {"network": nn.Network.create([2, 6, 3], hidden=nn.tanh, output=nn.softmax, rng=0)},
            "network must be Network(2",
        ),
        (
            {"network": nn.Network.create([2, 5, 3], hidden=nn.relu, output=nn.softmax, rng=0)},
            "network must be Network(2",
        ),
        ({"validation": None}, "validation must be data with digest"),
        ({"validation": TRAIN}, "validation must be data with digest"),
        ({"validation": nn.Dataset(VALIDATION.inputs, VALIDATION.targets)}, "validation must be data with digest"),
        ({"loss": nn.squared_error}, "loss must be cross entropy, as in the training of"),
        ({"rule": nn.Adam(0.05)}, "optimizer must be Momentum, as in the training of"),
        ({"rule": nn.Nesterov(0.05)}, "optimizer must be Momentum"),
        ({"rule": nn.Momentum(0.05, momentum=0.8)}, "optimizer.momentum must be 0.9"),
        ({"rule": nn.Momentum(0.06)}, "learning_rate must be 0.05 in epoch 1, as in the training of"),
        (
            {"rule": nn.Momentum(lambda epoch: 0.05 / epoch)},
            "learning_rate must be 0.05 in epoch 2, as in the training",
        ),
        ({"batch_size": 9}, "batch_size must be 8, as in the training of"),
        ({"l2": 0.0}, "l2 must be 0.001, as in the training of"),
        ({"patience": 3}, "patience must be None, as in the training of"),
        ({"epochs": 1}, "epochs must be at least 2, as many as"),
        ({"rng": 3}, None),
        ({"rng": 4}, "rng must be the seed, as in the training of"),
        ({"rng": np.random.Generator(np.random.PCG64DXSM(3))}, "rng must be PCG64, as in the training of"),
    ],
)
def test_a_resume_with_other_settings_is_refused_by_name_and_nothing_changes(
    changes: dict[str, Any], message: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "c"
    Run()(epochs=2, checkpoint=path)
    content = path.read_bytes()
    run = Run(**changes)
    before = run.look()
    if message is None:
        run(checkpoint=path, resume=True)
        return
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        run(checkpoint=path, resume=True)
    assert str(path) in str(caught.value)
    assert run.look() == before
    assert path.read_bytes() == content


def test_a_resume_with_other_training_data_is_refused(tmp_path: Path) -> None:
    Run()(epochs=2, checkpoint=tmp_path / "c")
    run = Run()
    for data in (other_data(), TRAIN.take(range(20))):
        with pytest.raises(ValueError, match=r"train must be data with digest [0-9a-f]{16}, as in the training of"):
            nn.fit(run.network, data, optimizer=run.optimizer, checkpoint=tmp_path / "c", resume=True, **run.settings)


def test_the_slope_of_an_activation_is_a_setting(tmp_path: Path) -> None:
    def leaky(slope: float) -> nn.Network:
        return nn.Network.create([2, 5, 3], hidden=nn.LeakyReLU(slope), output=nn.softmax, rng=0)

    Run(network=leaky(0.1))(epochs=2, checkpoint=tmp_path / "c")
    with pytest.raises(ValueError, match=r"activations must be .*'slope': 0.1.* got .*'slope': 0.2"):
        Run(network=leaky(0.2))(checkpoint=tmp_path / "c", resume=True)


def test_an_existing_file_is_neither_overwritten_nor_continued_unasked(tmp_path: Path) -> None:
    path = tmp_path / "c"
    path.write_bytes(b"precious")
    run = Run()
    before = run.look()
    with pytest.raises(FileExistsError, match=r"checkpoint must not exist yet unless resume=True, got .*c"):
        run(checkpoint=path)
    assert path.read_bytes() == b"precious"
    assert run.look() == before


@pytest.mark.parametrize(
    ("path", "error"),
    [("missing/c", FileNotFoundError), ("file/c", NotADirectoryError), ("", ValueError)],
)
def test_a_checkpoint_that_cannot_be_is_refused_before_the_first_epoch(
    path: str, error: type[Exception], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    run = Run()
    before = run.look()
    with pytest.raises(error):
        run(checkpoint=tmp_path / path, resume=True)
    assert run.look() == before


def test_a_full_disk_leaves_the_last_completed_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c"
    calls = 0

    def fsync(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise OSError(28, "No space left on device")

    run, expected = Run(), Run()
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", fsync)
        with pytest.raises(OSError, match="No space left"):
            run(checkpoint=path)
    # The start and two epochs were written; the third is complete all the same.
    expected(epochs=3)
    assert run.look() == expected.look()
    assert [file.name for file in tmp_path.iterdir()] == ["c"]
    Run()(checkpoint=path, resume=True)


def test_an_optimizer_that_remembers_another_network_is_refused_at_once() -> None:
    rule = nn.Adam()
    Run(rule=rule)()
    run = Run(rule=rule)
    before = run.look()
    with pytest.raises(ValueError, match="network must be the one with which this Adam made its first step"):
        run()
    assert run.look() == before


# Damaged and hostile checkpoints.


def rewritten(path: Path, change: Callable[[dict[str, Any], dict[str, Any]], Any]) -> None:
    """Write a checkpoint again after a change of its description and arrays."""
    about, arrays = nn.storage.read_arrays(path, "checkpoint")
    change(about, arrays)
    nn.storage.write_arrays(path, "checkpoint", about, arrays)


def put(where: str, key: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def change(about: dict[str, Any], arrays: dict[str, Any]) -> None:
        target = {"about": about, "arrays": arrays, "generator": about["generator"]}.get(where)
        (about["generator"]["state"] if target is None else target)[key] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("about", "settings", []), "network must be None, as in the training of"),
        (put("about", "settings", {"network": 5}), "network must be 5, as in the training of"),
        (put("about", "steps", -1), "the number of steps must be an integer of at least 0, got -1"),
        (put("about", "steps", True), "the number of steps must be an integer of at least 0, got True"),
        (put("about", "steps", "6"), "the number of steps must be an integer of at least 0, got '6'"),
        (put("about", "steps", 0), "unexpected ['memory.velocity.0'"),
        (put("about", "generator", {}), "the generator must be in a state of PCG64, got another"),
        (put("about", "generator", None), "the generator must be in a state of PCG64, got another"),
        (put("generator", "bit_generator", "MT19937"), "the generator must be in a state of PCG64"),
        (put("generator", "has_uint32", 2), "the generator must be in a state of PCG64"),
        (put("generator", "uinteger", 2**32), "the generator must be in a state of PCG64"),
        (put("generator", "uinteger", -1), "the generator must be in a state of PCG64"),
        (put("generator", "state", 1), "the generator must be in a state of PCG64"),
        (put("state", "state", 2**128), "the generator must be in a state of PCG64"),
        (put("state", "state", -1), "the generator must be in a state of PCG64"),
        (put("state", "inc", 2**128), "the generator must be in a state of PCG64"),
        (put("state", "inc", -1), "the generator must be in a state of PCG64"),
        (put("state", "inc", "1"), "the generator must be in a state of PCG64"),
        (put("arrays", "parameters.4", np.ones(1)), "1 unexpected ['parameters.4']"),
        (lambda about, arrays: arrays.pop("parameters.3"), "1 missing ['parameters.3']"),
        (lambda about, arrays: arrays.pop("memory.velocity.0"), "1 missing ['memory.velocity.0']"),
        (lambda about, arrays: arrays.pop("history.validation_loss"), "1 missing ['history.validation_loss']"),
        (put("arrays", "parameters.0", np.ones((5, 2))), "parameters.0 must have the shape of the parameter, (2, 5)"),
        (
            put("arrays", "parameters.0", np.ones((2, 5), np.float32)),
            "parameters.0 must have dtype float64, got float32",
        ),
        (
            put("arrays", "memory.velocity.1", np.ones(4)),
            "memory.velocity.1 must have the shape of the parameter, (5,)",
        ),
        (put("arrays", "history.loss", np.ones(3)), "history.penalty must have shape (3,), got (2,)"),
        (put("arrays", "history.penalty", np.ones((2, 1))), "history.penalty must have shape (2,), got (2, 1)"),
        (put("arrays", "history.learning_rate", np.full(2, -1.0)), "learning_rate must be -1.0 in epoch 1"),
    ],
)
def test_a_hostile_checkpoint_is_refused_by_name_and_nothing_changes(
    change: Callable[[dict[str, Any], dict[str, Any]], Any], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "c"
    Run()(epochs=2, checkpoint=path)
    rewritten(path, change)
    run = Run()
    before = run.look()
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        run(checkpoint=path, resume=True)
    assert str(path) in str(caught.value)
    assert run.look() == before


@pytest.mark.parametrize("content", [b"", b"no checkpoint"])
def test_a_foreign_checkpoint_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(content)
    with pytest.raises(ValueError, match="c must be an intact nnbook checkpoint file"):
        Run()(checkpoint=tmp_path / "c", resume=True)
    small().save(tmp_path / "n")
    with pytest.raises(ValueError, match="must be a file of the kind 'nnbook checkpoint', got 'nnbook network'"):
        Run()(checkpoint=tmp_path / "n", resume=True)


@pytest.mark.parametrize("runs", [150, pytest.param(5_000, marks=pytest.mark.long)])
def test_a_damaged_checkpoint_gives_a_value_error_or_the_same_end(runs: int, tmp_path: Path) -> None:
    path = tmp_path / "c"
    Run()(epochs=2, checkpoint=path)
    good = path.read_bytes()
    whole = Run()
    whole(epochs=2)
    rng = np.random.default_rng(runs)
    refused = 0
    for number in range(runs):
        data = bytearray(good[: int(rng.integers(len(good)))] if number % 5 == 0 else good)
        for where in rng.integers(len(data), size=rng.integers(1, 4)) if data else ():
            data[where] ^= 1 << rng.integers(8)
        path.write_bytes(data)
        run = Run()
        before = run.look()
        try:
            run(epochs=2, checkpoint=path, resume=True)
        except ValueError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome is right
            assert run.look() == before
            refused += 1
        else:
            assert run.look() == whole.look()
    assert refused > 0.5 * runs


# Bad input.


class Anything:
    """An object of a wrong type."""


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"network": Anything()}, TypeError, "network must be of type Network, got an object of type Anything"),
        (
            {"train": (TRAIN.inputs, TRAIN.targets)},
            TypeError,
            "train must be of type Dataset, got an object of type tup",
        ),
        ({"train": nn.make_xor()}, ValueError, "train must fit the network and the loss: T must have shape (4, 3)"),
        (
            {"train": nn.Dataset([[1.0]], [[1.0, 0, 0]])},
            ValueError,
            "train must fit the network and the loss: X must ha",
        ),
        (
            {"train": nn.Dataset([[1.0, 2]], [[1.0, 1, 0]])},
            ValueError,
            "train must fit the network and the loss: every",
        ),
        ({"validation": 3}, TypeError, "validation must be of type Dataset, got 3"),
        ({"validation": nn.make_xor()}, ValueError, "validation must fit the network and the loss: T must have shape"),
        ({"loss": "cross entropy"}, TypeError, "loss must be of type Loss, got 'cross entropy'"),
        ({"optimizer": "adam"}, TypeError, "optimizer must be of type Optimizer, got 'adam'"),
        ({"optimizer": nn.SGD}, TypeError, "optimizer must be of type Optimizer"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1, got 0"),
        ({"epochs": 1.0}, TypeError, "epochs must be an integer, got 1.0"),
        ({"epochs": True}, TypeError, "epochs must be an integer, got True"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ({"batch_size": "all"}, TypeError, "batch_size must be an integer, got 'all'"),
        ({"rng": None}, TypeError, "rng must be a numpy.random.Generator or an integer seed, got None"),
        ({"rng": -1}, ValueError, "rng must be at least 0, got -1"),
        ({"l2": -0.1}, ValueError, "l2 must be finite and at least 0, got -0.1"),
        ({"l2": math.nan}, ValueError, "l2 must be finite and at least 0, got nan"),
        ({"l2": "0"}, TypeError, "l2 must be a real number, got '0'"),
        ({"patience": 0}, ValueError, "patience must be at least 1, got 0"),
        ({"patience": 2.5}, TypeError, "patience must be an integer, got 2.5"),
        (
            {"patience": 2, "validation": None},
            ValueError,
            "patience must come with a validation set, got validation=No",
        ),
        ({"progress": "yes"}, TypeError, "progress must be of type bool or NoneType, got 'yes'"),
        ({"resume": True}, ValueError, "resume must come with a checkpoint, got checkpoint=None"),
        ({"resume": 1}, TypeError, "resume must be of type bool, got 1"),
        ({"checkpoint": 7}, TypeError, "checkpoint must be of type str or PathLike, got 7"),
        (
            {"checkpoint": "c", "rng": np.random.Generator(np.random.MT19937(0))},
            ValueError,
            "rng must use PCG64 or PCG64DXSM for a checkpoint, got MT19937",
        ),
        ({"learning_rate": 0.1}, TypeError, "unexpected keyword argument 'learning_rate'"),
    ],
)
def test_bad_input_is_named_and_nothing_changes(
    changes: dict[str, Any], error: type[Exception], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = Run()
    before = run.look()
    given = {"network": run.network, "train": TRAIN, "optimizer": run.optimizer, **run.settings, **changes}
    with pytest.raises(error, match=re.escape(message)):
        fit(given.pop("network"), given.pop("train"), **given)
    assert run.look() == before
    assert not list(tmp_path.iterdir())


def test_a_generator_of_any_kind_works_without_a_checkpoint() -> None:
    for kind in (np.random.MT19937, np.random.Philox, np.random.SFC64, np.random.PCG64DXSM):
        generator = np.random.Generator(kind(0))
        run = Run(loss=Interrupting(18), rng=generator)
        with pytest.warns(RuntimeWarning, match="after 2 of 4 epochs"):
            run()
        expected = np.random.Generator(kind(0))
        for _ in range(2):
            expected.permutation(21)
        assert generator.random() == expected.random()


def test_a_checkpoint_of_another_generator_can_be_resumed(tmp_path: Path) -> None:
    whole, first, second = (Run(rng=np.random.Generator(np.random.PCG64DXSM(0))) for _ in range(3))
    whole()
    first(epochs=2, checkpoint=tmp_path / "c")
    second(checkpoint=tmp_path / "c", resume=True)
    assert second.look()[:3] == whole.look()[:3]
