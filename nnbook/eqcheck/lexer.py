r"""Turns the LaTeX of a display into tokens; the only module that looks at single characters.

A hand-written lexer, for three reasons. A command ends where its letters end, so ``\in`` never swallows the
head of ``\int``. White space, size commands, annotations and the scaffolding of ``aligned`` are dropped here,
once. And a grammar whose terminals are only declared has no regular expressions that could collide, so its
strict mode checks all that is left to check.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .errors import ParseError

MAX_LENGTH = 6000
MAX_TOKENS = 1500
MAX_NESTING = 25
MAX_SUMS = 24


class Token(NamedTuple):
    """A token: its terminal in the grammar, its normalized text, and where it stands in the LaTeX."""

    kind: str
    text: str
    start: int
    end: int


RELATIONS = {
    "=": "=",
    ":=": ":=",
    r"\coloneqq": ":=",
    r"\approx": r"\approx",
    "<": "<",
    r"\lt": "<",
    ">": ">",
    r"\gt": ">",
    r"\le": r"\le",
    r"\leq": r"\le",
    r"\ge": r"\ge",
    r"\geq": r"\ge",
    r"\ne": r"\ne",
    r"\neq": r"\ne",
    r"\in": r"\in",
    r"\leftarrow": r"\leftarrow",
}
OPERATORS = {r"\cdot": r"\cdot", r"\times": r"\times", r"\odot": r"\odot", r"\oslash": r"\oslash", "/": "/"}
FUNCTIONS = {"exp", "log", "ln", "max", "min", "tanh", "sin", "cos", "sinh", "cosh"}
GREEK = {
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "varepsilon",
    "zeta",
    "eta",
    "theta",
    "vartheta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "phi",
    "varphi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Xi",
    "Pi",
    "Sigma",
    "Phi",
    "Psi",
    "Omega",
    "ell",
}
DECORATIONS = {"hat", "widehat", "bar", "overline", "tilde", "widetilde", "dot", "vec", "mathbf", "boldsymbol", "bm"}
DECORATIONS |= {"mathrm", "mathit", "mathcal", "mathsf", "mathbb"}
SIZES = {"left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl"}
SIZES |= {"Biggr", "displaystyle", "textstyle", "limits", "nonumber", "mathstrut"}
WORDS = {
    "sum": "BIG",
    "prod": "BIG",
    "frac": "FRAC",
    "dfrac": "FRAC",
    "tfrac": "FRAC",
    "sqrt": "SQRT",
    "partial": "PARTIAL",
    "nabla": "NABLA",
    "top": "TOP",
    "prime": "PRIME",
    "lVert": "LNORM",
    "rVert": "RNORM",
    "lvert": "LABS",
    "rvert": "RABS",
    "dots": "DOTS",
    "ldots": "DOTS",
    "cdots": "DOTS",
}
CHARACTERS = {"(": "LPAR", ")": "RPAR", "[": "LSQ", "]": "RSQ", "+": "PLUS", "-": "MINUS", "*": "STAR", "_": "SUB"}
CHARACTERS |= {"^": "SUP"}
MATRICES = {"pmatrix", "bmatrix"}
ALIGNMENTS = {"aligned", "split", "gathered", "alignedat"}
BRACKETS = {"(", "[", "NORM", "ABS", "set"}
OTHERWISE = {"otherwise", "else"}
_WORD = re.compile(r"\\([A-Za-z]+)\*?")
_SPACE = re.compile(r"(?:\s|%[^\n]*(?:\n|$)|~|\\[,;:!>])+")
_LEADING = re.compile(r"(?:\s|&|\\q?quad(?![A-Za-z])|\{\s*\}|\\[,;:!>])+")
_EMPTY = re.compile(r"\{\s*\}")
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)


class Scanner:
    """One pass over one display; `tokens` holds the result."""

    def __init__(self, latex: str) -> None:
        if len(latex) > MAX_LENGTH:
            raise ParseError(f"a display must have at most {MAX_LENGTH} characters, got {len(latex)}", MAX_LENGTH)
        self.latex = latex
        self.position = 0
        self.tokens: list[Token] = []
        self.open: list[str] = []  # braces, brackets and environments that are open
        self.annotated: list[int] = []  # depths at which a brace of \underbrace closes
        self.fraction_arguments = 0
        while self.skip_space():
            self.step()
        if self.open:
            raise ParseError(f"{self.open[-1].rstrip('0123456789')} is never closed", len(latex))
        while self.tokens and self.tokens[-1].kind == "SEP":
            self.tokens.pop()

    def skip_space(self) -> bool:
        """Skip white space and comments; return whether anything is left."""
        if space := _SPACE.match(self.latex, self.position):
            self.position = space.end()
        return self.position < len(self.latex)

    def emit(self, kind: str, text: str, start: int) -> None:
        """Append a token that ends at the current position."""
        if len(self.tokens) >= MAX_TOKENS:
            raise ParseError(f"a display must have at most {MAX_TOKENS} tokens", start)
        self.tokens.append(Token(kind, text, start, self.position))

    def enter(self, what: str, start: int) -> None:
        """Note an opening bracket."""
        if len(self.open) >= MAX_NESTING:
            raise ParseError(f"nesting must be at most {MAX_NESTING} deep", start)
        self.open.append(what)

    def leave(self, what: str, start: int) -> None:
        """Note a closing bracket, which must match."""
        if not self.open or self.open[-1] != what:
            expected = f"expected the end of {self.open[-1]}" if self.open else "nothing is open"
            raise ParseError(f"{self.latex[start : self.position]} closes {what}, but {expected}", start)
        self.open.pop()

    def step(self) -> None:
        """Read one token."""
        start, latex = self.position, self.latex
        character = latex[start]
        if word := _WORD.match(latex, start):
            self.position = start + 1 + len(word[1])
            self.word(word[1], start)
            return
        if latex.startswith(("\\\\", "\\{", "\\}", "\\ "), start):
            self.position += 2
            self.control(latex[start + 1], start)
            return
        if character.isdigit() and (number := _NUMBER.match(latex, start)):
            # After _, ^ and \frac TeX takes one digit: x_12 is x_1 followed by 2.
            single = self.fraction_arguments > 0 or (self.tokens and self.tokens[-1].kind in {"SUB", "SUP"})
            self.position = start + 1 if single else number.end()
            self.argument_read()
            self.emit("NUMBER", latex[start : self.position], start)
            return
        self.position += 2 if latex.startswith(":=", start) else 1
        text = latex[start : self.position]
        if text in RELATIONS:
            self.emit("REL", RELATIONS[text], start)
        elif text in OPERATORS:
            self.emit("OP", text, start)
        elif character.isascii() and character.isalpha():
            self.argument_read()
            self.emit("SYM", character, start)
        else:
            self.punctuation(character, start)

    def punctuation(self, character: str, start: int) -> None:
        """Read a character that is neither letter, digit, relation nor operator."""
        if character == "'":
            while self.latex.startswith("'", self.position):
                self.position += 1
            self.emit("PRIMES", "'" * (self.position - start), start)
        elif empty := _EMPTY.match(self.latex, start):
            self.position = empty.end()
        elif character == "{":
            self.fraction_arguments, pending = 0, self.fraction_arguments
            self.enter(f"{{{pending}", start)
            self.emit("LBRACE", "{", start)
        elif character == "}":
            if not self.open or not self.open[-1].startswith("{"):
                raise ParseError("} closes nothing that { opened", start)
            self.fraction_arguments = max(0, int(self.open.pop()[1:]) - 1)
            self.emit("RBRACE", "}", start)
            self.skip_annotation()
        elif character in CHARACTERS:
            if character in "([":
                self.enter(character, start)
            elif character in ")]":
                # ( may close as ]: an interval may be half open.
                self.leave(self.open[-1] if self.open and self.open[-1] in "([" else "(", start)
            self.emit(CHARACTERS[character], character, start)
        elif character == "&":
            self.ampersand(start)
        elif character == ",":
            self.comma(start)
        elif character == ".":
            self.full_stop(start)
        elif character == "|":
            raise ParseError(r"write \lvert x \rvert or \lVert x \rVert: | does not say whether it opens", start)
        else:
            raise ParseError(f"unexpected character {character!r}", start)

    def argument_read(self) -> None:
        r"""Count down the arguments that a \frac still waits for."""
        self.fraction_arguments = max(0, self.fraction_arguments - 1)

    def alignment(self) -> bool:
        """Return whether the innermost environment only aligns; parentheses may stay open from line to line."""
        containers = [what for what in self.open if what not in BRACKETS]
        return bool(containers) and containers[-1] in ALIGNMENTS

    def ampersand(self, start: int) -> None:
        """Keep the & of matrices and cases, drop that of alignments."""
        if not self.alignment():
            if self.tokens and self.tokens[-1].kind == "COMMA":
                self.tokens.pop()
            self.emit("AMP", "&", start)

    def comma(self, start: int) -> None:
        r"""Read a comma: before \quad or a new line it separates statements, at an end it is punctuation."""
        rest = self.latex[self.position :].lstrip("\n\t &")
        if rest.startswith((r"\quad", r"\qquad", "\\\\")) and (self.alignment() or not self.open):
            self.separate(start)
        elif rest.strip() and not rest.startswith((r"\end", "\\\\")):
            self.emit("COMMA", ",", start)

    def full_stop(self, start: int) -> None:
        """Drop a full stop at the end of a line; anywhere else it is an error."""
        rest = self.latex[self.position :].lstrip()
        if rest and not rest.startswith((r"\end", r"\\", r"\quad", r"\qquad")):
            raise ParseError("a full stop may only end a statement", start)

    def separate(self, start: int) -> None:
        """Start a new statement, unless one has just been started."""
        if self.tokens and self.tokens[-1].kind != "SEP":
            self.emit("SEP", ";", start)

    def separator(self, start: int) -> None:
        r"""Read \\ or \quad: a new statement begins, unless a line goes on with an operator or within parentheses."""
        rest = _LEADING.sub("", self.latex[self.position :])
        goes_on = rest.startswith(("+", "-", "=", ":=", "<", ">", "/")) or (
            (word := _WORD.match(rest)) and ("\\" + word[1] in RELATIONS or "\\" + word[1] in OPERATORS)
        )
        if not goes_on and not any(what in BRACKETS for what in self.open):
            self.separate(start)

    def control(self, character: str, start: int) -> None:
        r"""Read \\, \{, \} or a control space."""
        if character == "\\":
            if self.alignment() or not self.open:
                self.separator(start)
            elif not self.latex[self.position :].lstrip().startswith(r"\end"):
                self.emit("NL", "\\\\", start)
        elif character == " ":
            if self.open and self.open[-1] == "[" and self.tokens[-1].kind != "BLANK":
                self.emit("BLANK", " ", start)
        elif character == "{":
            self.enter("set", start)
            self.emit("LSET", "{", start)
        else:
            self.leave("set", start)
            self.emit("RSET", "}", start)

    def word(self, word: str, start: int) -> None:
        """Read a command."""
        command = "\\" + word
        if word in SIZES:
            return
        if word in {"quad", "qquad"}:
            if self.alignment() or not self.open:
                self.separator(start)
        elif word in FUNCTIONS:
            self.emit("FUNC", word.replace("ln", "log"), start)
        elif word == "arg":
            self.skip_space()
            if not (extremum := re.match(r"\\(max|min)(?![A-Za-z])", self.latex[self.position :])):
                raise ParseError(r"\arg must be followed by \max or \min", start)
            self.position += extremum.end()
            self.emit("FUNC", "arg" + extremum[1], start)
        elif command in RELATIONS:
            self.emit("REL", RELATIONS[command], start)
        elif command in OPERATORS:
            self.emit("OP", OPERATORS[command], start)
        elif word in WORDS:
            self.known_word(word, start)
        elif word in GREEK:
            self.argument_read()
            self.emit("SYM", command, start)
        elif word in DECORATIONS:
            self.decorated(word, start)
        elif word in {"text", "textrm", "textbf", "textit", "mbox"}:
            self.text(start)
        elif word in {"operatorname", "operatornamewithlimits"}:
            self.operator_name(start)
        elif word in {"underbrace", "overbrace"}:
            self.annotated.append(len(self.open))
        elif word in {"begin", "end"}:
            self.environment(word, start)
        else:
            raise ParseError(f"unknown command {command}", start)

    def known_word(self, word: str, start: int) -> None:
        """Read a command that is a terminal of its own."""
        kind = WORDS[word]
        if kind == "FRAC":
            self.fraction_arguments = 2
        elif kind in {"LNORM", "LABS"}:
            self.enter(kind[1:], start)
        elif kind in {"RNORM", "RABS"}:
            self.leave(kind[1:], start)
        elif kind == "BIG" and sum(token.kind == "BIG" for token in self.tokens) >= MAX_SUMS:
            raise ParseError(f"a display must have at most {MAX_SUMS} sums and products", start)
        self.emit(kind, word, start)

    def braced(self, start: int) -> str:
        """Read `{…}` as plain text; braces inside must balance."""
        self.skip_space()
        if not self.latex.startswith("{", self.position):
            raise ParseError("expected {", start)
        depth, begin = 0, self.position + 1
        for position in range(self.position, len(self.latex)):
            depth += {"{": 1, "}": -1}.get(self.latex[position], 0)
            if depth == 0:
                self.position = position + 1
                return self.latex[begin:position]
        raise ParseError("{ is never closed", start)

    def skip_annotation(self) -> None:
        r"""Skip what stands under the brace of an \underbrace that has just been closed."""
        if self.annotated and self.annotated[-1] == len(self.open):
            self.annotated.pop()
            self.skip_space()
            if self.latex.startswith(("_", "^"), self.position):
                self.position += 1
                self.braced(self.position - 1)

    def text(self, start: int) -> None:
        r"""Read \text{…}: a part of a name in a subscript, the last case of cases, else an annotation."""
        text = self.braced(start).strip()
        if len(self.tokens) > 1 and [token.kind for token in self.tokens[-2:]] == ["SUB", "LBRACE"]:
            self.emit("TEXT", text, start)
        elif text.isalpha() and (not self.tokens or self.tokens[-1].kind == "SEP") and self.relation_follows():
            self.emit("SYM", rf"\text{{{text}}}", start)
        elif text.lower() in OTHERWISE:
            self.emit("OTHERWISE", text, start)
        elif self.tokens and self.tokens[-1].kind not in {"AMP", "COMMA", "LBRACE", "NL"}:
            # "q = r for all r": what follows the words is no factor.
            self.separate(start)

    def relation_follows(self) -> bool:
        """Return whether a relation comes next, so that a word before it is a name and no annotation."""
        self.skip_space()
        return self.latex[self.position :].lstrip("& \n").startswith(("=", ":=", "<", ">", r"\approx", r"\le", r"\ge"))

    def operator_name(self, start: int) -> None:
        r"""Read \operatorname{…}."""
        if self.latex.startswith("*", self.position):
            self.position += 1
        name = re.sub(r"\\,|\s", "", self.braced(start))
        if not name.isalpha():
            raise ParseError(f"the name of an operator must be letters, got {name!r}", start)
        self.emit("FUNC", name, start)

    def decorated(self, word: str, start: int) -> None:
        r"""Read a decorated symbol as one token, whose text is its normalized spelling such as ``\hat{y}``."""
        name = self.decoration(word, start, 0)
        self.argument_read()
        if name in {r"\mathrm{d}", r"\mathbb{E}", r"\mathbb{R}"}:
            self.emit({"d": "D", "E": "EXPECT", "R": "REALS"}[name[-2]], name, start)
        elif self.tokens and len(self.tokens) > 1 and word == "mathrm" and len(name) > len(r"\mathrm{x}"):
            in_subscript = [token.kind for token in self.tokens[-2:]] == ["SUB", "LBRACE"]
            self.emit("TEXT" if in_subscript else "SYM", name[8:-1] if in_subscript else name, start)
        else:
            self.emit("SYM", name, start)

    def decoration(self, word: str, start: int, depth: int) -> str:
        """Return the normalized spelling of a decoration and what it decorates."""
        self.skip_space()
        braces = self.latex.startswith("{", self.position)
        if braces:
            self.position += 1
            self.skip_space()
        inner = re.match(r"\\([A-Za-z]+)|[A-Za-z0-9]+" if braces else r"\\([A-Za-z]+)|[A-Za-z0-9]", self.rest(), re.A)
        if inner is None or depth > 3:
            raise ParseError(rf"\{word} must decorate one symbol", start)
        self.position += inner.end()
        if inner[1] in DECORATIONS:
            name = self.decoration(inner[1], start, depth + 1)
        elif inner[1] is not None and inner[1] not in GREEK:
            raise ParseError(rf"\{word} must decorate one symbol", start)
        else:
            name = inner[0]
        if braces:
            self.skip_space()
            if not self.latex.startswith("}", self.position):
                raise ParseError(rf"\{word} must decorate one symbol", start)
            self.position += 1
        return rf"\{word}{{{name}}}"

    def rest(self) -> str:
        """Return what has not been read."""
        return self.latex[self.position : self.position + 80]

    def environment(self, word: str, start: int) -> None:
        r"""Read \begin{…} and \end{…}."""
        name = self.braced(start).strip()
        if name in ALIGNMENTS:
            if any(opened not in ALIGNMENTS for opened in self.open):
                raise ParseError(f"{name} may not stand inside other brackets", start)
            kind = ""
        elif name in MATRICES or name == "cases":
            kind = ("B" if word == "begin" else "E") + ("CASES" if name == "cases" else "MAT")
        else:
            raise ParseError(f"unknown environment {name!r}", start)
        if word == "begin":
            self.enter(name, start)
        else:
            self.leave(name, start)
        if kind:
            self.emit(kind, name, start)


def tokenize(latex: str) -> list[Token]:
    r"""Return the tokens of a display.

    Parameters
    ----------
    latex : str
        The LaTeX between the dollar signs or inside the directive.

    Returns
    -------
    list of Token
        Tokens in the order of the text.

    Raises
    ------
    ParseError
        Where a character, a command or a bracket is outside the language.

    Examples
    --------
    >>> [token.kind for token in tokenize(r"\hat y_1 = \tfrac12 x")]
    ['SYM', 'SUB', 'NUMBER', 'REL', 'FRAC', 'NUMBER', 'NUMBER', 'SYM']
    """
    return Scanner(latex).tokens
