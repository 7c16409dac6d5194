"""A set of flows as a plain CALM project: its files, and what CALM cannot say."""

from collections.abc import Mapping

from bot.calm.domain import domain_of
from bot.calm.flow_writer import FlowWriter, Written
from bot.calm.list_action import HEADER
from bot.calm.losses import Losses
from bot.calm.project import Project
from bot.calm.steps import write_step
from bot.calm.yaml_text import yaml_text
from bot.content import Value
from bot.engine.checks.calm_rules import words_of
from bot.engine.flow import END, Flow, FlowSet, Handoff
from bot.engine.patterns import HUMAN_HANDOFF, SESSION_START, START_MENU, TICKET_STATE, built_in_patterns, is_pattern
from bot.engine.reader import StepMarks
from bot.problems import Problem

FLOWS, DOMAIN, CONFIG, ACTIONS = "data/flows.yml", "domain.yml", "config.yml", "actions/actions.py"
SETTINGS = ("queue", "globals", "tries", "timeout", "on_fail", "calling_hours", "survey_after")


class Export(Value, frozen=True, kw_only=True):
    """The files' contents by name, and what is lost, by place."""

    files: dict[str, str]
    losses: tuple[Problem, ...]


def export_calm(flow_set: FlowSet, files: Mapping[str, str | bytes], marks: StepMarks) -> Export:
    """The project that says of the flows what CALM can. `files` are those that the flows were read from."""
    losses = Losses(files, marks)
    project = Project(flow_set, losses)
    written_flows = [flow for flow in _all_flows(flow_set) if not _is_left_out(flow, losses)]
    flows = {project.flow_name(flow.id): _flow(flow, project) for flow in written_flows}
    if flow_set.flows[flow_set.start].start and START_MENU not in flows:
        flows[START_MENU] = _beginning(flow_set, losses)
    for key in SETTINGS:
        if losses.names("settings", key):
            losses.of("settings", key, f"CALM has no setting '{key}'")
    for name in flow_set.surveys:
        losses.of("surveys", name, f"CALM has no surveys: '{name}' is left out")
    _tell_apart(flows, losses)
    written = {FLOWS: yaml_text({"flows": flows}), DOMAIN: yaml_text(domain_of(project)), CONFIG: _config(flow_set)}
    if project.code:
        written[ACTIONS] = HEADER + "".join(project.code)
    return Export(files=written, losses=losses.sorted())


def _all_flows(flow_set: FlowSet) -> list[Flow]:
    """With the one that is built in here, and not in CALM, if any flow leads to it."""
    flows = list(flow_set.flows.values())
    leads = any(getattr(step, "flow", "") == TICKET_STATE for flow in flows for step in flow.steps.values())
    return flows if TICKET_STATE in flow_set.flows or not leads else [*flows, built_in_patterns()[TICKET_STATE]]


def _is_left_out(flow: Flow, losses: Losses) -> bool:
    """A beginning that nobody wrote, and the pattern of hand-offs, which can't be said in steps that lead to it."""
    if flow.id in (START_MENU, SESSION_START):
        return not losses.names("flows", flow.id)
    if flow.id != HUMAN_HANDOFF or not any(isinstance(step, Handoff) for step in flow.steps.values()):
        return False
    losses.of("flows", flow.id, f"'{HUMAN_HANDOFF}' is left out", "write your own: it brings your people in")
    return True


def _beginning(flow_set: FlowSet, losses: Losses) -> Written:
    """CALM says nowhere where a conversation begins: this flow does, and leads on at once."""
    instead = f"let 'pattern_session_start' link to '{flow_set.start}'"
    losses.of("flows", flow_set.start, "CALM has no 'start': a conversation begins with what is said", instead)
    return {
        "description": "Where conversations begin",
        "if": False,
        "steps": [{"id": "begin", "link": flow_set.start}],
    }


def _flow(flow: Flow, project: Project) -> Written:
    writer = FlowWriter(flow, project)
    for step in flow.steps.values():
        write_step(writer, step)
    _note_losses(flow, project.losses)
    written: Written = {"description": flow.description or flow.id}
    written |= _names(flow, project)
    if flow.guard is not None and not is_pattern(flow.id):
        written["if"] = False if flow.guard == "false" else project.condition(flow.guard, flow.id, flow.first)
    commands = (word[1:] for words in flow.triggers.values() for word in words if word.startswith("/"))
    intents = dict.fromkeys((*flow.intents, *commands))
    project.intents |= intents
    if intents:
        written["nlu_trigger"] = [{"intent": intent} for intent in intents]
    if writer.persisted:
        written["persisted_slots"] = list(writer.persisted)
    if not flow.run_pattern_completed:
        written["run_pattern_completed"] = False
    return {**written, "steps": writer.steps() or [{"id": "nothing", "noop": True, "next": END}]}


def _tell_apart(flows: dict[str, Written], losses: Losses) -> None:
    """CALM refuses flows that are described or called alike: of those the later ones say which they are."""
    seen: set[tuple[str, str]] = set()
    for name, flow in flows.items():
        texts = [("description", flow), ("name", flow)]
        texts += [(code, each) for code, each in flow.get("translation", {}).items()]
        for what, holder in texts:
            key = what if what == "description" else "name"
            alike = (what, words_of(holder[key])) if key in holder else None
            if alike is not None and alike in seen:
                holder[key] = f"{holder[key]} ({name})"
                if key == "name":
                    losses.of("flows", name, "CALM has no two flows of one name", "call this one otherwise")
            if alike is not None:
                seen.add(alike)


def _names(flow: Flow, project: Project) -> Written:
    if flow.name is None:
        return {}
    first, *others = project.flow_set.settings.languages
    names = flow.name.by_language
    main = names.get(first) or names.get("*") or next(iter(names.values()), flow.id)
    translation = {code: {"name": names[code]} for code in others if code in names}
    return {"name": main, **({"translation": translation} if translation else {})}


def _note_losses(flow: Flow, losses: Losses) -> None:
    words = [word for words in flow.triggers.values() for word in words if not word.startswith("/")]
    if words:
        losses.of("flows", flow.id, "CALM has no 'triggers' but commands", "a language model must understand the words")
    if flow.expires is not None:
        losses.of("flows", flow.id, "CALM has no 'expires' of one flow")
    if flow.resume != "ask" and flow.id not in built_in_patterns():
        losses.of("flows", flow.id, "CALM has no 'resume'")


def _config(flow_set: FlowSet) -> str:
    first, *others = flow_set.settings.languages
    config: Written = {"recipe": "default.v1", "language": first}
    if others:
        config["additional_languages"] = others
    pipeline: Written = {
        "pipeline": [{"name": "CompactLLMCommandGenerator"}],
        "policies": [{"name": "FlowPolicy"}],
    }
    return yaml_text(config | pipeline)
