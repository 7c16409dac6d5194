"""Where conversations begin."""

from collections.abc import Mapping

from bot.engine.flow import Flow
from bot.engine.patterns import SESSION_START, START_MENU, is_pattern
from bot.engine.reading.findings import Findings
from bot.engine.reading.flows import DEFAULT_ON_FAIL
from bot.problems import Mark, listed


def find_start(flows: Mapping[str, Flow], found: Findings, first_mark: Mark) -> str:
    """The flow that says `start`, else the only one that may begin by itself, else a menu of those.

    Empty when there is none, which is reported; of CALM's files it is the menu all the same. Before a menu
    `pattern_session_start` has its word.
    """
    marked = [name for name, flow in flows.items() if flow.start]
    for other in marked[1:]:
        first = found.marks["flow", marked[0]]
        message = f"conversations begin with '{marked[0]}' already ({first.file}:{first.line})"
        found.error(found.marks["flow", other], "two-starts", message, "only one flow says 'start: true'")
    if marked:
        return marked[0]
    open_ones = offered_in_menu(flows)
    if START_MENU in flows:
        return START_MENU
    if SESSION_START in flows and not open_ones:
        return SESSION_START
    if len(open_ones) == 1 and SESSION_START not in flows:
        return open_ones[0]
    if open_ones:
        message = f"no flow says where conversations begin, so a menu offers all that may: {listed(open_ones)}"
        if not found.broken_files:
            found.warn(found.marks["flow", open_ones[0]], "start-menu", message, "or add 'start: true' to one flow")
        return START_MENU
    first_flow = next((found.marks["flow", name] for name in flows), first_mark)
    if flows and found.is_calms(first_flow):
        message = "no flow may begin by itself, so whoever begins is led to people"
        found.warn(first_flow, "no-start", message, "add 'start: true' to one flow")
        return START_MENU
    if not found.broken_files:
        ordinary = next((name for name in flows if not is_pattern(name)), None)
        if ordinary:
            message = "no flow says where conversations begin"
            found.error(found.marks["flow", ordinary], "no-start", message, "add 'start: true' to one flow")
        else:
            found.error(first_mark, "no-start", "there is no flow", "flows stand below the key 'flows'")
    return ""


def offered_in_menu(flows: Mapping[str, Flow]) -> list[str]:
    """The flows that customers may start, in the order of the files; a guard may still hide one."""
    return [
        name
        for name, flow in flows.items()
        if not is_pattern(name) and name not in (DEFAULT_ON_FAIL, START_MENU) and flow.guard != "false"
    ]
