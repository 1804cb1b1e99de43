"""What all optimizers share: the step, the learning rate, and a memory that can be read and put back."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from nnbook import _checks
from nnbook._checks import Array
from nnbook.backprop import Gradients
from nnbook.network import Network
from nnbook.schedules import Schedule, rate_at


@dataclass(frozen=True, eq=False)
class OptimizerState:
    """What an optimizer remembers from step to step.

    Attributes
    ----------
    network : Network or None
        The network to which the memory belongs; None before the first step, and for rules without memory.
    steps : int
        The number of steps made.
    memory : dict of lists of arrays
        For each name of the rule's ``memory_names`` one array for each of ``network.parameters``.
    """

    network: Network | None = None
    steps: int = 0
    memory: dict[str, list[Array]] = field(default_factory=dict)

    def copy(self) -> Self:
        """Return a state with copies of all arrays, for the same network."""
        memory = {name: [array.copy() for array in arrays] for name, arrays in self.memory.items()}
        return type(self)(self.network, self.steps, memory)


class Optimizer(ABC):
    """What training needs of an optimizer: steps θ ← θ − η · direction, with a direction made of the gradient.

    A subclass names the arrays that it remembers for every parameter, which begin as zeros, and says in which
    `direction` to go. Its public attributes are its settings.

    Parameters
    ----------
    learning_rate : float or Schedule
        The factor η, greater than 0: a number, or a function of the epoch, which counts from 1.

    Raises
    ------
    TypeError, ValueError
        If ``learning_rate`` is neither a positive number nor a function.
    """

    memory_names: tuple[str, ...] = ()

    def __init__(self, learning_rate: float | Schedule) -> None:
        first = rate_at(learning_rate, 1)
        self.learning_rate = learning_rate if callable(learning_rate) else first
        self._state = OptimizerState()

    @abstractmethod
    def direction(self, gradient: Array, memory: Mapping[str, Array], step: int) -> Array:
        """Return the direction against which a parameter moves, of the shape of its gradient.

        Parameters
        ----------
        gradient : array
            The gradient, which stays as it is.
        memory : mapping of names to arrays
            What was remembered for this parameter, to be changed in place.
        step : int
            The number of this step, from 1.

        Returns
        -------
        array
        """

    def update(self, network: Network, gradients: Gradients, *, epoch: int = 1) -> None:
        """Change the parameters of ``network`` in place by one step.

        Parameters
        ----------
        network : Network
            The network; an optimizer with memory serves one network only, the first it meets.
        gradients : Gradients
            What `backprop` returns for it.
        epoch : int
            The number of the epoch, from 1, for a learning rate that is a function.

        Raises
        ------
        TypeError, ValueError
            If the gradients do not have the shapes of the parameters, or the memory belongs to another network; nothing
            has changed then.
        """
        _checks.instance_of(network, Network, "network")
        _checks.instance_of(gradients, Gradients, "gradients")
        pairs = list(zip(network.parameters, gradients.parameters))
        if len(gradients.layers) != len(network.layers):
            raise ValueError(f"gradients must have {len(network.layers)} layers, got {len(gradients.layers)}")
        for number, (parameter, gradient) in enumerate(pairs):
            if parameter.shape != gradient.shape:
                name = f"{'Wb'[number % 2]} of layers[{number // 2}]"
                raise ValueError(f"the gradient of {name} must have shape {parameter.shape}, got {gradient.shape}")
        rate = self.rate(epoch)
        self._state = state = self._next_state(network)
        for number, (parameter, gradient) in enumerate(pairs):
            memory = {name: arrays[number] for name, arrays in state.memory.items()}
            parameter -= rate * self.direction(gradient, memory, state.steps)

    def rate(self, epoch: int) -> float:
        """Return the learning rate of an epoch, counted from 1."""
        return rate_at(self.learning_rate, epoch)

    @property
    def settings(self) -> dict[str, Any]:
        """The learning rate and whatever else defines the rule, by name."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    @property
    def state(self) -> OptimizerState:
        """A copy of what the optimizer remembers."""
        return self._state.copy()

    def restore(self, state: OptimizerState) -> None:
        """Put back what `state` returned.

        Parameters
        ----------
        state : OptimizerState
            The state of this optimizer, or of one of the same class.

        Raises
        ------
        TypeError, ValueError
            If it is no state of such an optimizer; nothing has changed then.
        """
        _checks.instance_of(state, OptimizerState, "state")
        names = () if state.network is None else self.memory_names
        if tuple(state.memory) != names:
            raise ValueError(f"state must have the memory {list(names)}, got {list(state.memory)}")
        parameters = [] if state.network is None else state.network.parameters
        for name, arrays in state.memory.items():
            if [(a.shape, a.dtype) for a in arrays] != [(p.shape, p.dtype) for p in parameters]:
                raise ValueError(
                    f"the memory {name} of state must have the shapes and dtypes of network.parameters, "
                    f"got {[a.shape for a in arrays]} for {[p.shape for p in parameters]}"
                )
        self._state = state.copy()

    def check_network(self, network: Network) -> None:
        """Refuse a network other than the one to which the memory belongs.

        Parameters
        ----------
        network : Network
            The network that is to be updated.

        Raises
        ------
        ValueError
            If the optimizer remembers steps of another network.
        """
        if self._state.network not in (None, network):
            raise ValueError(
                f"network must be the one with which this {type(self).__name__} made its first step, "
                "since what it remembers belongs to that one, got another; make a new optimizer"
            )

    def _next_state(self, network: Network) -> OptimizerState:
        """Return the state in which to make the next step, with the same arrays."""
        self.check_network(network)
        old = self._state
        if not self.memory_names:
            return OptimizerState(None, old.steps + 1)
        if old.network is None:
            memory = {name: [np.zeros_like(p) for p in network.parameters] for name in self.memory_names}
            return OptimizerState(network, 1, memory)
        return OptimizerState(network, old.steps + 1, old.memory)

    def __repr__(self) -> str:
        """Return the class with its settings."""
        settings = (f"{name}={_in_short(value)}" for name, value in self.settings.items())
        return f"{type(self).__name__}({', '.join(settings)})"


def _in_short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(getattr(value, "__qualname__", repr(value)))
