"""The top-level keys of all files, put together: each name once, wherever it stands."""

import re
from collections.abc import Iterable

from bot.content import Json
from bot.engine.reading.dialect import speaks_ours
from bot.engine.reading.findings import Findings
from bot.engine.reading.server_keys import LANGUAGE_SECTIONS, SERVER_SECTIONS, note_channels, note_server_file
from bot.problems import Mark, Problem, did_you_mean, nearest
from bot.yaml_fields import LANGUAGE_CODE
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar, plain

NAMED_SECTIONS = frozenset({"flows", "slots", "responses", "surveys", "settings", "session_config"})
DOMAIN_SECTIONS = frozenset({"intents", "entities", "forms", "e2e_actions"})  # no effect, but actions may look at them
TRAINING_SECTIONS = frozenset({"nlu", "stories", "rules"})
TEST_SECTIONS = frozenset({
    "test_cases", "fixtures", "metadata", "stub_custom_actions", "llm_judge", "llm_e2e_test_conversion",
    "scenario", "simulation", "evaluation",
})  # fmt: skip
CALM_SECTIONS = DOMAIN_SECTIONS | TRAINING_SECTIONS | TEST_SECTIONS | SERVER_SECTIONS | LANGUAGE_SECTIONS
SECTIONS = NAMED_SECTIONS | {"version", "actions"}
CONTENT_SECTIONS = NAMED_SECTIONS | DOMAIN_SECTIONS | TRAINING_SECTIONS | {"actions"}
CALM_SLOT_KEYS = frozenset({"mappings", "influence_conversation", "shared_for_coexistence"})
_TOP_KEY = re.compile(r"^[\"']?(\w+)[\"']?[ \t]*:", re.MULTILINE)
REPEATABLE = frozenset({"slots", "responses", "session_config"})  # CALM merges domain files that repeat each other


