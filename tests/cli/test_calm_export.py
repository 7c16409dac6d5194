"""`switchboard flows export-calm`."""

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.engine.reader import read_flows
from bot.service.flow_files import gather


def test_a_project_is_written_that_reads_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flows", "export-calm", "--output", "project"]) == 0
    printed = capsys.readouterr()
    assert "flows/main.yaml:12:9: warning[not-in-calm]: CALM hands over without the queue 'support'" in printed.out
    assert "project: data/flows.yml, domain.yml, config.yml" in printed.err
    assert read_flows(gather(home / "project")).flow_set is not None
    assert main(["flows", "export-calm", "--output", "project"]) == 1
    assert "project is not empty" in capsys.readouterr().err
