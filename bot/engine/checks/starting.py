"""Where conversations begin, and which words begin what."""

from collections.abc import Mapping

from bot.engine.flow import Flow, FlowSet
from bot.engine.patterns import is_pattern
from bot.engine.reading.findings import Findings
from bot.engine.reading.flows import DEFAULT_ON_FAIL
from bot.problems import Mark

SESSION_START = "pattern_session_start"


def find_start(flows: Mapping[str, Flow], found: Findings, first_mark: Mark) -> str:
    """The flow that says `start`; in CALM's sets the session pattern, or the only flow that may start by itself.

    Empty when there is none, which is reported.
    """
    marked = [name for name, flow in flows.items() if flow.start]
    for other in marked[1:]:
        first = found.marks["flow", marked[0]]
        message = f"conversations begin with '{marked[0]}' already ({first.file}:{first.line})"
        found.error(found.marks["flow", other], "two-starts", message, "only one flow says 'start: true'")
    if marked:
        return marked[0]
    if SESSION_START in flows:
        return SESSION_START
    ordinary = [name for name in flows if not is_pattern(name) and name != DEFAULT_ON_FAIL]
    open_ones = [name for name in ordinary if flows[name].guard != "false"]
    if len(open_ones) == 1:
        return open_ones[0]
    if not found.broken_files:
        where = found.marks["flow", ordinary[0]] if ordinary else first_mark
        message = "no flow says where conversations begin" if ordinary else "there is no flow"
        found.error(where, "no-start", message, "add 'start: true' to one flow")
    return ""


def check_triggers(flow_set: FlowSet, found: Findings) -> None:
    """One word starts one flow."""
    taken: dict[tuple[str, str], str] = {}
    for name, flow in flow_set.flows.items():
        for language, words in flow.triggers.items():
            for word in words:
                other = taken.setdefault((language, word.casefold()), name)
                if other != name:
                    mark = found.marks["flow", name]
                    found.error(mark, "duplicate-trigger", f"'{word}' starts the flow '{other}' already")
