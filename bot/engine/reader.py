"""YAML files -> a checked set of flows, or problems at file:line:column.

No file is opened here: the caller brings their contents.
"""

from collections.abc import Collection, Mapping

import msgspec

from bot.content import Value
from bot.engine.checks.answers import check_answers
from bot.engine.checks.buttons import check_buttons
from bot.engine.checks.calm_rules import check_calm_rules
from bot.engine.checks.names import DeskNames, check_names
from bot.engine.checks.paths import check_paths
from bot.engine.checks.persisting import check_persisted
from bot.engine.checks.starting import find_start
from bot.engine.checks.texts import check_texts
from bot.engine.checks.unused import check_unused
from bot.engine.checks.words import check_words
from bot.engine.flow import Duration, FlowSet, FlowSettings
from bot.engine.reading.domain import domain_for_actions, read_actions, read_session, read_slots
from bot.engine.reading.findings import Findings
from bot.engine.reading.flows import read_default_on_fail, read_flows_section
from bot.engine.reading.mappings import check_running
from bot.engine.reading.own_language import own_language
from bot.engine.reading.responses import read_responses
from bot.engine.reading.sections import Sections, is_of_server, names_section
from bot.engine.reading.settings_keys import MOST_LANGUAGES, read_settings
from bot.engine.reading.settling import built_in_responses, built_in_slots, settle
from bot.engine.reading.start_menu import with_beginning
from bot.engine.reading.surveys import read_surveys
from bot.engine.reading.undefined import actions_standing_in, responses_standing_in, slots_standing_in
from bot.problems import Mark, Problem, Problems
from bot.yaml_nodes import Mapping as YamlMapping
from bot.yaml_nodes import read_yaml

NOTHING = frozenset({"none", "nil"})  # as other languages write what is null here


class Reading(Value, frozen=True, kw_only=True):
    """What came of the files: a set of flows when there is no error, and all problems, sorted."""

    flow_set: FlowSet | None
    problems: tuple[Problem, ...] = ()


StepMarks = Mapping[tuple[str, str], Mark]
"""Where each step is written, by flow and step."""


def read_flows(files: Mapping[str, str | bytes], desk: DeskNames | None = None) -> Reading:
    """Read and check all flow files, contents by name. Without `desk` its queues and calendars are not looked up."""
    return read_marked_flows(files, desk)[0]


def read_marked_flows(files: Mapping[str, str | bytes], desk: DeskNames | None = None) -> tuple[Reading, StepMarks]:
    """The same, and where the steps are."""
    found = Findings()
    sections = _parse(files, found)
    if sections.is_without_flows:
        return Reading(flow_set=None, problems=(_without_flows(sections),)), {}
    flow_set = _assemble(sections, found)
    check_names(flow_set, found, desk)
    check_words(flow_set, found)
    check_paths(flow_set, found)
    check_texts(flow_set, found)
    check_answers(flow_set, found)
    check_persisted(flow_set, found)
    check_calm_rules(flow_set, found)
    check_buttons(flow_set, found)
    if not found.failed:
        check_unused(flow_set, found)
    usable = None if found.failed else with_beginning(flow_set)
    return Reading(flow_set=usable, problems=found.sorted()), found.step_marks


def _parse(files: Mapping[str, str | bytes], found: Findings) -> Sections:
    sections = Sections(found, Mark(min(files, default="flows")))
    for file in sorted(files):
        problems = Problems()
        document = read_yaml(file, files[file], problems)
        if document is None and len(problems) and not names_section(files[file]):
            sections.unreadable.extend(problems.sorted())
            continue
        harmless = isinstance(document, YamlMapping) and is_of_server(document)
        for each in problems.sorted():
            report = found.warn if harmless or each.severity == "warning" else found.error
            report(Mark(each.file, each.line, each.column), each.code, each.message, each.hint)
        if document is not None:
            sections.add(document)
        elif not problems:
            sections.empty.append(Mark(file))
        elif len(problems):
            found.broken_files = True
    sections.settle()
    return sections


