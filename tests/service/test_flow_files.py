"""Which files of a folder are flows."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.service.flow_files import gather


def test_yaml_files_at_any_depth_but_no_tests_and_nothing_hidden_or_installed(tmp_path: Path) -> None:
    others = ("tests/t.yaml", "deep/tests/t.yaml", ".git/x.yaml", ".rasa/cache/x.yml", "node_modules/m/x.yml")
    installed = ("venv/lib/x.yaml", "backend/env/lib/site-packages/p/x.yaml")
    for name in ("a.yaml", "b.yml", "deep/er/c.YAML", "README.md", *others, *installed):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    found = gather(tmp_path)
    assert {Path(name).relative_to(tmp_path).as_posix() for name in found} == {"a.yaml", "b.yml", "deep/er/c.YAML"}
    assert found[str(tmp_path / "a.yaml")] == b"a.yaml"


def test_a_folder_that_is_called_as_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").mkdir()
    with pytest.raises(IsADirectoryError, match=r"orders\.yaml"):
        gather(tmp_path)


def test_one_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "tests" / "one.yaml"
    file.parent.mkdir()
    file.write_bytes(b"flows: {}")
    assert gather(file) == {str(file): b"flows: {}"}


def test_what_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        gather(tmp_path / "nowhere")


@pytest.fixture
def everybodys_folder() -> Iterator[Path]:
    """One that who is nobody can read; pytest's own is its owner's alone."""
    folder = Path(tempfile.mkdtemp(prefix="switchboard-flows-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def without_rights() -> Iterator[None]:
    """To whom permissions matter."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_a_folder_within_that_cannot_be_read_is_told_and_not_left_out(everybodys_folder: Path) -> None:
    closed = everybodys_folder / "team"
    closed.mkdir()
    for folder in (everybodys_folder, closed, everybodys_folder / ".git", everybodys_folder / "tests"):
        folder.mkdir(exist_ok=True)
        (folder / "a.yaml").write_text("flows: {}", encoding="utf-8")
    (everybodys_folder / ".git").chmod(0)  # of no concern
    (everybodys_folder / "tests").chmod(0)
    with without_rights():
        assert len(gather(everybodys_folder)) == 2
    closed.chmod(0)
    with without_rights(), pytest.raises(PermissionError, match="team"):
        gather(everybodys_folder)


def test_a_pipe_is_no_file_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "orders.yaml")
    assert gather(tmp_path) == {}
    with pytest.raises(OSError, match="it is no file"):
        gather(tmp_path / "orders.yaml")


def test_a_folder_without_end_is_not_taken_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.flow_files.MOST_BYTES", 1)
    (tmp_path / "orders.yaml").write_bytes(b"ab")
    with pytest.raises(OSError, match="more than 0 MiB together"):
        gather(tmp_path)
