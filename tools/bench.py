"""Run the scripts in benchmarks/, one after the other, and fail if one of them does.

`make bench` runs all of them, `make bench ARGS="step build"` those that are named. A script that lacks what only the
user can bring ends with the status 3 and counts as skipped.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = 3


def main(names: list[str], root: Path = ROOT) -> int:
    """Return 0 if every benchmark that could run kept its promise, 2 if there is none of a name."""
    scripts = {path.stem: path for path in sorted((root / "benchmarks").glob("*.py"))}
    if unknown := sorted(set(names) - set(scripts)):
        print(f"a benchmark must be one of {', '.join(scripts)}, got {', '.join(unknown)}", file=sys.stderr)
        return 2
    ended: dict[int, list[str]] = {}
    for name in names or scripts:
        print(f"== {name}", flush=True)
        status = subprocess.run([sys.executable, scripts[name]], cwd=root, check=False).returncode
        ended.setdefault(status, []).append(name)
    if skipped := ended.pop(SKIPPED, []):
        print(f"skipped: {', '.join(skipped)}")
    ended.pop(0, None)
    if ended:
        print(f"failed: {', '.join(name for group in ended.values() for name in group)}", file=sys.stderr)
    return 1 if ended else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
