"""`switchboard check`."""

import json
import os
from pathlib import Path

import pytest

from bot.__main__ import main

BROKEN = """
flows:
  orders:
    description: Orders
    steps:
      - {say: One moment, next: nubmer}
      - {id: number, handoff: suport}
"""


def test_good_files_are_nothing_to_mend(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "2 files: nothing to mend\n"


def test_every_problem_of_flows_and_desk_is_told_at_its_place(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "flows" / "orders.yaml").write_text(BROKEN, encoding="utf-8")
    (home / "config" / "desk.yaml").write_text("queues:\n  support: {defautl: true}\n", encoding="utf-8")
    assert main(["check"]) == 1
    *problems, summary = capsys.readouterr().out.splitlines()
    assert any(line.startswith("config/desk.yaml:2:13: error[unknown-key]") for line in problems)
    assert any("flows/orders.yaml:6:33: error[" in line and "(did you mean 'number'?)" in line for line in problems)
    assert any("flows/orders.yaml:7:31: error[" in line and "(did you mean 'support'?)" in line for line in problems)
    assert summary == f"3 files: {len(problems)} errors"


def test_a_folder_or_a_file_may_be_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = home / "other"
    other.mkdir()
    (other / "orders.yml").write_text(BROKEN, encoding="utf-8")
    assert main(["check", "other"]) == main(["check", "other/orders.yml"]) == 1
    assert "other/orders.yml:6:33" in capsys.readouterr().out
    assert main(["check"]) == 0


def test_many_names_of_calms_flows_without_a_domain_are_told_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file, names in (("many.yml", 11), ("few.yml", 10)):
        steps = "".join(f"      - collect: {file[0]}_{number}\n" for number in range(names))
        flow = f"flows:\n  {file[0]}:\n    description: asks\n    steps:\n{steps}"
        (home / file).write_text(flow, encoding="utf-8")
        assert main(["check", file]) == 0
        *told, summary = capsys.readouterr().out.splitlines()
        assert main(["check", file, "--format", "json"]) == 0
        every = [each for each in json.loads(capsys.readouterr().out) if each["code"] == "no-domain"]
        assert len(every) == 2 * names, "a slot and the words that ask for it"
        lines = [line for line in told if "[no-domain]" in line]
        assert len(lines) == (1 if file == "many.yml" else 20)
        assert summary.endswith(f" {len(told) - len(lines) + len(every)} warnings")
    assert main(["check", "many.yml"]) == 0
    assert "many.yml:5:18: warning[no-domain]: 22 names of this file are in no domain" in capsys.readouterr().out


def test_warnings_alone_are_no_failure(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (home / "flows" / "main.yaml").open("a", encoding="utf-8") as file:
        file.write("slots:\n  never_used: {type: text}\n")
    assert main(["check"]) == 0
    assert capsys.readouterr().out.endswith("2 files: 1 warning\n")


def test_problems_for_programs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "flows" / "orders.yaml").write_text(BROKEN, encoding="utf-8")
    assert main(["check", "--format", "json"]) == 1
    problems = json.loads(capsys.readouterr().out)
    assert {problem["file"] for problem in problems} == {"flows/orders.yaml"}
    assert all(problem["line"] and problem["code"] and problem["severity"] for problem in problems)
    assert main(["check", "--format", "github"]) == 1
    assert "::error file=flows/orders.yaml,line=6,col=33,title=" in capsys.readouterr().out


def test_what_cannot_be_read_is_another_failure(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "flows").rename(home / "elsewhere")
    assert main(["check"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("switchboard: flows cannot be read: No such file or directory")


def test_without_a_desk_s_file_the_flows_are_checked_and_it_is_told_what_is_not(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "config" / "desk.yaml").unlink()
    assert main(["check"]) == 0
    told, summary = capsys.readouterr().out.splitlines()
    assert told.startswith("config/desk.yaml:1:1: warning[no-desk]: there is no such file, so the queues")
    assert summary == "1 file: 1 warning"
    assert main(["flows", "graph", "--format", "dot"]) == 0


def test_what_authors_write_does_not_steer_the_terminal(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = os.fsdecode(b"flows/\xff\n.yaml")
    (home / odd).write_text('flows: {"a\\nflows/b.yaml:1:1: error": 1, "\\e[2J": 1}', encoding="utf-8")
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert said.encode()
    assert all(line.startswith(r"flows/\xff\n.yaml:1:") for line in said.splitlines()[:-1])
    assert "\x1b" not in said
    for form in ("json", "github"):
        main(["check", "--format", form])
        assert capsys.readouterr().out.encode()


def test_what_only_looks_like_a_file_is_passed_over(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "flows" / "again").symlink_to(home / "flows", target_is_directory=True)
    os.mkfifo(home / "flows" / "pipe.yaml")
    assert main(["check"]) == 0
    (home / "flows" / "loop.yaml").symlink_to("loop.yaml")
    assert main(["check"]) == 2
    assert "flows/loop.yaml cannot be read" in capsys.readouterr().err


def test_a_folder_in_the_place_of_a_file_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "flows" / "folder.yaml").mkdir()
    assert main(["check"]) == 2
    assert "flows/folder.yaml cannot be read: Is a directory" in capsys.readouterr().err


def test_a_second_check_reads_nothing_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["check"]) == 0
    for kept in (home / "cache").rglob("*"):
        kept.chmod(0o500 if kept.is_dir() else 0o400)
    assert main(["check"]) == 0
    (home / "flows" / "main.yaml").write_text("flows: {}", encoding="utf-8")
    assert main(["check"]) == 1
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(home / "flows" / "main.yaml"))
    assert main(["check"]) == 1


def test_a_folder_without_flows_is_no_clean_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "empty").mkdir()
    assert main(["check", "empty"]) == 2
    assert capsys.readouterr().err == "switchboard: there is no flow file, *.yaml or *.yml, below empty\n"
