"""Training: many small steps of an optimizer, epoch after epoch."""

import math
import warnings
from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np
from tqdm import tqdm

from nnbook import _checks
from nnbook._checks import Array
from nnbook._interrupts import Interrupts
from nnbook.backprop import backprop, weight_penalty
from nnbook.checkpoint import Checkpoint, TrainingState, digest, set_parameters
from nnbook.datasets import Dataset
from nnbook.history import History
from nnbook.losses import Loss
from nnbook.metrics import accuracy
from nnbook.network import Network
from nnbook.optimizer_base import Optimizer
from nnbook.storage import PathLike, describe_activation


class DivergenceError(ArithmeticError):
    """Training left the range of finite numbers; the network is as after the last completed epoch.

    Attributes
    ----------
    history : History
        The epochs completed before.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def fit(
    network: Network,
    train: Dataset,
    *,
    validation: Dataset | None = None,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int = 32,
    rng: np.random.Generator | int,
    l2: float = 0.0,
    patience: int | None = None,
    checkpoint: PathLike | None = None,
    resume: bool = False,
    progress: bool | None = None,
) -> History:
    """Train ``network`` in place by mini-batches.

    Every epoch visits all examples once, in a new random order; the last batch may be smaller. Ctrl-C ends the training
    with a warning. However the training ends, network, optimizer and generator are as after the last completed epoch.

    Parameters
    ----------
    network : Network
        The network; its parameters change.
    train : Dataset
        The training examples.
    validation : Dataset, optional
        Examples on which loss and accuracy are measured after every epoch; never used for a step.
    loss : Loss
        The loss.
    optimizer : Optimizer
        The rule that makes steps of gradients. A learning rate that is a function gets the epoch of this training,
        from 1.
    epochs : int
        How many times to go through the training examples, at least 1.
    batch_size : int
        Examples per step, at least 1.
    rng : numpy.random.Generator or int
        Generator or seed of the order of the examples.
    l2 : float
        The factor λ of the penalty ½ λ Σ ‖W‖².
    patience : int, optional
        Stop early after so many epochs without a lower validation loss, and take back the parameters of the best epoch.
    checkpoint : str or path, optional
        A file that holds the whole training, written at the start and after every epoch. It must not exist yet unless
        ``resume``.
    resume : bool
        Go on from the checkpoint if there is one, else begin; so the same call can be repeated after the process was
        killed. Network, optimizer and generator are put into the state in the file, and the end is the same to the bit
        as without the break. All arguments must be the same, save that ``epochs`` may grow.
    progress : bool, optional
        Whether to show a progress bar; by default on a terminal only.

    Returns
    -------
    History
        With the epochs before the break, if the training was resumed.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or the checkpoint is damaged or belongs to another training; the network is then as
        it was.
    DivergenceError
        If the loss, a parameter or the memory of the optimizer is no longer finite.
    OSError
        If the checkpoint cannot be written or read, or exists already without ``resume``.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network.create([2, 8, 1], hidden=nn.tanh, output=nn.sigmoid, rng=1)
    >>> history = nn.fit(network, nn.make_xor(), loss=nn.binary_cross_entropy, optimizer=nn.SGD(learning_rate=0.5),
    ...                  epochs=200, batch_size=4, rng=1)
    >>> nn.accuracy(network, nn.make_xor())
    1.0
    """
    _checks.instance_of(network, Network, "network")
    _checks.instance_of(loss, Loss, "loss")
    _checks.instance_of(optimizer, Optimizer, "optimizer")
    optimizer.check_network(network)
    X, T = _inputs_and_targets(network, train, "train", loss)
    if validation is not None:
        _inputs_and_targets(network, validation, "validation", loss)
    epochs = _checks.as_count(epochs, "epochs")
    batch_size = _checks.as_count(batch_size, "batch_size")
    generator = _checks.as_generator(rng)
    l2 = _checks.as_number(l2, "l2", least=0)
    if patience is not None:
        patience = _checks.as_count(patience, "patience")
        if validation is None:
            raise ValueError("patience must come with a validation set, got validation=None")
    _checks.instance_of(resume, bool, "resume")
    _checks.instance_of(progress, (bool, NoneType), "progress")
    job = _Job(network, X, T, validation, loss, optimizer, batch_size, generator, l2, patience)
    saved = None
    if checkpoint is not None:
        saved = job.checkpoint(checkpoint, seeded=not isinstance(rng, np.random.Generator))
        if saved.path.exists() and not resume:
            raise FileExistsError(f"checkpoint must not exist yet unless resume=True, got {saved.path}")
    elif resume:
        raise ValueError("resume must come with a checkpoint, got checkpoint=None")

    state = job.start()
    stopped = "diverged"
    interrupts = Interrupts()
    try:
        try:
            interrupts.open()
            if saved is not None and saved.path.exists():
                # From the moment when the name is bound, the state in the file is the one to go back to.
                state = job.resumed(saved, epochs)
                state.restore(network, optimizer, generator)
            elif saved is not None:
                saved.write(state)
            with tqdm(
                total=epochs, initial=state.epochs, unit="epoch", disable=None if progress is None else not progress
            ) as bar:
                # Not `while …:`, whose jump back lies outside the try in CPython 3.12 and 3.13, so that Ctrl-C escapes.
                for _ in iter(lambda: state.epochs < epochs and not job.exhausted(state), False):  # noqa: B023 - the newest
                    interrupts.open()
                    # Nothing counts until this name is bound: an epoch is completed in one indivisible moment.
                    state = job.epoch(state)
                    if saved is not None:
                        saved.write(state)
                    bar.update()
                    bar.set_postfix(loss=f"{state.history.loss[-1]:.4g}")
            stopped = "early stopping" if job.exhausted(state) else "finished"
        finally:
            interrupts.held = True
    except KeyboardInterrupt:
        stopped = "interrupted"
    finally:
        state.restore(network, optimizer, generator)
        if stopped == "early stopping":
            set_parameters(network, state.best)
        state.history.stopped = stopped
        interrupts.close()
    if stopped == "interrupted":
        message = f"training was interrupted after {state.epochs} of {epochs} epochs"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    return state.history


@dataclass(frozen=True, eq=False)
class _Job:
    """The checked arguments of one training."""

    network: Network
    X: Array
    T: Array
    validation: Dataset | None
    loss: Loss
    optimizer: Optimizer
    batch_size: int
    generator: np.random.Generator
    l2: float
    patience: int | None

    def checkpoint(self, path: PathLike, *, seeded: bool) -> Checkpoint:
        """Return the file of this training; nothing is written yet."""
        rule = {name: value for name, value in self.optimizer.settings.items() if name != "learning_rate"}
        settings = {
            "network": repr(self.network),
            "activations": str([describe_activation(layer.activation) for layer in self.network.layers]),
            "train": digest(self.X, self.T),
            "validation": "None",
            "loss": repr(self.loss),
            "optimizer": type(self.optimizer).__name__,
            **{f"optimizer.{name}": repr(value) for name, value in rule.items()},
            "batch_size": str(self.batch_size),
            "l2": repr(self.l2),
            "patience": str(self.patience),
        }
        measures = ["loss", "penalty", "learning_rate"]
        if self.validation is not None:
            settings["validation"] = digest(self.validation.inputs, self.validation.targets, self.validation.labels)
            measures += ["validation_loss", *(["validation_accuracy"] if self.validation.labels is not None else [])]
        return Checkpoint(
            path,
            settings,
            measures=measures,
            early_stopping=self.patience is not None,
            generator=self.generator,
            seeded=seeded,
        )

    def resumed(self, saved: Checkpoint, epochs: int) -> TrainingState:
        """Return the state in the file, or refuse it."""
        state = saved.read(self.network, self.optimizer)
        if state.epochs > epochs:
            raise ValueError(f"epochs must be at least {state.epochs}, as many as {saved.path} has, got {epochs}")
        return state

    def start(self) -> TrainingState:
        """Return what the training is before its first epoch."""
        parameters = self.parameters()
        best = parameters if self.patience is not None else []
        return TrainingState(
            0, parameters, 0, best, self.optimizer.state, self.generator.bit_generator.state, History()
        )

    def parameters(self) -> list[Array]:
        """Return copies of the parameters."""
        return [parameter.copy() for parameter in self.network.parameters]

    def exhausted(self, state: TrainingState) -> bool:
        """Say whether the validation loss has not fallen for too many epochs."""
        return self.patience is not None and state.epochs - state.best_epoch >= self.patience

    def epoch(self, before: TrainingState) -> TrainingState:
        """Train for one epoch, write the history and return the state after it."""
        number, history = before.epochs + 1, before.history
        rate = self.optimizer.rate(number)
        with np.errstate(over="ignore", invalid="ignore"):
            mean_loss = self._steps(number)
            measured = [] if self.validation is None else [self._validation_loss(self.validation)]
            penalty = weight_penalty(self.network, self.l2)
        found: dict[str, list[Any]] = {
            "loss": [mean_loss],
            "parameters": self.network.parameters,
            "memory of the optimizer": [a for arrays in self.optimizer.state.memory.values() for a in arrays],
            "penalty": [penalty],
            "validation loss": measured,
        }
        for name, values in found.items():
            if not all(np.isfinite(value).all() for value in values):
                raise DivergenceError(
                    f"{name} must stay finite, got infinity or NaN in epoch {number}; "
                    f"a learning rate below {rate:g} may help",
                    history,
                )
        history.loss.append(mean_loss)
        history.penalty.append(penalty)
        history.learning_rate.append(rate)
        history.validation_loss.extend(measured)
        if self.validation is not None and self.validation.labels is not None:
            history.validation_accuracy.append(accuracy(self.network, self.validation))
        parameters, best_epoch, best = self.parameters(), before.best_epoch, before.best
        if measured and (best_epoch == 0 or measured[0] < history.validation_loss[best_epoch - 1]):
            best_epoch, best = number, parameters if self.patience is not None else []
        generator = self.generator.bit_generator.state
        return TrainingState(number, parameters, best_epoch, best, self.optimizer.state, generator, history)

    def _steps(self, epoch: int) -> float:
        """Make one step for every batch; return the mean loss over the examples, NaN as soon as it is not finite."""
        order = self.generator.permutation(self.X.shape[0])
        total = 0.0
        for start in range(0, order.size, self.batch_size):
            rows = order[start : start + self.batch_size]
            gradients = backprop(self.network, self.X[rows], self.T[rows], loss=self.loss, l2=self.l2)
            if not math.isfinite(gradients.loss):
                return math.nan
            self.optimizer.update(self.network, gradients, epoch=epoch)
            total += gradients.loss * rows.size
        return total / float(order.size)

    def _validation_loss(self, validation: Dataset) -> float:
        return self.network.evaluate(validation.inputs, validation.targets, loss=self.loss)


def _inputs_and_targets(network: Network, dataset: Dataset, name: str, loss: Loss) -> tuple[Array, Array]:
    """Return the data in the dtype of the network, or raise an error that names the dataset."""
    _checks.instance_of(dataset, Dataset, name)
    try:
        X = network.as_inputs(dataset.inputs)
        T = network.as_targets(dataset.targets, X.shape[0])
        loss.check_targets(T)
    except ValueError as error:
        raise ValueError(f"{name} must fit the network and the loss: {error}") from None
    return X, T
