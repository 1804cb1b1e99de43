"""What the environment says about a name, and which unbound letters are indices."""

from __future__ import annotations

from .environment import Environment, plain_name
from .syntax import Atom, Big, Group, Raised, Scripted, Written


class Names:
    """The names of one display.

    Parameters
    ----------
    environment : Environment
        What names are bound to.
    latex : str
        The text of the display.

    Attributes
    ----------
    letters : set of str
        Letters that are bound to nothing and stand where an index stands.
    layers : set of str
        Those of them that count layers.
    """

    def __init__(self, environment: Environment, latex: str) -> None:
        self.environment = environment
        self.latex = latex
        self.letters: set[str] = set()
        self.layers: set[str] = set()

    def is_free(self, name: str) -> bool:
        """Return whether a name is bound to nothing."""
        return name not in self.environment.names

    def find_letters(self, node: object, place: str) -> None:
        """Collect the unbound symbols that stand in subscripts and layers."""
        if isinstance(node, Atom):
            if node.kind == "SYM" and place and self.is_free(node.text):
                self.letters.add(node.text)
                if place == "layer":
                    self.layers.add(node.text)
        elif isinstance(node, Scripted):
            self._find_scripted(node, place)
        elif isinstance(node, Big):
            for chain in node.subscript:
                self.find_letters(chain, "index")
            self.find_letters(node.superscript, "")
            self.find_letters(node.body, place)
        elif isinstance(node, tuple):
            for item in node:
                self.find_letters(item, place)
        elif node is not None and not isinstance(node, str | int):
            for name in node.__slots__:  # type: ignore[attr-defined]
                self.find_letters(getattr(node, name), place)

    def _find_scripted(self, node: Scripted, place: str) -> None:
        base = node.base
        self.find_letters(base, place)
        named = isinstance(base, Atom) and self.full_name(base, node) in self.environment.names
        variable = isinstance(base, Atom) and base.kind == "NABLA"
        if not named:
            sized = isinstance(base, Atom) and self._counts_layers(base.text)
            for chain in node.subscript:
                self.find_letters(chain, "" if variable else "layer" if sized else "index")
        if node.superscript is not None:
            self.find_letters(node.superscript.body, "layer" if self.layer_of(node.superscript) else place)

    def _counts_layers(self, name: str) -> bool:
        """Return whether the index of a name, such as a size d_l, counts from 0 as layers do."""
        return self.environment.first.get(name) == 0 and len(self.environment.states[0].value((name, None)).shape) == 1

    def full_name(self, base: Atom, node: Scripted | None) -> str:
        """Return the normalized spelling of a symbol with its star and its subscript."""
        name = base.text
        if node is not None:
            if node.superscript is not None and any(mark.kind == "STAR" for mark in node.superscript.marks):
                name += "^*"
            if node.subscript:
                start, end = node.subscript[0].start, node.subscript[-1].end
                name += "_" + self.latex[start:end]
        return plain_name(name)

    @staticmethod
    def layer_of(raised: Raised | None) -> Written | None:
        """Return what stands in the parentheses of a superscript, if that is what the superscript is."""
        body = raised.body if raised is not None else None
        if isinstance(body, Group) and body.opened == "LPAR" and len(body.items) == 1 and not body.items[0].relations:
            return body.items[0].items[0]
        return None

    def names_function(self, base: Atom, scripts: Scripted | None) -> bool:
        """Return whether a symbol stands for a function."""
        if base.kind != "SYM":
            return False
        if base.text == "O" and scripts is None and "O" not in self.environment.names:
            return True
        return self.full_name(base, scripts) in self.environment.functions
