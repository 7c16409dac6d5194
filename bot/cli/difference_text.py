"""Differences of flows as people read them: by flow and step, each text in its language."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from bot.content import Json
from bot.engine.differences import Detail, Difference

SIGNS = {"added": "+", "removed": "-", "changed": "~"}
SHORTENED = 200  # letters; a long text is shown where it is, in the file


def as_text(differences: Iterable[Difference]) -> str:
    """One flow after the other, then what stands outside of flows."""
    lines: list[str] = []
    for flow, found in groupby(differences, lambda each: each.flow):
        if flow is not None:
            lines += _flow_lines(flow, list(found))
        else:
            for each in found:
                lines += _lines(each, f"{each.what} {each.name}", "")
    return "".join(f"{line}\n" for line in lines)


def _flow_lines(flow: str, found: list[Difference]) -> Iterator[str]:
    head = next((each for each in found if each.what == "flow"), None)
    yield from _lines(head, f"flow {flow}", "") if head else [f"~ flow {flow}"]
    for each in found:
        if each.what == "step":
            was = f", before {each.was}" if each.was else ""
            yield from _lines(each, f"{each.kind} {each.step}{was}", "  ")
        elif each.what == "option":
            yield from _lines(each, f"option {each.name} of {each.step}", "  ")


def _lines(difference: Difference, subject: str, indent: str) -> Iterator[str]:
    yield f"{indent}{SIGNS[difference.change]} {subject}"
    for detail in difference.details:
        yield f"{indent}    {_place(detail)}: {_change(detail, added=difference.change == 'added')}"


def _place(detail: Detail) -> str:
    language = f" [{detail.language}]" if detail.language not in (None, "*") else ""
    return f"{detail.field}{language}"


def _change(detail: Detail, *, added: bool) -> str:
    return _shown(detail.after) if added else f"{_shown(detail.before)} → {_shown(detail.after)}"


def _shown(value: Json) -> str:
    if value is None:
        return "nothing"
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    return shown if len(shown) <= SHORTENED else f"{shown[:SHORTENED]}…"
