"""An author's mistake, in the flows or in the desk's file: where it is, what it is and how to mend it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Literal

import msgspec
from msgspec import structs
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.content import Value

Severity = Literal["error", "warning"]
CLOSE_ENOUGH = 0.6  # of all letters; below it a suggestion confuses more than it helps
NO_DOMAIN = "no-domain"  # the code of a name of CALM's that is stood in for
MANY = 20  # such names in one file are told in one line
ALIKE = 3  # more warnings of one file that say the same are told in one line
LONGEST_NAME = 200  # nobody misspells more than that, and comparing costs its square
MOST_QUOTED = 60  # letters of what an author wrote
MOST_TOLD = 600  # letters of a message, or of a hint
MOST_LISTED = 20
_SHORT = 120  # a message of at most so many letters is told as it is
_QUOTED = re.compile(r"(?<!\w)'((?:[^']|(?<=\w)'(?=\w))*+)'")


class Mark(msgspec.Struct, frozen=True, order=True):
    """A place in a file. Lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1


class Problem(Value, frozen=True, kw_only=True):
    """`code` is short and stable, for people to search for; `hint` says how to mend it."""

    file: str
    line: int
    column: int
    code: str
    severity: Severity
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        line = f"{self.file}:{self.line}:{self.column}: {self.severity}[{self.code}]: {self.message}{hint}"
        return line if line.isprintable() else "".join(map(_visible, line))


class Problems:
    """Collects what is wrong while the reading goes on; the same problem at the same place counts once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str, str], Problem] = {}

    def error(self, mark: Mark, code: str, message: str, hint: str | None = None) -> None:
        """Note what must be mended before the file can be used."""
        self._add(mark, code, "error", message, hint)

    def warn(self, mark: Mark, code: str, message: str, hint: str | None = None) -> None:
        """Note what is allowed, but is probably not meant."""
        self._add(mark, code, "warning", message, hint)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def failed(self) -> bool:
        """Whether anything must be mended."""
        return any(problem.severity == "error" for problem in self._found.values())

    def sorted(self) -> tuple[Problem, ...]:
        """All of them, by file, line and column."""
        return tuple(sorted(self._found.values(), key=lambda each: (each.file, each.line, each.column, each.code)))

    def _add(self, mark: Mark, code: str, severity: Severity, message: str, hint: str | None) -> None:
        message, hint = _cut(message), _cut(hint) if hint else hint
        problem = Problem(
            file=mark.file, line=mark.line, column=mark.column, code=code, severity=severity, message=message, hint=hint
        )
        self._found.setdefault((mark.file, mark.line, mark.column, code, message), problem)


def listed(names: Collection[object]) -> str:
    """The names, between commas; of many the first ones, and how many more there are."""
    more = len(names) - MOST_LISTED
    shown = ", ".join(map(str, islice(names, MOST_LISTED if more > 1 else len(names))))
    return f"{shown} and {more} more" if more > 1 else shown


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, if any comes close."""
    if len(name) > LONGEST_NAME:
        return None
    names = sorted(known)
    for same in names:
        if same.casefold() == name.casefold():
            return same
    found = process.extractOne(name, names, scorer=OSA.normalized_similarity, score_cutoff=CLOSE_ENOUGH)
    return found[0] if found else None


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """A hint with the nearest known name, or none."""
    close = nearest(name, known)
    return f"did you mean '{close}'?" if close is not None else None


def as_text(problems: Iterable[Problem]) -> str:
    """One line a problem, as compilers print them; one for many warnings of a file that are alike."""
    return "".join(f"{problem}\n" for problem in _told_once(_in_short(list(problems))))


def _told_once(problems: list[Problem]) -> Iterator[Problem]:
    """Of warnings that say the same of many places in a file, the first, with the lines of the others."""
    same: dict[Problem, list[Problem]] = {}
    for problem in problems:
        same.setdefault(structs.replace(problem, line=0, column=0), []).append(problem)
    for problem in problems:
        first, *others = same[structs.replace(problem, line=0, column=0)]
        if problem.severity == "error" or len(others) < ALIKE:
            yield problem
        elif problem is first:
            lines = f"so it is on the lines {', '.join(str(other.line) for other in others)}"
            yield structs.replace(problem, hint=f"{problem.hint}; {lines}" if problem.hint else lines)


def _in_short(problems: list[Problem]) -> list[Problem]:
    """One line for all names of a file that are stood in for, if many are."""
    names = Counter(problem.file for problem in problems if problem.code == NO_DOMAIN)
    shown, told = [], set[str]()
    for problem in problems:
        if problem.code != NO_DOMAIN or names[problem.file] <= MANY:
            shown.append(problem)
        elif problem.file not in told:
            told.add(problem.file)
            message = f"{names[problem.file]} names of this file are in no domain: each is taken as the flows use it"
            shown.append(structs.replace(problem, message=message, hint="'--format json' tells of each"))
    return shown


def as_json(problems: Iterable[Problem]) -> str:
    """A JSON array with one object a problem; `hint` is absent where there is none."""
    return msgspec.json.format(msgspec.json.encode(list(problems)), indent=2).decode() + "\n"


def as_github(problems: Iterable[Problem]) -> str:
    """Annotations as GitHub's workflow commands write them."""
    lines = []
    for problem in problems:
        place = f"file={_escaped(problem.file, ':,')},line={problem.line},col={problem.column},title={problem.code}"
        hint = f" ({problem.hint})" if problem.hint else ""
        lines.append(f"::{problem.severity} {place}::{_escaped(problem.message + hint)}\n")
    return "".join(lines)


def _cut(text: str) -> str:
    """The text with the first words only of what is quoted at length in it."""
    if len(text) <= _SHORT:
        return text
    cut = _QUOTED.sub(lambda found: found[0] if len(found[1]) <= MOST_QUOTED else f"'{found[1][:MOST_QUOTED]}…'", text)
    return cut if len(cut) <= MOST_TOLD else f"{cut[: MOST_TOLD * 2 // 3]} … {cut[-MOST_TOLD // 3 :]}"


def _visible(sign: str) -> str:
    """What authors write must not steer the terminal, nor look like a problem of its own."""
    return sign if sign.isprintable() or sign in "\u200c\u200d" else sign.encode("unicode_escape").decode()


def _escaped(text: str, more: str = "") -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for sign in more:
        escaped = escaped.replace(sign, f"%{ord(sign):02X}")
    return escaped
