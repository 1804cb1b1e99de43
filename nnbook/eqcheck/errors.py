"""What can be wrong with an equation: one error class for each stage of the check."""

from __future__ import annotations

from typing import ClassVar


class EquationError(Exception):
    r"""An equation was refused; the subclass and `stage` say at which stage.

    Parameters
    ----------
    detail : str
        What is wrong, in words.
    position : int or None
        Offset into the LaTeX at which it was noticed; `None` where no single place is to blame.

    Examples
    --------
    >>> from nnbook.eqcheck import NamingError
    >>> print(NamingError(r"no name \zeta", 4))
    name: no name \zeta
    """

    stage: ClassVar[str] = "equation"

    def __init__(self, detail: str, position: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.position = position

    def __str__(self) -> str:
        return f"{self.stage}: {self.detail}"

    def line_and_column(self, latex: str) -> tuple[int, int]:
        r"""Return the line and the column, both from 1, of the position in `latex`.

        Parameters
        ----------
        latex : str
            The text that was checked.

        Returns
        -------
        tuple of int
            Line and column; (1, 1) where the error has no position.

        Examples
        --------
        >>> EquationError("lost", 5).line_and_column("a =\nb + c")
        (2, 2)
        """
        before = latex[: self.position or 0]
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


class ParseError(EquationError):
    """The LaTeX is outside the language."""

    stage = "parse"


class NamingError(EquationError):
    """A name is not bound by the environment, or is bound to something of another kind."""

    stage = "name"


class IndexingError(EquationError):
    """An index, a range or a layer does not exist, or two uses of a letter disagree."""

    stage = "index"


class ShapeError(EquationError):
    """Shapes do not fit; nothing is broadcast save a bias."""

    stage = "shape"


class AmbiguousError(EquationError):
    """The formula can be read in two ways."""

    stage = "ambiguous"


class VacuousError(EquationError):
    """The check could not have failed."""

    stage = "vacuous"


class FalseEquation(EquationError):  # noqa: N818 - it is the name of the finding, and the stage is called "false"
    """The two sides differ."""

    stage = "false"
