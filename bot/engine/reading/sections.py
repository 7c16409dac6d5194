"""The top-level keys of all files, put together: each name once, wherever it stands."""

from collections.abc import Iterable

from bot.content import Json
from bot.engine.reading.findings import Findings
from bot.problems import Mark, did_you_mean
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar, plain

NAMED_SECTIONS = frozenset({"flows", "slots", "responses", "surveys", "settings", "session_config"})
DOMAIN_SECTIONS = frozenset({"intents", "entities", "forms", "e2e_actions"})  # no effect, but actions may look at them
CALM_SECTIONS = DOMAIN_SECTIONS | {
    "nlu", "stories", "rules", "config", "recipe", "language", "additional_languages", "pipeline", "policies",
    "assistant_id", "action_endpoint", "nlg", "models", "model_groups", "tracker_store", "event_broker", "lock_store",
    "vector_store", "test_cases", "fixtures", "metadata", "stub_custom_actions",
}  # fmt: skip
SECTIONS = NAMED_SECTIONS | {"version", "actions"}


class Sections:
    """What the files say, by top-level key and name."""

    def __init__(self, found: Findings, first_mark: Mark) -> None:
        self.found = found
        self.first_mark = first_mark  # where to report what stands nowhere
        self.named: dict[str, dict[str, Entry]] = {section: {} for section in NAMED_SECTIONS}
        self.actions: list[Node] = []
        self.domain: dict[str, list[Json]] = {}  # what each file says of a section without effect

    def add(self, document: Node) -> None:
        """Take in one file."""
        if not isinstance(document, Mapping):
            self.found.wrong_type(document, "the file", f"a mapping with keys such as {_list(SECTIONS)}")
            self.found.broken_files = True
            return
        for section, entry in document.entries.items():
            if section in NAMED_SECTIONS:
                self._add_named(section, entry.value)
            elif section == "actions":
                self._add_actions(entry.value)
            elif section in CALM_SECTIONS:
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
            if name in known:
                first = known[name].key.mark
                message = f"'{name}' of {section} is defined twice; the first is at {first.file}:{first.line}"
                self.found.error(entry.key, "duplicate-name", message)
            else:
                known[name] = entry

    def _add_actions(self, node: Node) -> None:
        if isinstance(node, Listing):
            self.actions.extend(node.items)
        elif not isinstance(node, Scalar) or node.value is not None:
            self.found.wrong_type(node, "'actions'", "a list of names")


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
