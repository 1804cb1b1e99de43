"""Everything that a training is between two epochs: to go back to it, or to go on from it in another process."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from nnbook import _checks
from nnbook._checks import Array
from nnbook.history import History
from nnbook.network import Network
from nnbook.optimizer_base import Optimizer, OptimizerState
from nnbook.storage import PathLike, as_path, check_names, read_arrays, write_arrays

_GENERATORS = ("PCG64", "PCG64DXSM")


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A training after a number of completed epochs. Nobody changes its arrays.

    Attributes
    ----------
    epochs : int
        The number of completed epochs.
    parameters : list of arrays
        Those of the network.
    best_epoch : int
        The epoch with the lowest validation loss, from 1; 0 without one.
    best : list of arrays
        The parameters after that epoch, for early stopping; else empty.
    optimizer : OptimizerState
        What the optimizer remembers.
    generator : mapping
        The state of the random numbers.
    history : History
        The record. It may have grown since, by entries of an epoch that was not completed.
    """

    epochs: int
    parameters: list[Array]
    best_epoch: int
    best: list[Array]
    optimizer: OptimizerState
    generator: Mapping[str, Any]
    history: History

    def restore(self, network: Network, optimizer: Optimizer, generator: np.random.Generator) -> None:
        """Put network, optimizer, generator and history into this state, in place."""
        set_parameters(network, self.parameters)
        optimizer.restore(self.optimizer)
        generator.bit_generator.state = self.generator
        self.history.shorten(self.epochs)


def set_parameters(network: Network, values: Iterable[Array]) -> None:
    """Change the parameters of ``network`` in place to ``values``, in their order."""
    for parameter, value in zip(network.parameters, values, strict=True):
        parameter[...] = value


