"""The package as others install it: what its metadata promises is what was tried."""

import re
import subprocess
import sys
import tomllib

import pytest
from hatchling.builders.wheel import WheelBuilder

README_EXAMPLE = """
import re, pathlib
code = re.search(r"```python\\n(.*?)```", pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"), re.DOTALL)[1]
exec(code)
"""
FIGURE = """
import nnbook as nn
from nnbook import plotting
network = nn.Network.create([2, 3, 1], hidden=nn.tanh, output=nn.sigmoid, rng=0)
for drawing in (plotting.network_diagram(network), plotting.decision_regions(network, nn.make_xor())):
    assert "<svg" in plotting.show(drawing, alt="a network").svg
"""
EQUATION = """
import numpy as np
from nnbook.eqcheck import Environment, Graph, check
def build(rng):
    graph = Graph()
    for name in "xw":
        graph.leaf(name, rng.normal(size=3))
    graph.node("z", lambda x, w: x @ w, ["x", "w"])
    return graph
assert check(r"z = \\sum_i x_i w_i", Environment("sum", build)).equalities == 1
"""


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    (path,) = WheelBuilder(str(root)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return path


@pytest.mark.long
@pytest.mark.parametrize(
    ("extra", "program"),
    [("", README_EXAMPLE), ("plot", FIGURE), ("eqcheck", EQUATION)],
    ids=["core", "plot", "eqcheck"],
)
def test_the_lowest_versions_that_it_declares_suffice(root, wheel, tmp_path, extra, program):
    settings = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    declared = settings["dependencies"] + settings["optional-dependencies"].get(extra, [])
    lowest = dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", requirement).groups() for requirement in declared)
    uv = [sys.executable, "-m", "uv"]
    python = tmp_path / "bin" / "python"
    made = subprocess.run([*uv, "venv", "--quiet", "--no-python-downloads", "--python", "3.11", tmp_path], check=False)
    if made.returncode != 0:
        pytest.skip("the lowest versions have wheels for Python 3.11, which is not on this machine")
    install = [*uv, "pip", "install", "--quiet", "--python", python, "--resolution", "lowest-direct"]
    subprocess.run([*install, "--only-binary", ":all:", *declared, f"nnbook[{extra}] @ file://{wheel}"], check=True)
    listed = subprocess.run([*uv, "pip", "freeze", "--python", python], capture_output=True, text=True, check=True)
    installed = dict(line.split("==") for line in listed.stdout.splitlines() if "==" in line)
    for name, version in lowest.items():
        assert (installed[name] + ".").startswith(version + "."), f"{name} {installed[name]}"
    command = [python, "-c", f"import sys\n{program}", root / "README.md"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_the_metadata_caps_no_version_and_publishes_no_extra_of_our_own_tools(root):
    settings = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert "<" not in settings["requires-python"]
    assert set(settings["optional-dependencies"]) == {"plot", "eqcheck"}
