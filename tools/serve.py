"""Serve the book on a local address and rebuild it whenever a page, the library or the configuration changes.

This is for writing: warnings do not stop it, and it builds beside `build/html`, which only the strict build writes.
"""

from __future__ import annotations

import shlex
import sys

from sphinx_autobuild.__main__ import main as autobuild

from tools.book import ROOT, prepare_environment


def main(arguments: list[str]) -> None:
    """Watch and serve until Ctrl-C; further arguments go to sphinx-autobuild."""
    prepare_environment(ROOT)
    options = ["-n", "--keep-going", "-q", "-c", str(ROOT), "-d", str(ROOT / "build" / "serve-doctrees")]
    for name in ("conf.py", "nnbook", "requirements.lock"):
        options += ["--watch", str(ROOT / name)]
    options += ["--re-ignore", r"__pycache__|\.ipynb_checkpoints|\.pyc$"]
    options += ["--pre-build", shlex.join([sys.executable, str(ROOT / "tools" / "book.py"), "--execute"])]
    autobuild([*options, *arguments, str(ROOT / "book"), str(ROOT / "build" / "serve")])


if __name__ == "__main__":
    main(sys.argv[1:])
