"""Train with every wrong gradient of the book from five seeds, and compare with book/wrong_gradients.json.

The file holds the test accuracies, in the order of the seeds. With --write it is made anew; without, the script exits
with 1 if the median of a row is not as stored.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

BOOK = Path(__file__).resolve().parents[1] / "book"
sys.path.insert(0, str(BOOK))

from gradient_mistakes import WRONG_GRADIENTS, backward, train  # noqa: E402

FILE = BOOK / "wrong_gradients.json"
SEEDS = range(5)
# Trainings that go astray amplify the last digit, so another machine ends elsewhere; those that learn agree.
SLACK = 0.05


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the file instead of comparing with it")
    arguments = parser.parse_args()
    codes = {"right": backward, **{wrong.code.__name__: wrong.code for wrong in WRONG_GRADIENTS}}
    found = {}
    for name, code in codes.items():
        found[name] = [round(train(code, seed)[0], 6) for seed in SEEDS]
        print(f"{name}: {found[name]}", flush=True)
    if arguments.write:
        rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(values)}" for name, values in found.items())
        FILE.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
        return 0
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    medians = {name: statistics.median(values) for name, values in stored.items()}
    wrong = [
        f"{name}: median {medians[name]} is stored, {statistics.median(values)} was found"
        for name, values in found.items()
        if medians[name] > 0.9 and abs(statistics.median(values) - medians[name]) > SLACK
    ]
    print("\n".join(wrong) or "all as stored")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