def _without_flows(sections: Sections) -> Problem:
    """The one thing to say of an assistant whose conversations are stories: what else is wrong is no matter."""
    found = Findings()
    message = "this is an assistant of stories and rules, from before CALM: there is no flow to run"
    found.error(sections.stories or sections.first_mark, "no-flow", message, "write what it does as flows")
    return found.sorted()[0]


def _assemble(sections: Sections, found: Findings) -> FlowSet:
    """The set as far as it can be read; good for checking even when it is not good for running."""
    named = sections.named
    minutes, carries = read_session(named["session_config"], found)
    settings = msgspec.structs.replace(read_settings(named["settings"], found, minutes), carry_over=carries)
    if sections.languages and "languages" not in named["settings"]:
        settings = msgspec.structs.replace(settings, languages=tuple(sections.languages))
    elif "languages" not in named["settings"]:
        said = [entry.value for section in ("responses", "flows") for entry in named[section].values()]
        settings = msgspec.structs.replace(settings, languages=(own_language(said) or settings.languages[0],))
    if found.silence_seconds is not None and settings.timeout is None:
        timeout = Duration(by_channel={"voice": found.silence_seconds})
        settings = msgspec.structs.replace(settings, timeout=timeout)
    slots = read_slots(named["slots"], found)
    responses = read_responses(named["responses"], found, settings.languages[0])
    actions = set(read_actions(sections.actions, found))
    check_running(actions, found)
    surveys = read_surveys(named["surveys"], found)
    flows = read_flows_section(named["flows"], found, settings)
    on_fail = read_default_on_fail(named["settings"], found, settings, flows)
    settings = msgspec.structs.replace(settings, on_fail=on_fail)
    responses |= built_in_responses(responses, actions, found)
    slots |= built_in_slots(slots, found)
    if not found.broken_files:
        actions |= actions_standing_in(actions, found)
        responses |= responses_standing_in(responses, actions, found)
        slots |= slots_standing_in(slots, flows, found)
    flows, slots = settle(flows, slots, responses, actions, found)
    _judge_conditions(found, slots)
    return FlowSet(
        start=find_start(flows, found, sections.first_mark),
        flows=flows,
        slots=slots,
        responses=responses,
        actions=tuple(sorted(actions)),
        surveys=surveys,
        settings=_with_spoken_languages(settings, sections, found),
        domain=domain_for_actions(sections, actions),
    )


def _judge_conditions(found: Findings, slots: Collection[str]) -> None:
    """What is refused in flows of this house, and in what was written for CALM means what it means there.

    That is `and` beside `or`, and a word that is neither a name nor in quotes. A slot without its `slots.` is one in
    CALM's first files alone, which never write that.
    """
    has_namespace = any("slots." in source for source in found.conditions)
    for mark in found.mixed:
        if found.is_calms(mark):
            message = "'and' and 'or' side by side are read from the right, as CALM does: a and (b or c)"
            found.warn(mark, "condition", message, "put in parentheses what belongs together")
        else:
            found.error(mark, "condition", "'and' and 'or' side by side: put one of them in parentheses")
    for word, mark, what in found.bare:
        missing = "which is never set, here as in CALM" if found.is_calms(mark) else "which does not exist"
        hint = f"a slot is written 'slots.{word}', and a text stands in quotes"
        hint = "for nothing, write null" if word.casefold() in NOTHING else hint
        report = found.error if has_namespace and word in slots else found.warn_calm
        report(mark, "unknown-name", f"{what} '{word}', {missing}", hint)


def _with_spoken_languages(settings: FlowSettings, sections: Sections, found: Findings) -> FlowSettings:
    """Where no languages are declared, those in which texts are written; that of plain texts first, or English."""
    if "languages" in sections.named["settings"]:
        return settings
    spoken = sorted(found.used("language", how=("read",)))[:MOST_LANGUAGES]
    found.undeclared = frozenset(spoken).difference(sections.languages)
    if sections.languages:
        return msgspec.structs.replace(settings, languages=tuple({**sections.languages, **dict.fromkeys(spoken)}))
    first = settings.languages[0]
    if spoken and first not in spoken and not found.plain_texts:
        return msgspec.structs.replace(settings, languages=tuple(spoken))
    return msgspec.structs.replace(settings, languages=(first, *(code for code in spoken if code != first)))
