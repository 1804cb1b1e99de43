"""Training: many small steps of an optimizer, epoch after epoch."""

import math
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from tqdm import tqdm

from nnbook import _checks
from nnbook.backprop import backprop, weight_penalty
from nnbook.datasets import Dataset
from nnbook.losses import Loss
from nnbook.network import Network
from nnbook.optimizers import SGD


@dataclass
class History:
    """What happened in a training, one entry an epoch in each list.

    Attributes
    ----------
    loss : list of float
        Training loss without the penalty: the mean over the examples, each taken just before the step that used it.
    penalty : list of float
        ½ λ Σ ‖W‖² at the end of the epoch; zeros without ``l2``.
    validation_loss, validation_accuracy : list of float
        On the validation set at the end of the epoch; empty without one, and no accuracy without labels.
    best_epoch : int
        The epoch, counted from 1, with the lowest validation loss; 0 without a validation set.
    stopped : str
        Why the training ended: "finished", "early stopping" or "interrupted".
    """

    loss: list[float] = field(default_factory=list)
    penalty: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    best_epoch: int = 0
    stopped: str = "finished"

    def __len__(self) -> int:
        """Return the number of completed epochs."""
        return len(self.loss)

    def __repr__(self) -> str:
        """Return the number of epochs and the last losses."""
        last = f", loss {self.loss[-1]:.4g}" if self.loss else ""
        last += f", validation loss {self.validation_loss[-1]:.4g}" if self.validation_loss else ""
        return f"History({len(self)} epochs{last}, {self.stopped})"


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
    optimizer: SGD,
    epochs: int,
    batch_size: int = 32,
    rng: np.random.Generator | int,
    l2: float = 0.0,
    patience: int | None = None,
    progress: bool | None = None,
) -> History:
    """Train ``network`` in place by mini-batches.

    Every epoch visits all examples once, in a new random order; the last batch may be smaller. Ctrl-C ends the training
    with a warning; the network is then as after the last completed epoch.

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
    optimizer : SGD
        The rule that makes steps of gradients.
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
    progress : bool, optional
        Whether to show a progress bar; by default on a terminal only.

    Returns
    -------
    History

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the network is then as it was.
    DivergenceError
        If the loss or a parameter is no longer finite.

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
    _checks.instance_of(optimizer, SGD, "optimizer")
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

    history = History()
    saved = best = [p.copy() for p in network.parameters]
    bar = tqdm(total=epochs, unit="epoch", disable=None if progress is None else not progress)
    try:
        while len(history) < epochs:
            mean_loss = _epoch(network, X, T, loss, optimizer, batch_size, generator, l2)
            if not (math.isfinite(mean_loss) and all(np.isfinite(p).all() for p in network.parameters)):
                raise DivergenceError(
                    f"loss and parameters must stay finite, got a loss of {mean_loss} in epoch {len(history) + 1}; "
                    f"a learning rate below {optimizer.learning_rate:g} may help",
                    history,
                )
            validated = _validate(network, validation, loss)
            # From here to the end of the epoch nothing can fail, so network and history stay in step.
            saved = [p.copy() for p in network.parameters]
            history.loss.append(mean_loss)
            history.penalty.append(weight_penalty(network, l2))
            if validated is not None:
                history.validation_loss.append(validated[0])
                history.validation_accuracy.extend(validated[1:])
                if validated[0] <= min(history.validation_loss):
                    history.best_epoch, best = len(history), saved
            bar.update()
            bar.set_postfix(loss=f"{mean_loss:.4g}")
            if patience is not None and len(history) - history.best_epoch >= patience:
                history.stopped, saved = "early stopping", best
                break
    except KeyboardInterrupt:
        history.stopped = "interrupted"
        warnings.warn(f"training was interrupted after {len(history)} of {epochs} epochs", RuntimeWarning, stacklevel=2)
    finally:
        for parameter, value in zip(network.parameters, saved):
            parameter[...] = value
        bar.close()
    return history


def _inputs_and_targets(network: Network, dataset: Dataset, name: str, loss: Loss) -> tuple[Any, Any]:
    """Return the data in the dtype of the network, or raise an error that names the dataset."""
    _checks.instance_of(dataset, Dataset, name)
    try:
        X = network.as_inputs(dataset.inputs)
        T = network.as_targets(dataset.targets, X.shape[0])
        loss.check_targets(T)
    except ValueError as error:
        raise ValueError(f"{name} must fit the network and the loss: {error}") from None
    return X, T


def _epoch(
    network: Network,
    X: Any,
    T: Any,
    loss: Loss,
    optimizer: SGD,
    batch_size: int,
    generator: np.random.Generator,
    l2: float,
) -> float:
    """Make one step for every batch; return the mean loss over the examples, NaN as soon as it is not finite."""
    order = generator.permutation(X.shape[0])
    total = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, order.size, batch_size):
            rows = order[start : start + batch_size]
            gradients = backprop(network, X[rows], T[rows], loss=loss, l2=l2)
            if not math.isfinite(gradients.loss):
                return math.nan
            optimizer.update(network, gradients)
            total += gradients.loss * rows.size
    return total / float(order.size)


def _validate(network: Network, validation: Dataset | None, loss: Loss) -> tuple[float, ...] | None:
    """Return the loss on the validation set and, where there are labels, the accuracy."""
    if validation is None:
        return None
    value = network.evaluate(validation.inputs, validation.targets, loss=loss)
    if validation.labels is None:
        return (value,)
    return value, float((network.predict_classes(validation.inputs) == validation.labels).mean())
