"""Conditions of cases, brackets and sums."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce as fold
from typing import Any

import numpy as np

from .graph import Numbers
from .scope import Scope
from .tree import Condition
from .values import scalar

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal,
    "<": np.less,
    ">": np.greater,
    r"\le": np.less_equal,
    r"\ge": np.greater_equal,
    r"\ne": np.not_equal,
}


def holds(condition: Condition, scope: Scope) -> Numbers:
    """Return, for each combination of indices, whether a condition holds."""
    items = [scalar(scope.evaluate(item), "what is compared", condition.position).real for item in condition.items]
    links = [COMPARE[relation](a, b) for relation, a, b in zip(condition.relations, items, items[1:])]
    return np.asarray(fold(np.logical_and, links))