class Checkpoint:
    """A file that holds the state of one training.

    Parameters
    ----------
    path : str or path
        The file.
    settings : mapping of str to str
        What has to agree when the training goes on, in words: the network, the data, the optimizer …
    measures : sequence of str
        The lists of the history that have an entry for each epoch.
    early_stopping : bool
        Whether the best parameters are kept.
    generator : numpy.random.Generator
        The random numbers, before the first epoch.
    seeded : bool
        Whether they come from a seed, which then has to agree too. A generator is put into the state in the file, like
        the network and the optimizer.

    Raises
    ------
    TypeError, ValueError
        If ``path`` is none, or the random numbers are of a kind that has no checkpoints.
    """

    def __init__(
        self,
        path: PathLike,
        settings: Mapping[str, str],
        *,
        measures: Sequence[str],
        early_stopping: bool,
        generator: np.random.Generator,
        seeded: bool,
    ) -> None:
        self.path = as_path(path, "checkpoint")
        self.start = generator.bit_generator.state
        self.kind = str(self.start["bit_generator"])
        if self.kind not in _GENERATORS:
            raise ValueError(f"rng must use {' or '.join(_GENERATORS)} for a checkpoint, got {self.kind}")
        self.settings = {**settings, "rng": self.kind}
        self.measures, self.early_stopping, self.seeded = tuple(measures), early_stopping, seeded

    def write(self, state: TrainingState) -> None:
        """Replace the file by one with this state, whole or not at all."""
        about = {
            "settings": self.settings,
            "start": self.start,
            "generator": state.generator,
            "steps": state.optimizer.steps,
        }
        groups = {"parameters": state.parameters, "best": state.best}
        groups |= {f"memory.{name}": arrays for name, arrays in state.optimizer.memory.items()}
        arrays = {
            name: array for group, members in groups.items() for name, array in zip(_names(group, members), members)
        }
        lists = state.history.lists
        arrays |= {f"history.{name}": np.array(lists[name], np.float64) for name in self.measures}
        write_arrays(self.path, "checkpoint", about, arrays)

    def read(self, network: Network, optimizer: Optimizer) -> TrainingState:
        """Return the state in the file, for this network and optimizer, which stay as they are.

        Raises
        ------
        ValueError
            If the file is damaged or hostile, or a setting of its training does not agree.
        OSError
            If the file cannot be read.
        """
        about, arrays = read_arrays(self.path, "checkpoint")
        stored = about.get("settings")
        for name, given in self.settings.items():
            found = stored.get(name) if isinstance(stored, dict) else None
            if found != given:
                self._refuse(f"{name} must be {found!s:.200}", given)
        if self.seeded and about.get("start") != self.start:
            self._refuse("rng must be the seed", "another")
        try:
            state = self._state(about, arrays, network, optimizer)
        except ValueError as error:
            raise ValueError(f"{self.path} must hold a training, got a damaged one: {error!s:.200}") from None
        for epoch, rate in enumerate(state.history.learning_rate, start=1):
            if optimizer.rate(epoch) != rate:
                self._refuse(f"learning_rate must be {rate} in epoch {epoch}", optimizer.rate(epoch))
        return state

    def _refuse(self, expected: str, got: object) -> NoReturn:
        raise ValueError(f"{expected}, as in the training of {self.path}, got {got}")

    def _state(
        self, about: dict[str, Any], arrays: dict[str, Array], network: Network, optimizer: Optimizer
    ) -> TrainingState:
        steps = about.get("steps")
        if type(steps) is not int or steps < 0:
            raise ValueError(f"the number of steps must be an integer of at least 0, got {steps!r}")
        groups = ["parameters", *(["best"] if self.early_stopping else [])]
        memory = optimizer.memory_names if steps else ()
        groups += [f"memory.{name}" for name in memory]
        parameters = network.parameters
        names = {group: _names(group, parameters) for group in groups}
        lists = {name: f"history.{name}" for name in self.measures}
        check_names(arrays, [*(name for group in names.values() for name in group), *lists.values()])

        values = {group: [arrays[name] for name in names[group]] for group in groups}
        for group in groups:
            for name, value, parameter in zip(names[group], values[group], parameters):
                _checks.same_shape(parameter, "the parameter", value, name)
                if value.dtype != parameter.dtype:
                    raise ValueError(f"{name} must have dtype {parameter.dtype}, got {value.dtype}")
        history = History()
        epochs = arrays["history.loss"].size
        for name, member in lists.items():
            if arrays[member].shape != (epochs,):
                raise ValueError(f"{member} must have shape {(epochs,)}, got {arrays[member].shape}")
            history.lists[name].extend(arrays[member].tolist())
        return TrainingState(
            epochs,
            values["parameters"],
            history.best_epoch,
            values.get("best", []),
            OptimizerState(network if memory else None, steps, {name: values[f"memory.{name}"] for name in memory}),
            _generator_state(about.get("generator"), self.kind),
            history,
        )


def _names(group: str, members: Sequence[Array]) -> list[str]:
    return [f"{group}.{number}" for number in range(len(members))]


def _generator_state(value: object, kind: str) -> Mapping[str, Any]:
    """Return the state of a generator of this kind; NumPy itself does not check the ranges."""
    match value:
        case {
            "bit_generator": str(found),
            "state": {"state": int(state), "inc": int(inc)},
            "has_uint32": int(has_uint32),
            "uinteger": int(uinteger),
        } if (
            found == kind
            and 0 <= state < 2**128
            and 0 <= inc < 2**128
            and has_uint32 in (0, 1)
            and 0 <= uinteger < 2**32
        ):
            inner = {"state": state, "inc": inc}
            return {"bit_generator": kind, "state": inner, "has_uint32": has_uint32, "uinteger": uinteger}
    raise ValueError(f"the generator must be in a state of {kind}, got another")


def digest(*arrays: Array | None) -> str:
    """Return a few letters that stand for the arrays: their bytes, shapes and dtypes."""
    total = hashlib.sha256()
    for array in arrays:
        if array is None:
            total.update(b"none")
        else:
            total.update(f"{array.dtype.str}{array.shape}".encode())
            total.update(np.ascontiguousarray(array).data)
    return f"data with digest {total.hexdigest()[:16]}"
