"""The values and functions that the equations of the pages are checked against.

Each module binds names for one kind of formula and offers one `environment`. The values come from the library's own
functions, so that formula, code and numerical derivative are three independent witnesses. A good environment has
sizes that differ from each other, several examples, biases that are not zero, curved activations and several outputs:
then a wrong formula has no chance to be right by accident.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

from nnbook.eqcheck import Environment


@cache
def load(name: str) -> Environment:
    """Return the environment of the module called `name`."""
    if name not in names():
        raise LookupError(f"environment must be one of {', '.join(names())}, got {name!r}")
    environment: Environment = import_module(f"environments.{name}").environment
    return environment


@cache
def names() -> tuple[str, ...]:
    """Return the names of all environments."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py")))
