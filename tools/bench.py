"""Run every script in benchmarks/, one after the other, and fail if one of them does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Return 0 if every benchmark kept its promise."""
    failed = []
    for script in sorted((ROOT / "benchmarks").glob("*.py")):
        print(f"== {script.name}", flush=True)
        if subprocess.run([sys.executable, script], cwd=ROOT, check=False).returncode != 0:
            failed.append(script.name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
