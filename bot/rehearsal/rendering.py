"""Results of tests, for people and for programs."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from bot.content import Json
from bot.problems import Mark, Problem
from bot.rehearsal.coverage import Coverage, FlowCoverage, Missed
from bot.rehearsal.playing import Failure
from bot.rehearsal.rehearsing import Result
from bot.rehearsal.telling import Line

INDENT = "    "
PLACES_SHOWN = 3


def as_text(results: Sequence[Result], coverage: Coverage, shown: Sequence[FlowCoverage] = ()) -> str:
    """Every failure with its conversation, what people should know, the coverage of some flows, and how it went."""
    parts = [failed_text(result) for result in results if not result.passed]
    parts += [f"note: {remark}\n" for remark in _remarks(results)]
    if shown:
        parts.append("\n".join(_coverage_lines(shown, coverage)) + "\n")
    parts.append(_summary(results, coverage))
    return "\n".join(parts)


def failed_text(result: Result) -> str:
    """What was expected, what came, and the conversation up to there."""
    lines = [f"{place(result.case.mark)}: FAILED {name_of(result)}"]
    for failure in result.failures:
        lines += [f"{place(failure.mark)}: {_told(failure)}"]
    lines += [f"  {result.meaning}"] if result.meaning is not None else []
    lines += ["  the conversation so far:", *conversation_lines(result.conversation)]
    return "".join(map(_visible, "\n".join(lines))) + "\n"


def _visible(sign: str) -> str:
    """What authors write must not steer the terminal."""
    return sign if sign.isprintable() or sign in "\n\u200c\u200d" else sign.encode("unicode_escape").decode()


def name_of(result: Result) -> str:
    """The test and where it was played."""
    return f"{result.case.name} ({result.channel}, {result.language})"


def place(mark: Mark) -> str:
    return f"{mark.file}:{mark.line}:{mark.column}"


def _told(failure: Failure) -> str:
    wanted = f"expected {failure.wanted}"
    lines = wanted.split("\n") if "\n" in wanted else [wanted]
    lines[-1] += "," if "\n" not in wanted else ""
    return "\n".join([*lines, *f"  but {failure.came}".split("\n")]).replace("\n", "\n" + INDENT)


def conversation_lines(lines: Iterable[Line]) -> Iterator[str]:
    """One line after another, who said it on the left."""
    for line in lines:
        first, *more = line.text.split("\n")
        if not line.who:
            yield f"{INDENT}{'':<10}({first})"
            continue
        yield f"{INDENT}{line.who:<10}{first}"
        yield from (f"{INDENT}{'':<10}{text}" for text in more)
        if line.choices:
            yield f"{INDENT}{'':<10}{'  '.join(f'[{choice}]' for choice in line.choices)}"


def _remarks(results: Iterable[Result]) -> list[str]:
    """What people should know who trust these tests."""
    told = sorted({remark for result in results for remark in result.remarks})
    places = sorted({mark for result in results for mark in result.understood})
    if places:
        some = ", ".join(map(place, places[:PLACES_SHOWN])) + (" …" if len(places) > PLACES_SHOWN else "")
        words = "what customers say was taken for what is expected of it, as a language model might understand it"
        told.append(f"{words}: {len(places)} times ({some})")
    return told


def _summary(results: Sequence[Result], coverage: Coverage) -> str:
    failed = sum(not result.passed for result in results)
    seconds = sum(result.seconds for result in results)
    counts = f"{len(results) - failed} passed" + (f", {failed} failed" if failed else "")
    steps = f"{coverage.steps - coverage.missed} of {coverage.steps} steps reached ({coverage.percent:.0f} %)"
    languages = f" in {', '.join(coverage.languages)}" if len(coverage.languages) > 1 else ""
    return f"{counts} in {seconds:.2f} s; {steps}{languages}\n"


def _coverage_lines(shown: Sequence[FlowCoverage], coverage: Coverage) -> Iterator[str]:
    width = max(len(flow.flow) for flow in shown)
    for flow in shown:
        yield f"{flow.flow:<{width}}  {flow.percent:>4.0f} %  {flow.steps - len(flow.missed)} of {flow.steps} steps"
        yield from (f"{INDENT}{_missed_text(missed, coverage)}" for missed in flow.missed)


def _missed_text(missed: Missed, coverage: Coverage) -> str:
    where = place(missed.mark) if missed.mark is not None else "(made by the house)"
    not_in = f" in {', '.join(missed.languages)}" if missed.languages != coverage.languages else ""
    return f"{where}: not reached{not_in}: {missed.step}"


# For programs


def as_json(results: Sequence[Result], coverage: Coverage, problems: Sequence[Problem] = ()) -> str:
    """One JSON object: `passed` and `failed` count, `problems` are those of the test files."""
    failed = sum(not result.passed for result in results)
    told = {
        "passed": len(results) - failed,
        "failed": failed,
        "problems": problems,
        "notes": _remarks(results),
        "tests": [_result_json(result) for result in results],
        "coverage": {
            "percent": round(coverage.percent, 1),
            "languages": coverage.languages,
            "flows": [_flow_json(flow) for flow in coverage.flows],
        },
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"


def _result_json(result: Result) -> dict[str, Json]:
    told: dict[str, Json] = {
        "test_case": result.case.name,
        **_mark_json(result.case.mark),
        "channel": result.channel,
        "language": result.language,
        "passed": result.passed,
        "seconds": round(result.seconds, 4),
    }
    if result.passed:
        return told
    failures = [
        {**_mark_json(failure.mark), "expected": failure.wanted, "came": failure.came} for failure in result.failures
    ]
    conversation = [msgspec.structs.asdict(line) for line in result.conversation]
    return {**told, "failures": failures, "meaning": result.meaning, "conversation": conversation}


def _flow_json(flow: FlowCoverage) -> dict[str, Json]:
    missed = [
        {"step": each.step, "languages": each.languages, **(_mark_json(each.mark) if each.mark is not None else {})}
        for each in flow.missed
    ]
    return {"flow": flow.flow, "steps": flow.steps, "percent": round(flow.percent, 1), "missed": missed}


def _mark_json(mark: Mark) -> dict[str, Json]:
    return {"file": mark.file, "line": mark.line, "column": mark.column}
