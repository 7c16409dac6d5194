"""Which files of a folder are tests."""

from pathlib import Path

from bot.rehearsal.files import flows_of, gather_tests


def test_only_tests_of_the_folders_own(tmp_path: Path) -> None:
    names = ("e2e_tests/a.yml", "tests/b.yaml", "flows.yml", ".venv/p/tests/c.yml", "env/site-packages/p/tests/d.yml")
    for name in names:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    found = gather_tests(tmp_path)
    assert {Path(name).relative_to(tmp_path).as_posix() for name in found} == {"e2e_tests/a.yml", "tests/b.yaml"}


def put(folder: Path, *names: str) -> None:
    """Files that hold what their names say."""
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("test_cases: []\n" if "test" in file.name else "flows: {}\n", encoding="utf-8")


def test_a_folder_of_any_name_may_hold_tests(tmp_path: Path) -> None:
    put(tmp_path, "data/flows.yml", "domain.yml", "e2e_coverage/some_test.yml")
    assert [Path(name).name for name in gather_tests(tmp_path)] == ["some_test.yml"]
    (tmp_path / "e2e_coverage" / "some_test.yml").unlink()
    assert len(gather_tests(tmp_path)) == 2, "so that it is told of each that it is no test"


def test_tests_are_about_the_project_that_they_are_part_of(tmp_path: Path) -> None:
    shop = tmp_path / "shop" / "flows"
    put(tmp_path, "shop/flows/main.yaml", "shop/flows/tests/test.yaml", "shop/test.yaml")
    put(tmp_path, "calm/data/sub/flows.yml", "calm/e2e_coverage/deep/test.yml", "calm/e2e_tests/test.yml")
    calm = tmp_path / "calm"
    for place in (calm, calm / "e2e_coverage", calm / "e2e_coverage/deep/test.yml", calm / "e2e_tests/test.yml"):
        assert flows_of(place, shop) == calm, place
    for place in (shop, shop / "tests", tmp_path / "shop/test.yaml", tmp_path / "elsewhere.yaml"):
        assert flows_of(place, shop) == shop, place