class Sections:
    """What the files say, by top-level key and name."""

    def __init__(self, found: Findings, first_mark: Mark) -> None:
        self.found = found
        self.first_mark = first_mark  # where to report what stands nowhere
        self.named: dict[str, dict[str, Entry]] = {section: {} for section in NAMED_SECTIONS}
        self.actions: list[Node] = []
        self.domain: dict[str, list[Json]] = {}  # what each file says of a section without effect
        self.signed: set[str] = set()  # files with what CALM's have and ours need not
        self.plain: set[str] = set()  # files that say nothing that only this house says
        self.empty: list[Mark] = []  # files that say nothing
        self.strays: list[Node] = []  # files that are lists or words, such as the e2e tests' results
        self.unknown: list[Entry] = []  # top-level keys that there are not
        self.known_files: set[str] = set()  # that have others, and so are of flows or of what flows need
        self.unreadable: list[Problem] = []  # of files that are no YAML, and seem to be of something else
        self.told: set[str] = set()  # sections without effect
        self.stories: Mark | None = None
        self.copied: dict[
            tuple[str, str], list[tuple[Entry, str]]
        ] = {}  # the same names with the same values, by files
        self.repeated: list[tuple[Entry, str]] = []  # what is not the same as the first of its name, which counts
        self.languages: dict[str, None] = {}  # of CALM's config.yml, the first is the one that texts are written in

    def add(self, document: Node) -> None:
        """Take in one file."""
        if not isinstance(document, Mapping):
            self.strays.append(document)
            return
        if is_of_tests(document):
            return
        self._note_dialect(document)
        if is_of_server(document):
            self._add_server_file(document)
        elif not self._is_elsewhere(document):
            for section, entry in document.entries.items():
                self._add_section(section, entry)

    def settle(self) -> None:
        """Report what can only be judged when all files are read: whether they are CALM's."""
        has_domain = bool(self.named["slots"] or self.named["responses"] or self.actions)
        if self.signed or not has_domain:
            self.found.calm_files = frozenset(self.signed | self.plain)
        if not has_domain:
            self.found.lone_files = frozenset(self.plain)
        is_of_calm = bool(self.named["flows"] and self.found.calm_files)
        for problem in self.unreadable:
            report = self.found.warn if is_of_calm else self.found.error
            report(Mark(problem.file, problem.line, problem.column), problem.code, problem.message, problem.hint)
        self.found.broken_files |= bool(self.unreadable) and not is_of_calm
        for mark in () if self.found.calm_files else self.empty:
            self.found.warn(mark, "empty-file", "nothing is written in this file", "delete it, if that is meant")
        for stray in self.strays:
            if is_of_calm:
                self.found.warn(stray, "not-a-flow-file", "nothing in this file is of flows")
                continue
            self.found.wrong_type(stray, "the file", f"a mapping with keys such as {_list(SECTIONS)}")
            self.found.broken_files = True
        for entry in self.unknown:
            key = entry.key
            hint = did_you_mean(key.text, SECTIONS) or f"there are: {_list(SECTIONS)}"
            if isinstance(entry.value, Mapping) and "steps" in entry.value.entries:
                hint = "a flow stands below the key 'flows': indent it"
            is_slip = (
                entry.key.mark.file in self.known_files and nearest(key.text, SECTIONS | CALM_SECTIONS) is not None
            )
            report = self.found.error if is_slip else self.found.warn_calm
            report(key, "unknown-key", f"'{key.text}' is not a key of a flow file", hint)
            is_unread = _is_flow(entry.value) or nearest(key.text, SECTIONS) is not None
            self.found.broken_files |= is_unread and not self.found.is_calms(key)
        for copies in self.copied.values():
            entry, message = copies[0]
            more = f", and so are {len(copies) - 1} more of this file" if len(copies) > 1 else ""
            hint = "is one of the files a copy?" if len(copies) > 2 else "it is the same there, so remove one"
            self.found.warn(entry.key, "duplicate-name", message + more, hint)
        for entry, message in self.repeated:
            self.found.warn_calm(entry.key, "duplicate-name", message, "the first one counts")

    @property
    def is_without_flows(self) -> bool:
        """Whether it is an assistant of the time before CALM: nothing of it can run."""
        return self.stories is not None and not self.named["flows"] and not self.found.broken_files

    def _note_dialect(self, document: Mapping) -> None:
        """A file is CALM's that shows it; so is one beside it that says nothing that only flows of this house say."""
        slots = document.get("slots")
        mapped = isinstance(slots, Mapping) and any(_is_calms_slot(entry.value) for entry in slots.entries.values())
        if mapped or "version" in document.entries or not CALM_SECTIONS.isdisjoint(document.entries):
            self.signed.add(document.mark.file)
        if not speaks_ours(document):
            self.plain.add(document.mark.file)

    def _add_section(self, section: str, entry: Entry) -> None:
        if section in CONTENT_SECTIONS:
            self.known_files.add(entry.key.mark.file)
        if section in NAMED_SECTIONS:
            self._add_named(section, entry.value)
        elif section == "actions":
            self._add_actions(entry.value)
        elif section in LANGUAGE_SECTIONS:
            self._add_languages(section, entry.value)
        elif section in DOMAIN_SECTIONS or section in TRAINING_SECTIONS:
            self._note_once(section, entry)
        elif section in SERVER_SECTIONS:
            note_server_file({section: entry}, self.found)
        elif section in TEST_SECTIONS:
            self.found.warn(entry.key, "no-effect", f"'{section}' has no effect here")
        elif section != "version":
            self.unknown.append(entry)

    def _add_server_file(self, document: Mapping) -> None:
        self._note_agent(document)
        for section in LANGUAGE_SECTIONS & document.entries.keys():
            self._add_languages(section, document.entries[section].value)
        note_server_file(document.entries, self.found)

    def _note_once(self, section: str, entry: Entry) -> None:
        """Of a section without effect, however many files have it."""
        value = plain(entry.value)
        if section in DOMAIN_SECTIONS:
            self.domain.setdefault(section, []).append(value)
        elif section != "nlu" and self.stories is None:
            self.stories = entry.key.mark
        if value and section not in self.told:
            self.told.add(section)
            self.found.warn(entry.key, "no-effect", f"'{section}' has no effect here")

    def _add_named(self, section: str, node: Node) -> None:
        if isinstance(node, Scalar) and node.value is None:
            return
        if not isinstance(node, Mapping):
            self.found.wrong_type(node, f"'{section}'", "a mapping")
            self.found.broken_files = True
            return
        known = self.named[section]
        flows = [] if section == "flows" else [entry.key for entry in node.entries.values() if _is_flow(entry.value)]
        if flows:
            message = f"'{flows[0].text}' is a flow, and stands below '{section}'"
            self.found.error(flows[0], "misplaced", message, "write 'flows:' above it, at the margin")
            self.found.broken_files = True
        for name, entry in node.entries.items():
            if flows and _is_flow(entry.value):
                continue
            if name not in known:
                known[name] = entry
                continue
            first = known[name].key.mark
            if section == "flows" and _is_domain(first.file) != _is_domain(entry.key.mark.file):
                unread = entry if _is_domain(entry.key.mark.file) else known[name]
                known[name] = known[name] if unread is entry else entry
                self.found.warn(unread.key, "duplicate-name", f"the flow '{name}' of another file counts, not this one")
                continue
            message = f"'{name}' of {section} is defined twice; the first is at {first.file}:{first.line}"
            if section not in REPEATABLE:
                self.found.error(entry.key, "duplicate-name", message, "remove one of them, or give it another name")
            elif plain(entry.value) == plain(known[name].value):
                self.copied.setdefault((entry.key.mark.file, first.file), []).append((entry, message))
            else:
                self.repeated.append((entry, message))

    def _is_elsewhere(self, document: Mapping) -> bool:
        """Whether nothing in the file is of flows or of CALM, such as in its credentials.yml; told once."""
        known = SECTIONS | CALM_SECTIONS
        sections = [section for section in document.entries if section != "version"]
        if not sections or any(section in known or nearest(section, known) for section in sections):
            return False
        if any(_is_flow(entry.value) for entry in document.entries.values()):
            return False
        message = "nothing in this file is of flows"
        if note_channels(document.entries, self.found):
            message = "of this file, only 'silence_timeout' counts here"
        self.found.warn(document.entries[sections[0]].key, "not-a-flow-file", message)
        return True

    def _note_agent(self, document: Mapping) -> None:
        node = document.get("agent")
        name = node.get("name") if isinstance(node, Mapping) else None
        if isinstance(name, Scalar) and name.text:
            self.found.agents.add(name.text)

    def _add_languages(self, section: str, node: Node) -> None:
        for item in node.items if isinstance(node, Listing) else (node,):
            if isinstance(item, Scalar) and LANGUAGE_CODE.match(item.text):
                self.languages = {item.text: None, **self.languages} if section == "language" else self.languages
                self.languages.setdefault(item.text)
            else:
                self.found.warn(item, "no-effect", f"this is no code of a language, so '{section}' has no effect here")

    def _add_actions(self, node: Node) -> None:
        if isinstance(node, Listing):
            self.actions.extend(node.items)
        elif not isinstance(node, Scalar) or node.value is not None:
            self.found.wrong_type(node, "'actions'", "a list of names")


