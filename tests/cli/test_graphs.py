"""`switchboard flows graph`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main


def test_the_map_and_a_flow_are_drawn(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flows", "graph", "--format", "mermaid"]) == 0
    assert 'n1["People<br/>support"]' in capsys.readouterr().out
    assert main(["flows", "graph", "main_menu", "--output", "menu.svg"]) == 0
    assert "From 9 to 5." in (home / "menu.svg").read_text(encoding="utf-8")
    assert main(["flows", "graph", "main_menu", "--format", "dot"]) == 0
    assert '[label="Opening hours"' in capsys.readouterr().out


def test_a_period_is_counted(home: Path, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert main(["flows", "graph", "main_menu", "--format", "dot", "--from", today]) == 0
    drawn = capsys.readouterr().out
    assert "0 came" in drawn
    assert f"conversations opened {today} to {today}" in drawn
    assert main(["flows", "graph", "--format", "dot", "--from", "yesterday"]) == 2
    assert "--from 'yesterday' is no date" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["main_manu"], "there is no flow 'main_manu': did you mean 'main_menu'?"),
        (["--language", "tlh"], "the flows do not speak 'tlh': they speak en"),
        (["--output", "nowhere/menu.svg"], "nowhere/menu.svg cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_drawn_is_told(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(["flows", "graph", *words]) == 2
    assert told in capsys.readouterr().err


def test_broken_flows_are_not_drawn(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "flows" / "main.yaml").write_text("flows: {main: {start: true}}", encoding="utf-8")
    assert main(["flows", "graph"]) == 1
    assert "error[missing-key]" in capsys.readouterr().err
