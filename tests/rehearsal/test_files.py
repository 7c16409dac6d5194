"""Which files of a folder are tests."""

from pathlib import Path

from bot.rehearsal.files import gather_tests


def test_only_tests_of_the_folders_own(tmp_path: Path) -> None:
    names = ("e2e_tests/a.yml", "tests/b.yaml", "flows.yml", ".venv/p/tests/c.yml", "env/site-packages/p/tests/d.yml")
    for name in names:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    found = gather_tests(tmp_path)
    assert {Path(name).relative_to(tmp_path).as_posix() for name in found} == {"e2e_tests/a.yml", "tests/b.yaml"}
