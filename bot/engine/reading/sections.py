"""The top-level keys of all files, put together: each name once, wherever it stands."""

from collections.abc import Iterable

from bot.content import Json
from bot.engine.reading.findings import Findings
from bot.problems import Mark, did_you_mean, nearest
from bot.yaml_fields import LANGUAGE_CODE
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar, plain

NAMED_SECTIONS = frozenset({"flows", "slots", "responses", "surveys", "settings", "session_config"})
DOMAIN_SECTIONS = frozenset({"intents", "entities", "forms", "e2e_actions"})  # no effect, but actions may look at them
LANGUAGE_SECTIONS = frozenset({"language", "additional_languages"})  # of CALM's config.yml
CALM_SECTIONS = DOMAIN_SECTIONS | {
    "nlu", "stories", "rules", "config", "importers", "recipe", "pipeline", "policies", "assistant_id",
    "action_endpoint", "nlg", "models", "model_groups", "tracker_store", "event_broker", "lock_store", "vector_store",
    "mcp_servers", "privacy", "metrics", "tracing", "agent", "configuration", "connections", "test_cases", "fixtures",
    "metadata", "stub_custom_actions", "llm_judge",
}  # fmt: skip
TEST_SECTIONS = frozenset({"version", "test_cases", "fixtures", "metadata", "stub_custom_actions", "llm_judge"})
SECTIONS = NAMED_SECTIONS | {"version", "actions"}
REPEATABLE = frozenset({"slots", "responses", "session_config"})  # CALM merges domain files that repeat each other


class Sections:
    """What the files say, by top-level key and name."""

    def __init__(self, found: Findings, first_mark: Mark) -> None:
        self.found = found
        self.first_mark = first_mark  # where to report what stands nowhere
        self.named: dict[str, dict[str, Entry]] = {section: {} for section in NAMED_SECTIONS}
        self.actions: list[Node] = []
        self.domain: dict[str, list[Json]] = {}  # what each file says of a section without effect
        self.is_calm = False  # whether any file has a key that CALM's files have and ours need not
        self.languages: dict[str, None] = {}  # of CALM's config.yml, the first is the one that texts are written in

    def add(self, document: Node) -> None:
        """Take in one file."""
        if not isinstance(document, Mapping):
            self.found.wrong_type(document, "the file", f"a mapping with keys such as {_list(SECTIONS)}")
            self.found.broken_files = True
            return
        if "test_cases" in document.entries and document.entries.keys() <= TEST_SECTIONS:
            return  # conversation tests, which CALM keeps in folders of any name
        if self._is_elsewhere(document):
            return
        for section, entry in document.entries.items():
            self.is_calm |= section == "version" or section in CALM_SECTIONS or section in LANGUAGE_SECTIONS
            if section in NAMED_SECTIONS:
                self._add_named(section, entry.value)
            elif section == "actions":
                self._add_actions(entry.value)
            elif section in LANGUAGE_SECTIONS:
                self._add_languages(section, entry.value)
            elif section in CALM_SECTIONS:
                self._note_agent(section, entry.value)
                self.found.warn(entry.key, "no-effect", f"'{section}' has no effect here")
                if section in DOMAIN_SECTIONS:
                    self.domain.setdefault(section, []).append(plain(entry.value))
            elif section != "version":
                hint = did_you_mean(section, SECTIONS) or f"there are: {_list(SECTIONS)}"
                self.found.error(entry.key, "unknown-key", f"'{section}' is not a key of a flow file", hint)

    def _add_named(self, section: str, node: Node) -> None:
        if isinstance(node, Scalar) and node.value is None:
            return
        if not isinstance(node, Mapping):
            self.found.wrong_type(node, f"'{section}'", "a mapping")
            self.found.broken_files = True
            return
        known = self.named[section]
        for name, entry in node.entries.items():
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
            same = section in REPEATABLE and plain(entry.value) == plain(known[name].value)
            report = self.found.warn if same else self.found.error
            report(entry.key, "duplicate-name", message, "it is the same there, so remove one" if same else None)

    def _is_elsewhere(self, document: Mapping) -> bool:
        """Whether nothing in the file is of flows or of CALM, such as in its credentials.yml; told once."""
        known = SECTIONS | CALM_SECTIONS | LANGUAGE_SECTIONS
        sections = [section for section in document.entries if section != "version"]
        if not sections or any(section in known or nearest(section, known) for section in sections):
            return False
        self.found.warn(document.entries[sections[0]].key, "not-a-flow-file", "nothing in this file is of flows")
        return True

    def _note_agent(self, section: str, node: Node) -> None:
        name = node.get("name") if section == "agent" and isinstance(node, Mapping) else None
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


def _is_domain(file: str) -> bool:
    """Whether it is CALM's domain, in which CALM itself looks for no flows."""
    *folders, name = file.replace("\\", "/").split("/")
    return "domain" in folders or name.partition(".")[0] == "domain"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
