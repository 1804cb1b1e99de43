"""Run a command in the environment of this project, which is made first if it is missing or out of date.

    python tools/environment.py [--chosen] [--lab] [-- ARGUMENTS]

This file is the gate: it is readable for every Python that may happen to be called `python3`, even 2.7, and turns away
those that do not fit in one sentence instead of a SyntaxError. Hence no f-strings and no annotations here; the work is
in installation.py. Without --chosen, which says that the user named this interpreter, a fitting one is looked for.
"""

from __future__ import print_function

import os
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)


def name_version(version):
    """Return `(3, 11, 7)` as `3.11`."""
    return "{0}.{1}".format(*version)


def explain_misfit(version, executable):
    """Return what is wrong with a Python in one sentence, or None if the lock was made for it."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    return (
        "Python {0} ({1}) is too {2}: this project needs Python {3} to {4}; "
        "name one that you have, for example `PYTHON=python3.13 make html`."
    ).format(
        name_version(version),
        executable,
        "old" if tuple(version[:2]) < OLDEST else "new",
        name_version(OLDEST),
        name_version(NEWEST),
    )


def find_other_python(path):
    """Return the newest fitting `python3.x` on a search path, or None."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        for folder in path.split(os.pathsep):
            candidate = os.path.join(folder, "python3.{0}".format(minor))
            if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
                return candidate
    return None


def main(arguments, version=sys.version_info):
    """Turn an unfit Python away or replace it by a fitting one; with a fitting one, go to work."""
    misfit = explain_misfit(version, sys.executable)
    if misfit is None:
        import installation

        return installation.main(arguments)
    other = None if "--chosen" in arguments else find_other_python(os.environ.get("PATH", ""))
    if other is None:
        print(misfit, file=sys.stderr)
        return 1
    # A shim of a version manager answers to the name without having the version; asked by name, it says so itself.
    os.execv(other, [other, os.path.abspath(__file__), "--chosen"] + arguments)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
