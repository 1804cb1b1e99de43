"""The record of a training."""

from dataclasses import dataclass, field, fields


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
    learning_rate : list of float
        The rate of the steps.
    stopped : str
        Why the training ended: "finished", "early stopping", "interrupted" or "diverged".
    """

    loss: list[float] = field(default_factory=list)
    penalty: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    stopped: str = "finished"

    @property
    def best_epoch(self) -> int:
        """The epoch, counted from 1, with the lowest validation loss, the first of equals; 0 without validation."""
        losses = self.validation_loss
        return 1 + losses.index(min(losses)) if losses else 0

    @property
    def lists(self) -> dict[str, list[float]]:
        """The lists by name, those without an entry too."""
        return {part.name: getattr(self, part.name) for part in fields(self) if part.name != "stopped"}

    def shorten(self, epochs: int) -> None:
        """Forget what came after the given number of epochs."""
        for values in self.lists.values():
            del values[epochs:]

    def __len__(self) -> int:
        """Return the number of completed epochs."""
        return len(self.loss)

    def __repr__(self) -> str:
        """Return the number of epochs and the last losses."""
        last = f", loss {self.loss[-1]:.4g}" if self.loss else ""
        last += f", validation loss {self.validation_loss[-1]:.4g}" if self.validation_loss else ""
        return f"History({len(self)} epochs{last}, {self.stopped})"
