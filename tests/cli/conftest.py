"""A folder to stand in: flows, a desk, a database with all tables, and nothing of the machine's own settings."""

import os
from pathlib import Path

import pytest

from tests.databases import sqlite_copy

FLOWS = """
flows:
  main_menu:
    start: true
    description: What we do
    steps:
      - id: top
        menu: How can we help?
        options:
          - {label: Opening hours, then: [{say: "From 9 to 5.", next: top}]}
          - {label: Talk to a person, then: person}
      - {id: person, handoff: support, next: END}
"""
DESK = """
queues:
  support: {default: true}
  orders: {}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, which is the working directory now. Its database has no tables yet."""
    for name in os.environ:
        if name.startswith("SWITCHBOARD_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOWS, encoding="utf-8")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "desk.yaml").write_text(DESK, encoding="utf-8")
    return tmp_path


@pytest.fixture
def database(home: Path) -> str:
    """The URL of the folder's database, which has all tables."""
    return sqlite_copy(home / "var" / "switchboard.db")