def names_section(content: str | bytes) -> bool:
    """Whether a file that can't be read seems to be of flows, or of what flows need."""
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    return not CONTENT_SECTIONS.isdisjoint(_TOP_KEY.findall(text))


def is_of_tests(document: Mapping) -> bool:
    """Whether it is of conversation tests, which CALM keeps in folders of any name."""
    sections = document.entries.keys() - {"version"}
    return bool(sections) and (sections <= TEST_SECTIONS or {"test_case", "steps"} <= sections)


def is_of_server(document: Mapping) -> bool:
    """Whether it is CALM's config.yml, endpoints.yml or the like; a key that is not known there is harmless."""
    sections = document.entries.keys()
    return not sections.isdisjoint(SERVER_SECTIONS) and sections.isdisjoint(CONTENT_SECTIONS)


def _is_flow(node: Node) -> bool:
    return isinstance(node, Mapping) and {"steps", "description"} <= node.entries.keys()


def _is_domain(file: str) -> bool:
    """Whether it is CALM's domain, in which CALM itself looks for no flows."""
    *folders, name = file.replace("\\", "/").split("/")
    return "domain" in folders or name.partition(".")[0] == "domain"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _is_calms_slot(node: Node) -> bool:
    return isinstance(node, Mapping) and not CALM_SLOT_KEYS.isdisjoint(node.entries)
