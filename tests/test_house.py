"""The rules of the house that no other tool knows. Each rule lists what breaks it."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "storage", "tests", "bench")
PURE = ("bot/content.py", "bot/event.py", "bot/desk_events.py", "bot/events.py", "bot/engine", "bot/desk")
NOT_OURS = {"var", "dist", "build", "node_modules", "__pycache__"}
TEXTS = {"", ".css", ".example", ".html", ".ini", ".js", ".mako", ".md", ".py", ".toml", ".txt", ".yaml", ".yml"}

CLOCKS = {"now", "utcnow", "today"}

LONGEST_FILE = 400
LONGEST_FUNCTION = 40

# Words that say nothing: what such a thing is for has a name.
BANNED_WORDS = {
    *("util", "utils", "helper", "helpers", "common", "misc", "base"),
    *("manager", "processor", "data", "info"),
}
NAMED_BY_OTHERS = {"data_received"}  # asyncio calls it
# What tests have and the house does not: tools that rooms share, and promises that no one room can keep.
TESTS_ALONE = {"bench", "botapi", "invariants", "journeys", "shifts"}

Node = TypeVar("Node", bound=ast.AST)

JS_FUNCTION = re.compile(
    r"^(?P<indent> *)(?:export +)?(?:default +)?(?:"
    r"(?:async +)?function\b.*|const \w+ = .*=>|(?:static +|async +|get +|set +)*(?!if|for|while|switch|catch)\w+\(.*\)"
    r") *\{$"
)


def walk(folder: Path) -> Iterator[Path]:
    """Our own files below a folder: not what tools leave there, which is hidden or has a name of NOT_OURS."""
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or (path.name.startswith(".") and path.name != ".ci"):
            continue
        if path.is_dir():
            yield from walk(path)
        else:
            yield path


def files(*endings: str) -> Iterator[Path]:
    """The rooms' files with one of these endings."""
    for room in ROOMS:
        yield from (path for path in walk(ROOT / room) if path.suffix in endings)


def texts() -> Iterator[tuple[Path, str]]:
    """Every text of the repository but this file, which has to name what it forbids."""
    for path in walk(ROOT):
        if path.suffix in TEXTS and path != Path(__file__):
            yield path, path.read_text(encoding="utf-8")


@cache
def python() -> dict[type[ast.AST], list[tuple[Path, ast.AST]]]:
    """Every piece of our Python with its file, by its kind."""
    pieces: defaultdict[type[ast.AST], list[tuple[Path, ast.AST]]] = defaultdict(list)
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            pieces[type(node)].append((path, node))
    return pieces


def nodes(kind: type[Node]) -> Iterator[tuple[Path, Node]]:
    """Every piece of our Python that is of this kind, with its file."""
    yield from ((path, node) for path, node in python()[kind] if isinstance(node, kind))


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    yield from nodes(ast.FunctionDef)
    yield from nodes(ast.AsyncFunctionDef)


def place(path: Path, line: int = 1) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def found(pattern: str) -> list[str]:
    """Where the pattern stands in the repository."""
    return [
        f"{place(path, text.count(chr(10), 0, match.start()) + 1)} {match[0]}"
        for path, text in texts()
        for match in re.finditer(pattern, text)
    ]


def words(name: str) -> set[str]:
    """`CustomerInfo` and `customer_info` are both customer and info; `database` is one word."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def js_functions(text: str) -> Iterator[tuple[int, int]]:
    """First line and length of each function: it ends where a brace closes at its own indentation."""
    lines = text.splitlines()
    for start, line in enumerate(lines):
        if opened := JS_FUNCTION.match(line):
            closing = opened["indent"] + "}"
            end = next((i for i in range(start + 1, len(lines)) if lines[i].startswith(closing)), len(lines))
            yield start + 1, end - start + 1


def test_a_file_is_read_in_one_sitting() -> None:
    lengths = {place(path): path.read_text(encoding="utf-8").count("\n") for path in files(".py", ".js", ".css")}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_a_function_is_seen_whole() -> None:
    too_long = {}
    for path, node in functions():
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > LONGEST_FUNCTION:
            too_long[f"{place(path, node.lineno)} {node.name}"] = lines
    for path in files(".js"):
        for first, lines in js_functions(path.read_text(encoding="utf-8")):
            if lines > LONGEST_FUNCTION:
                too_long[place(path, first)] = lines
    assert too_long == {}


def test_a_package_opens_with_an_empty_file() -> None:
    assert [place(path) for path in files(".py") if path.name == "__init__.py" and path.stat().st_size > 0] == []


def test_every_folder_with_python_is_a_package() -> None:
    assert sorted({place(path.parent) for path in files(".py") if not (path.parent / "__init__.py").exists()}) == []


def test_names_say_what_a_thing_is_for() -> None:
    empty_words = [place(path) for path in files(".py", ".js") if words(path.stem) & BANNED_WORDS]
    for path, node in (*functions(), *nodes(ast.ClassDef)):
        # A test's name is a sentence, and may speak of anything.
        if node.name.startswith("test_") or node.name in NAMED_BY_OTHERS:
            continue
        if words(node.name) & BANNED_WORDS:
            empty_words.append(f"{place(path, node.lineno)} {node.name}")
    assert empty_words == []


def test_an_import_is_an_import() -> None:
    hidden = [place(path, node.lineno) for path, node in nodes(ast.Name) if node.id == "TYPE_CHECKING"]
    hidden += [place(path, node.lineno) for path, node in nodes(ast.Attribute) if node.attr == "TYPE_CHECKING"]
    assert hidden == []


def test_the_pure_floors_never_ask_the_time() -> None:
    asked = [
        place(path, call.lineno)
        for path, call in nodes(ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS
        if path.relative_to(ROOT).as_posix().startswith(PURE)
    ]
    assert asked == []


def test_the_source_is_finished() -> None:
    assert found(r"\b(?:TODO|FIXME)\b") == []


def test_nobody_is_told_where_to_get_packages() -> None:
    hosts = (
        r"\b(?:pypi\.(?:org|python\.org)|files\.pythonhosted\.org|registry\.npmjs\.org|(?:deb|security)\.debian\.org)"
    )
    assert found(rf"{hosts}|--(?:extra-)?index-url|--find-links|--trusted-host") == []


def test_nothing_depends_on_one_machine() -> None:
    assert found(r"(?<![\w.:/}])/(?:root|home|Users|work|opt|mnt|workspace)/[\w.]+") == []


def test_every_room_has_tests_of_its_own() -> None:
    rooms = {path.relative_to(ROOT / "bot").parts[0] for path in files(".py") if path.is_relative_to(ROOT / "bot")}
    tested = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    assert sorted(room for room in rooms if not room.endswith(".py") and room not in tested) == []
    assert "storage" in tested


def test_tests_stand_where_the_room_stands() -> None:
    misplaced = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        folder = path.parent.relative_to(ROOT / "tests")
        if not (folder == Path() or folder.parts[0] in TESTS_ALONE | {"storage"} or (ROOT / "bot" / folder).is_dir()):
            misplaced.append(place(path))
    assert misplaced == []


def test_the_rules_see_what_they_forbid() -> None:
    assert words("CustomerInfo") & words("customer_info") == {"customer", "info"}
    assert not words("database_metadata_HTTPBasement") & BANNED_WORDS
    script = "function a() {\n  if (b) {\n    c();\n  }\n}\nconst d = () => {\n};\n"
    assert list(js_functions(script)) == [(1, 5), (6, 2)]
