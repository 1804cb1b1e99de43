"""What may import what, what importing the library loads, and what every public name offers."""

import ast
import inspect
import re
import subprocess
import sys
import types
from importlib.metadata import requires
from pathlib import Path

import pytest

import nnbook as nn

LIBRARY = Path(nn.__file__).parent

# A module may import modules of the rows above its own, and no others.
RANKS = [
    ["_checks", "_interrupts"],
    ["activations", "datasets", "history", "schedules"],
    ["losses", "initializers", "storage"],
    ["network", "mnist"],
    ["backprop"],
    ["layers", "gradient_check", "metrics", "optimizer_base"],
    ["optimizers", "checkpoint"],
    ["training"],
    ["plotting"],
]
# These stand apart: they import nothing else of the library, and nothing imports them.
APART = ["exercises", "eqcheck"]
# What may be imported beside NumPy and the standard library, and where; cycler comes with matplotlib.
OTHERS = {"tqdm": {"training"}, "matplotlib": {"plotting"}, "cycler": {"plotting"}, "lark": {"eqcheck"}}

RANK = {module: rank for rank, modules in enumerate(RANKS) for module in modules}


def sources():
    """Every file of the library with the name of its module or package, the part behind ``nnbook``."""
    for path in sorted(LIBRARY.rglob("*.py")):
        parts = path.relative_to(LIBRARY).with_suffix("").parts
        yield path, parts


def imported(path, parts):
    """The full names of all modules that a file imports, at its head or within a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ["nnbook", *parts[:-1]]
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            if name == "nnbook":
                yield from (f"nnbook.{alias.name}" for alias in node.names)
            else:
                yield name


FILES = [pytest.param(path, parts, id="/".join(parts)) for path, parts in sources()]
INNER = [param for param in FILES if param.values[1] != ("__init__",)]


def test_every_module_has_exactly_one_place_in_the_table():
    listed = [module for row in RANKS for module in row] + APART
    found = {parts[0] for _, parts in sources()} - {"__init__"}
    assert sorted(listed) == sorted(found)


@pytest.mark.parametrize(("path", "parts"), INNER)
def test_imports_run_one_way(path, parts):
    own = parts[0]
    for name in imported(path, parts):
        first, *rest = name.split(".")
        if first != "nnbook" or (rest and rest[0] == own):
            continue
        assert rest, f"{path} must import modules of nnbook one by one, got `import nnbook`"
        assert own not in APART, f"{own} stands apart, got an import of {name}"
        assert rest[0] in RANK, f"{own} must import ranked modules only, got {name}"
        assert RANK[rest[0]] < RANK[own], f"{own} must import modules of a lower rank, got {name}"


@pytest.mark.parametrize(("path", "parts"), FILES)
def test_other_packages_are_imported_only_where_they_are_allowed(path, parts):
    for name in imported(path, parts):
        package = name.split(".")[0]
        if package in OTHERS:
            assert parts[0] in OTHERS[package]
        else:
            assert package in {"nnbook", "numpy", *sys.stdlib_module_names}


def test_the_table_of_other_packages_has_no_unused_entry():
    used = {name.split(".")[0] for path, parts in sources() for name in imported(path, parts)}
    assert set(OTHERS) <= used


def test_numpy_and_tqdm_are_all_that_is_required():
    needed = {re.match(r"[\w-]+", line).group() for line in requires("nnbook") if "extra ==" not in line}
    assert needed == {"numpy", "tqdm"}


def test_importing_the_library_loads_no_optional_package():
    program = (
        "import sys, nnbook; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'matplotlib', 'lark', 'scipy', 'sphinx', 'pytest'}), "
        "'nnbook.plotting' in sys.modules, 'nnbook.eqcheck' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "[] False False"
    assert done.stderr == ""


@pytest.mark.parametrize(("path", "parts"), FILES)
def test_the_library_does_not_know_where_the_book_lies(path, parts):
    assert not re.search(r"\bbook/", path.read_text(encoding="utf-8"))
    assert not any(re.match(r"(environments|_ext|conf)\b", name) for name in imported(path, parts))


def test_all_is_complete_and_sorted():
    tree = ast.parse(Path(nn.__file__).read_text(encoding="utf-8"))
    names = [
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    assert sorted(nn.__all__) == sorted(names)

    # CONSTANTS, then Classes, then functions, each in alphabetical order.
    def place(name):
        return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)

    assert sorted(nn.__all__, key=place) == nn.__all__


def test_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert nn.__version__ == version("nnbook")


# Whoever meets these meets them in the example of what makes or takes them.
WITHOUT_EXAMPLE = {
    "DescentPath": "returned by gradient_descent",
    "DivergenceError": "raised by fit",
    "History": "returned by fit",
    "Layer": "abstract; its subclasses have examples",
    "Optimizer": "abstract; its subclasses have examples",
    "OptimizerState": "kept by an optimizer",
}


def public_objects():
    for name in nn.__all__:
        value = getattr(nn, name)
        if isinstance(value, types.ModuleType):
            yield name, value
            for inner, member in vars(value).items():
                if inspect.isfunction(member) and member.__module__ == value.__name__ and not inner.startswith("_"):
                    yield f"{name}.{inner}", member
        else:
            yield name, value


def methods(value):
    kind = value if inspect.isclass(value) else type(value)
    for name, member in vars(kind).items():
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, (classmethod, property))):
            yield name, member


@pytest.mark.parametrize(("name", "value"), [pytest.param(*pair, id=pair[0]) for pair in public_objects()])
def test_every_public_name_is_documented(name, value):
    text = inspect.getdoc(value)
    assert text
    summary = text.split("\n")[0]
    assert summary[0].isupper() or name in WITHOUT_EXAMPLE
    assert summary.endswith(".")
    if inspect.isclass(value) or (not callable(value) and not isinstance(value, types.ModuleType)):
        for method, member in methods(value):
            assert inspect.getdoc(member), f"{name}.{method} must have a docstring"


@pytest.mark.parametrize("name", [name for name in nn.__all__ if not isinstance(getattr(nn, name), types.ModuleType)])
def test_every_public_name_has_an_example(name):
    has_example = "Examples\n--------\n>>> " in inspect.getdoc(getattr(nn, name))
    assert has_example is (name not in WITHOUT_EXAMPLE)
