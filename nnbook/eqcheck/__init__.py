"""Every equals sign is an assertion: displayed LaTeX, parsed and evaluated as it stands.

`check` takes the LaTeX of a display and an `Environment` that says what its names are bound to. It needs the
extra ``eqcheck``.
"""

from .check import Report, check
from .environment import Environment
from .errors import (
    AmbiguousError,
    EquationError,
    FalseEquation,
    IndexingError,
    NamingError,
    ParseError,
    ShapeError,
    VacuousError,
)
from .gate import Gate, gate
from .graph import Graph
from .mutation import Mutant, mutants

__all__ = [
    "AmbiguousError",
    "Environment",
    "EquationError",
    "FalseEquation",
    "Gate",
    "Graph",
    "IndexingError",
    "Mutant",
    "NamingError",
    "ParseError",
    "Report",
    "ShapeError",
    "VacuousError",
    "check",
    "gate",
    "mutants",
]
