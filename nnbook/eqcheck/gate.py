"""The gate: every mutant of a formula must be refused, or mean the same as the formula."""

from __future__ import annotations

from dataclasses import dataclass

from .check import check
from .environment import Environment
from .equivalence import equivalent
from .errors import EquationError
from .mutation import Mutant, mutants


@dataclass(frozen=True, slots=True)
class Gate:
    """What became of the mutants of one formula.

    Attributes
    ----------
    refused : int
        Mutants that were refused, as false or as ill-formed.
    equivalent : tuple of Mutant
        Mutants that say the same in other letters or in another order.
    survivors : tuple of Mutant
        Mutants that the check let pass.
    """

    refused: int
    equivalent: tuple[Mutant, ...]
    survivors: tuple[Mutant, ...]


def gate(latex: str, environment: Environment) -> Gate:
    r"""Check all mutants of a formula.

    Parameters
    ----------
    latex : str
        A formula that holds.
    environment : Environment
        What it holds in.

    Returns
    -------
    Gate
        How many were refused, and which were not.

    Raises
    ------
    ParseError
        If the formula itself does not parse.

    Examples
    --------
    >>> from nnbook.eqcheck import Environment, Graph
    >>> def build(rng):
    ...     graph = Graph()
    ...     graph.leaf("x", rng.normal(size=3))
    ...     graph.node("s", lambda x: x.sum(), ["x"])
    ...     return graph
    >>> gate(r"s = \sum_i x_i", Environment("sum", build)).survivors
    ()
    """
    refused = 0
    same: list[Mutant] = []
    survivors: list[Mutant] = []
    for mutant in mutants(latex):
        try:
            check(mutant.latex, environment)
        except EquationError:
            refused += 1
        else:
            (same if equivalent(latex, mutant.latex, environment) else survivors).append(mutant)
    return Gate(refused, tuple(same), tuple(survivors))
