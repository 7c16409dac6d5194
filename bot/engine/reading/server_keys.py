"""What CALM's own server is told in config.yml, endpoints.yml and the like, and what of it is missed here."""

from collections.abc import Mapping

from bot.engine.reading.findings import Findings
from bot.yaml_fields import MAX_SECONDS
from bot.yaml_nodes import Entry, Listing, Node, Scalar
from bot.yaml_nodes import Mapping as MappingNode

LANGUAGE_SECTIONS = frozenset({"language", "additional_languages"})
AGENT_SECTIONS = frozenset({"agent", "configuration", "connections"})  # of a language model; who calls it is told
MISSED_SECTIONS = frozenset({"action_endpoint", "nlg", "privacy"})
SERVER_SECTIONS = AGENT_SECTIONS | MISSED_SECTIONS | {
    "recipe", "assistant_id", "pipeline", "policies", "importers", "config", "spaces",
    "core_target", "nlu_target", "train_schema", "predict_schema",
    "models", "model_groups", "tracker_store", "event_broker", "lock_store", "vector_store", "mcp_servers",
    "metrics", "tracing", "interaction_handling", "secrets_manager",
}  # fmt: skip
MODEL_POLICIES = {
    "EnterpriseSearchPolicy": "nobody searches documents here",
    "IntentlessPolicy": "nobody answers without a flow here",
}


def note_server_file(entries: Mapping[str, Entry], found: Findings) -> None:
    """One note for all that does nothing here, and one for each thing that is missed."""
    idle = [entry.key for name, entry in entries.items() if name not in LANGUAGE_SECTIONS | MISSED_SECTIONS]
    idle = [key for key in idle if key.text != "version" and not _note_silence(key, entries[key.text].value, found)]
    if idle and "agent" not in entries:
        names = ", ".join(f"'{key.text}'" for key in idle)
        found.warn(idle[0], "no-effect", f"these have no effect here: {names}")
    if "action_endpoint" in entries:
        _note_actions(entries["action_endpoint"], found)
    if "nlg" in entries:
        _note_wording(entries["nlg"], found)
    if "privacy" in entries:
        message = "'privacy' has no effect here: what it would hide or delete is kept as it is"
        found.warn(entries["privacy"].key, "no-effect", message)
    if "policies" in entries:
        _note_policies(entries["policies"].value, found)


def _note_silence(key: Scalar, node: Node, found: Findings) -> bool:
    """Whether it says how long silence lasts on the telephone before it counts as no answer."""
    seconds = _seconds_at(node, "global_silence_timeout") if key.text == "interaction_handling" else None
    if seconds is not None and found.silence_seconds is None:
        found.silence_seconds = seconds
    return seconds is not None


def note_channels(entries: Mapping[str, Entry], found: Findings) -> bool:
    """Whether it is CALM's credentials.yml and says so of its channels, all of which that do are telephones."""
    longest = max((_seconds_at(entry.value, "silence_timeout") or 0.0 for entry in entries.values()), default=0.0)
    if longest > 0:
        found.silence_seconds = longest
    return longest > 0


def _seconds_at(node: Node, key: str) -> float | None:
    seconds = node.get(key) if isinstance(node, MappingNode) else None
    value = seconds.value if isinstance(seconds, Scalar) else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= MAX_SECONDS:
        return None
    return float(value)


def _note_actions(entry: Entry, found: Findings) -> None:
    module = _word_at(entry.value, "actions_module")
    hint = f'in settings.toml: actions.package = "{module}"' if module else "in settings.toml: actions.server_url"
    found.warn(entry.key, "no-effect", "the settings say where actions run", hint)


def _note_wording(entry: Entry, found: Findings) -> None:
    node = entry.value
    if isinstance(node, Listing) and node.items:
        node = node.items[0]  # the pages show it as a list too
    kind = _word_at(node, "type")
    if "rephras" in kind.casefold():
        message = "rephrasing needs a language model; every text is said as written"
        found.warn(entry.key, "needs-language-model", message)
    elif isinstance(node, MappingNode):
        found.warn(entry.key, "no-effect", "no server is asked for texts; every text is said as written")


def _note_policies(node: Node, found: Findings) -> None:
    for item in node.items if isinstance(node, Listing) else ():
        policy = _word_at(item, "name").rpartition(".")[2]
        if policy in MODEL_POLICIES:
            message = f"'{policy}' needs a language model: {MODEL_POLICIES[policy]}"
            found.warn(item, "needs-language-model", message, "flows answer what is asked often")


def _word_at(node: Node, key: str) -> str:
    value = node.get(key) if isinstance(node, MappingNode) else None
    return value.text if isinstance(value, Scalar) else ""
