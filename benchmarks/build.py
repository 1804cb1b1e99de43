"""How long the book takes to build: cold, unchanged, and after a change of one chapter, one extension, one module.

Each row is a copy of the checkout, built in the environment that runs this. Wall and processor seconds are printed,
how busy the cores were, and the ratio to the cold build. Nothing else may run on the machine.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
CHAPTER = "book/error_signals.md"


def copy_checkout(target: Path) -> None:
    """Copy what git tracks, as it stands in the working tree."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)


def append(path: Path, text: str) -> None:
    """Add text to the end of a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def build(root: Path) -> tuple[float, float, str]:
    """Build; return wall seconds, processor seconds of all processes, and what was printed."""
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "book")])}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-m", "tools.book"], cwd=root, env=environ, capture_output=True, text=True, check=False
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode != 0:
        sys.exit(result.stdout + result.stderr)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, result.stdout


def main() -> int:
    """Print the table."""
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        copy_checkout(root)
        changes = {
            "cold": lambda: None,
            "unchanged": lambda: None,
            "one chapter": lambda: append(
                root / CHAPTER, "\n```{code-cell} ipython3\n:tags: [remove-cell]\n1 + 1\n```\n"
            ),
            "one extension": lambda: append(root / "book" / "_ext" / "trim.py", "\n# changed\n"),
            "one module": lambda: append(root / "nnbook" / "plotting" / "look.py", "\n# changed\n"),
        }
        print(f"{'':14} {'wall s':>7} {'cpu s':>7} {'busy':>5} {'to cold':>8}  executed")
        for name, change in changes.items():
            change()
            wall, processor, printed = build(root)
            rows[name] = wall
            executed = re.search(r"Executed (\d+) pages", printed)
            print(
                f"{name:14} {wall:7.1f} {processor:7.1f} {processor / wall / CORES:5.0%} {wall / rows['cold']:8.2f}"
                f"  {executed[1] if executed else 0} pages",
                flush=True,
            )
            if name == "one chapter":
                seconds = re.search(rf"{re.escape(CHAPTER)}: ([\d.]+) s", printed)
                print(f"{'':14} of which {seconds[1]} s for the cells of {CHAPTER}" if seconds else "", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
