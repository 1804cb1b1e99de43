"""The list of accepted changes, and which tests a changed module is held against."""

import pytest

from tools.mutants import ACCEPTED, ROOT, find_modules, find_tests, main, read_accepted


def test_accepted_changes_have_their_reasons():
    text = "# about the list\n\nlosses.f: a → b\n    Because.\nlayers.g: c → d\n    It is so.\n"
    assert read_accepted(text) == {"losses.f: a → b": "Because.", "layers.g: c → d": "It is so."}


@pytest.mark.parametrize("text", ["a: b → c\n", "a: b → c\nd: e → f\n    Because.\n", "    Because.\na: b → c\n"])
def test_a_change_without_a_reason_is_refused(text):
    with pytest.raises(ValueError, match="must give an indented reason after each change"):
        read_accepted(text)


def test_every_accepted_change_is_one_of_a_changed_module():
    accepted = read_accepted(ACCEPTED.read_text("utf-8"))
    assert {name.partition(".")[0] for name in accepted} <= set(find_modules())


def test_every_changed_module_and_its_tests_exist():
    for stem, path in find_modules().items():
        assert (ROOT / path).is_file()
        assert find_tests(stem)
        assert all((ROOT / test).is_file() for test in find_tests(stem))


def test_unknown_module_is_named(capsys):
    assert main(["sigmoid"]) == 2
    assert "got sigmoid" in capsys.readouterr().err
