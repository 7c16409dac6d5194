"""`switchboard flows`."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main

pytestmark = pytest.mark.usefixtures("database")


def history(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert main(["flows", "history", "--format", "json"]) == 0
    return [each["revision"] for each in json.loads(capsys.readouterr().out)]


def test_flows_are_published_once_and_again_when_they_change(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flows", "publish", "--message", "the first"]) == 0
    assert main(["flows", "publish"]) == 0
    assert "nothing has changed" in capsys.readouterr().out
    [first] = history(capsys)
    file = home / "flows" / "main.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("9 to 5", "9 to 6"), encoding="utf-8")
    assert main(["flows", "publish"]) == 0
    second, again = history(capsys)
    assert again == first != second
    assert main(["flows", "history"]) == 0
    assert "the first" in capsys.readouterr().out


def test_broken_flows_are_refused_and_what_was_published_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["flows", "publish"])
    before = history(capsys)
    (home / "flows" / "more.yaml").write_text("flows: {a: {steps: [{say: hi, next: nowhere}]}}\n", encoding="utf-8")
    assert main(["flows", "publish"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "flows/more.yaml:1:" in said.err
    assert history(capsys) == before


def test_a_revision_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flows", "show"]) == 1
    assert "nothing is published yet" in capsys.readouterr().err
    main(["flows", "publish"])
    [revision] = history(capsys)
    assert main(["flows", "show"]) == 0
    assert "main_menu" in capsys.readouterr().out
    assert main(["flows", "show", revision, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["start"] == "main_menu"
    assert main(["flows", "show", "0000"]) == 1
