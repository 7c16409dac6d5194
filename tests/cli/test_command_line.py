"""What holds for every command."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parents[2]
COMMANDS = [
    *(["run"], ["migrate"], ["check"], ["chat"], ["report"], ["export"], ["forget"]),
    *(["agent"], ["agent", "add"], ["agent", "list"], ["agent", "remove"]),
    *(["flows"], ["flows", "publish"], ["flows", "history"], ["flows", "show"]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_helps_with_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    assert f"  switchboard {' '.join(command)}" in capsys.readouterr().out.partition("example")[2]


def test_the_help_counts_its_examples(capsys: pytest.CaptureFixture[str]) -> None:
    for command, head in ((["export"], "example:"), (["check"], "examples:")):
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        assert head in capsys.readouterr().out.splitlines()


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"\n    {command[0]} " in shown for command in COMMANDS)


@pytest.mark.parametrize("words", [[], ["walk"], ["agent"], ["report", "--by", "moon"], ["agent", "add", "Sara"]])
def test_what_is_not_understood_is_said_on_standard_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: switchboard" in said.err


@pytest.mark.parametrize("number", ["-1", "0", "many", "99999999999999999999"])
@pytest.mark.parametrize("words", [["flows", "history", "--limit"], ["desk", "tickets", "take", "--as", "Sara"]])
def test_what_is_no_number_is_said(words: list[str], number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*words, number])
    assert end.value.code == 2
    assert "usage: switchboard" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["check"], ["test"], ["flows", "graph", "--output"]])
def test_a_file_whose_name_is_no_text_is_named_all_the_same(
    home: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "not/there\udcff"]) == 2
    assert "not/there\\udcff cannot be " in capsys.readouterr().err


def test_a_wrong_setting_is_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SWITCHBOARD_HTTP__PROT", "80")
    assert main(["check"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "switchboard: SWITCHBOARD_HTTP__PROT is no setting of Switchboard: did you mean SWITCHBOARD_HTTP__PORT?"
    ]


@pytest.mark.parametrize("command", [["report"], ["agent", "list"], ["flows", "history"], ["export", "x"], ["run"]])
def test_a_database_without_tables_is_told_of(
    home: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "switchboard: the database has no tables yet: run `switchboard migrate`"
    )


@pytest.mark.parametrize("command", ["report", "migrate"])
def test_a_database_that_is_away_is_told_of_without_its_password(
    home: Path, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SWITCHBOARD_DATABASE__URL", "postgresql+psycopg://desk:hunter2@127.0.0.1:1/desk")
    assert main([command]) == 1
    said = capsys.readouterr().err
    assert said.startswith("switchboard: the database at postgresql+psycopg://desk@127.0.0.1:1/desk does not answer")
    assert len(said.splitlines()) == 1
    assert "hunter2" not in said


def python(script: str, *, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        (["check"], {"aiogram", "aiohttp", "rasa_sdk", "sqlalchemy", "rich"}),
        (["report"], {"aiogram", "aiohttp", "rasa_sdk"}),
    ],
)
def test_a_command_loads_no_room_that_it_does_not_use(database: str, words: list[str], unwanted: set[str]) -> None:
    home = Path(database.removeprefix("sqlite:///")).parents[1]
    ran = python(
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        f"from bot.__main__ import main\n"
        f"assert main({words!r}) == 0\n"
        f"print('loaded:', *sorted({unwanted!r} & sys.modules.keys()))",
        cwd=home,
    )
    assert ran.stdout.splitlines()[-1:] == ["loaded:"], ran.stderr


def test_a_reader_who_has_seen_enough_is_no_failure_to_explain(database: str) -> None:
    home = Path(database.removeprefix("sqlite:///")).parents[1]
    command = [sys.executable, "-m", "bot", "report", "--format", "json"]
    with subprocess.Popen(
        command, cwd=home, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_behind_the_output_is_told(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "bot", "flows", "graph", "--format", "dot"]
        ran = subprocess.run(
            command,
            cwd=home,
            env={"PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
    assert (ran.returncode, ran.stderr) == (2, "switchboard: the output cannot be written: No space left on device\n")


def test_the_database_is_brought_up_to_date_once_and_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == main(["migrate"]) == 0
    assert capsys.readouterr().out == "sqlite:///var/switchboard.db is up to date\n" * 2
    assert main(["report"]) == 0


@pytest.mark.parametrize("command", [["report"], ["migrate"], ["run"], ["flows", "publish"]])
def test_a_database_file_that_has_no_place_is_told_of(
    home: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "file").touch()
    monkeypatch.setenv("SWITCHBOARD_DATABASE__URL", "sqlite:///file/switchboard.db")
    assert main(command) == 1
    said = capsys.readouterr().err
    assert said.startswith("switchboard: the database at sqlite:///file/switchboard.db does not answer (")
    assert "file cannot be made: File exists)" in said


@pytest.mark.parametrize("command", [["report"], ["migrate"], ["run"], ["flows", "publish"]])
def test_a_database_url_that_is_none_is_told_of(
    home: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SWITCHBOARD_DATABASE__URL", "postgresql+psycopg://me:secret@here:many/name")
    assert main(command) > 0
    assert capsys.readouterr().err == "switchboard: database.url cannot be used: its port must be a number\n"
