"""Responses with their variations, as CALM's domain files write them."""

import re
from typing import Literal

import msgspec

from bot.content import Json
from bot.engine.conditions import parse_condition
from bot.engine.flow import Button, Text, Variation
from bot.engine.jinja import outlined
from bot.engine.patterns import SLOT_REJECTIONS
from bot.engine.reading.findings import Findings, Given, Said, TextRole
from bot.engine.reading.jinja import TEMPLATE, checked_template, is_template, named, plainly, undoubled, with_names
from bot.engine.reading.leniency import only_known, without_empty_keys
from bot.engine.reading.payloads import note_payload
from bot.engine.reading.steps_talk import read_address
from bot.engine.reading.values import (
    CHANNELS,
    EVERY_LANGUAGE,
    RESPONSE_NAME,
    in_words,
    note_language,
    note_placeholders,
    read_condition,
    read_json,
    read_literal,
)
from bot.engine.text import names_in
from bot.engine.wording import WORDING
from bot.problems import did_you_mean
from bot.yaml_fields import Fields, mappings_in, word_of
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar, plain

VARIATION_KEYS = frozenset({
    "text", "condition", "channel", "translation", "buttons", "quick_replies", "image", "attachment", "custom",
    "metadata", "id", "elements", "button_type", "allow_interruptions",
})  # fmt: skip
BUTTON_KEYS = frozenset({"title", "payload", "translation", "content_type", "image_url", "type", "url"})
REPHRASING = ("rephrase", "rephrase_prompt")
CONSTRAINT_KEYS = frozenset({"type", "name", "value"})
# What CALM calls the channels of here, and those that it has besides.
OURS = {
    **dict.fromkeys(("rest", "socketio", "chatroom", "webexteams", "callback"), "webchat"),
    **dict.fromkeys(("cmdline", "twilio"), "plain"),
    **dict.fromkeys(("twilio_voice", "twilio_media_streams", "jambonz", "jambonz_stream", "audiocodes"), "voice"),
    **dict.fromkeys(("audiocodes_stream", "genesys", "browser_audio"), "voice"),
}
ELSEWHERE = frozenset({"slack", "facebook", "mattermost", "rocketchat", "hangouts", "botframework", "studio_chat"})
OWN_PREFIX = "utter_switchboard_"
ASKING = "utter_ask_"
NOT_UNDERSTOOD = "utter_switchboard_no_match"
RESPONSE_CONDITION = "'condition'"
_TAG = re.compile(r"<[^<>]{1,500}>")


def read_responses(entries: dict[str, Entry], found: Findings, language: str) -> dict[str, tuple[Variation, ...]]:
    """All responses; `language` is the one that a text beside its translations is written in."""
    responses = {}
    for name, entry in entries.items():
        if not RESPONSE_NAME.match(name):
            hint = f"call it 'utter_{name}'" if RESPONSE_NAME.match(f"utter_{name}") else None
            message = f"the name of a response is utter_ and letters, digits, _, - and /, and '{name}' is not"
            found.warn(entry.key, "bad-name", message, hint)
        if name.startswith(OWN_PREFIX) and name not in WORDING:
            message = f"'{name}' takes the place of nothing: the engine has no such text"
            found.warn(entry.key, "unknown-response", message, did_you_mean(name, WORDING))
        found.marks["response", name] = entry.key.mark
        uses_before = len(found.uses)
        responses[name] = _read_response(name, entry.value, found, language)
        # What the engine fills into its own words is no slot.
        filled = {placeholder.name for source in WORDING.get(name, {}).values() for placeholder in names_in(source)}
        filled |= {"value"} if name in SLOT_REJECTIONS.values() else set()
        found.uses[uses_before:] = [use for use in found.uses[uses_before:] if use.name not in filled]
    return responses


def _read_response(name: str, node: Node, found: Findings, language: str) -> tuple[Variation, ...]:
    if not isinstance(node, Listing):
        found.wrong_type(node, f"the response '{name}'", "a list of variations", "begin each with '- text:'")
        return ()
    if not node.items:
        found.error(node, "empty", f"the response '{name}' is empty")
    variations: list[Variation] = []
    for item in node.items:
        if not isinstance(item, Mapping):
            found.wrong_type(item, "a variation", "a mapping", "write '- text: …'")
            continue
        fields = Fields(without_empty_keys(item, found), found, "a response")
        only_known(fields, VARIATION_KEYS)
        variations.append(_read_variation(fields, language, name))
    return tuple(variations)


def _read_variation(fields: Fields[Findings], language: str, response: str) -> Variation:
    found, node = fields.found, fields.node
    _read_metadata(fields, response)
    fields.text("id")
    fields.boolean("allow_interruptions", True)
    image, attachment = read_address(fields, "image", strict=False), _read_attachment(fields)
    custom = fields.get("custom")
    buttons = tuple(
        button
        for key in ("buttons", "quick_replies")
        for item in mappings_in(fields.listing(key), found, "a button")
        if (button := _read_button(item, found, language, is_jinja=_is_jinja(fields))) is not None
    )
    text = _read_text(fields, language, "caption" if image or attachment else "message")
    if _holds_a_place(fields):
        asked = {EVERY_LANGUAGE: in_words(response)} if response.startswith(ASKING) else None
        text = Text(by_language=asked or dict(WORDING[NOT_UNDERSTOOD]))
    if not (fields.given("text", "custom", "elements") or buttons or image or attachment):
        fields.required("text")
    if custom is not None and not (text or buttons or image or attachment):
        message = "'custom' is for a channel that is not here, so nothing is said"
        found.warn(node.entries["custom"].key, "no-effect", message, "add a 'text'")
    if fields.given("elements"):
        found.warn(node.entries["elements"].key, "no-effect", "'elements' has no effect here")
    condition = fields.get("condition")
    return Variation(
        text=text,
        condition=_read_condition(condition, found) if condition is not None else None,
        channel=_read_channel(fields),
        buttons=buttons,
        image=named(image) if image else None,
        attachment=named(attachment) if attachment else None,
        custom=read_json(custom, found, "'custom'", weak=True) if custom is not None else None,
    )


def _read_text(fields: Fields[Findings], language: str, role: TextRole) -> Text | None:
    node = fields.get("text")
    if node is None or (isinstance(node, Scalar) and node.value == ""):
        return None
    text = _read_spoken(fields, "text", language, is_jinja=_is_jinja(fields))
    if text is None:
        return None
    text = msgspec.structs.replace(
        text, by_language={code: _without_ssml(source) for code, source in text.by_language.items()}
    )
    fields.found.said.append(Said(outlined(text), node.mark, role))
    return text


def _read_spoken(fields: Fields[Findings], key: str, language: str, *, is_jinja: bool) -> Text | None:
    """What stands under the key, with its translations."""
    node, found = fields.required(key), fields.found
    if node is None:
        return None
    is_jinja = is_jinja and isinstance(node, Scalar) and isinstance(node.value, str)
    text = None if is_jinja else read_literal(node, found, f"'{key}'", weak=True)
    is_meant = not is_jinja and is_template(node, found)
    if isinstance(node, Scalar) and (is_jinja or is_meant):
        text = Text(by_language={EVERY_LANGUAGE: checked_template(node, found)}, jinja=True)
    if text is not None and fields.given("translation"):
        text = _translated(text, language, _read_translation(fields, key, is_jinja=text.jinja))
    if text is not None and is_meant:
        named_too = {code: with_names(source) for code, source in text.by_language.items()}
        text = msgspec.structs.replace(text, by_language=named_too)
    if text is not None and not text.jinja and found.is_calms(node):
        return undoubled(text)
    return None if text is None else plainly(text)


def _translated(text: Text, language: str, translation: dict[str, str]) -> Text:
    """The text with its translations; what was written for every language was written in this one."""
    own = {language if code == EVERY_LANGUAGE else code: source for code, source in text.by_language.items()}
    return msgspec.structs.replace(text, by_language={**own, **translation})


def _read_translation(fields: Fields[Findings], key: str, *, is_jinja: bool = False) -> dict[str, str]:
    """`translation: {de: text}`, or `{de: {text: …}}` with the key that is translated."""
    node = fields.mapping("translation")
    texts: dict[str, str] = {}
    for language, entry in node.entries.items() if node else ():
        note_language(language, entry.key.mark, fields.found, "'translation'")
        value: Node | None = entry.value
        if isinstance(value, Mapping):
            Fields(value, fields.found, "a translation").only({key, "payload"})
            value = value.get(key)
        if value is None:
            continue
        source = word_of(value, fields.found, f"the translation into '{language}'")
        if source is not None and isinstance(value, Scalar):
            texts[language] = checked_template(value, fields.found) if is_jinja else source
            if not is_jinja:
                note_placeholders(value, fields.found, "'translation'", weak=True)
    return texts


def _read_button(node: Mapping, found: Findings, language: str, *, is_jinja: bool) -> Button | None:
    fields = Fields(without_empty_keys(node, found), found, "a button")
    only_known(fields, BUTTON_KEYS)
    title, title_node = _read_spoken(fields, "title", language, is_jinja=is_jinja), fields.get("title")
    if title is None or title_node is None:
        return None
    found.said.append(Said(outlined(title), title_node.mark, "label"))
    given = fields.get("payload")
    is_blank = given is None or (isinstance(given, Scalar) and given.value in (None, ""))
    payload = None if is_blank else fields.word("payload")
    others = _translated_payloads(fields)
    if payload is None or given is None:
        payload, others = next(iter(title.by_language.values()), ""), {**title.by_language, **others}
    else:
        note_payload(payload, given.mark, found)
    return Button(title=title, payload=payload, payloads={code: one for code, one in others.items() if one != payload})


def _translated_payloads(fields: Fields[Findings]) -> dict[str, str]:
    """What the button does in other languages: `translation: {de: {title: …, payload: …}}`."""
    node = fields.mapping("translation")
    payloads: dict[str, str] = {}
    for language, entry in node.entries.items() if node else ():
        given = entry.value.get("payload") if isinstance(entry.value, Mapping) else None
        if given is None or (isinstance(given, Scalar) and not given.text):
            continue
        payload = word_of(given, fields.found, f"the payload in '{language}'")
        if payload is not None:
            note_payload(payload, given.mark, fields.found)
            payloads[language] = payload
    return payloads


def _read_channel(fields: Fields[Findings]) -> str | None:
    """The channel in this house's words."""
    channel = fields.word("channel")
    if channel is not None and channel not in CHANNELS | OURS.keys() | ELSEWHERE:
        hint = did_you_mean(channel, CHANNELS) or f"there are: {', '.join(sorted(CHANNELS))}"
        where = fields.node.entries["channel"].value
        fields.found.warn(where, "unknown-channel", f"'{channel}' is not a channel", hint)
    return None if channel is None else OURS.get(channel, channel)


def _read_condition(node: Node, found: Findings) -> str | None:
    """A condition's source, or CALM's older list of `{type: slot, name, value}`, all of which must hold."""
    if isinstance(node, Scalar):
        return _read_predicate(node, found)
    if isinstance(node, Mapping):
        hint = "begin it with '- type: slot'"
        found.wrong_type(node, "'condition'", "a condition, or a list of slots and values", hint)
        return "false"
    parts: list[str | None] = []
    for item in node.items:
        if not isinstance(item, Mapping):
            hint = "a condition in words stands beside the key: 'condition: slots.size > 7'"
            found.wrong_type(item, "an item of 'condition'", "like {type: slot, name: size, value: 7}", hint)
            continue
        fields = Fields(item, found, "a condition")
        fields.only(CONSTRAINT_KEYS)
        fields.choice("type", ("slot",), "slot")
        name_node = fields.required("name")
        name = word_of(name_node, found, "'name'") if name_node is not None else None
        value = fields.required("value")
        if name is None or name_node is None or value is None:
            continue
        how: Literal["weak", "read"] = "weak" if found.is_calms(name_node) else "read"
        found.use("slot", name, name_node.mark, f"{RESPONSE_CONDITION} reads", how)
        found.given.append(Given(name, plain(value), value.mark, "condition"))
        wanted = _as_condition_value(plain(value), value, found)
        parts.append(f"slots.{name} is {wanted}" if wanted is not None else None)
    if not node.items:
        return None  # nothing must hold
    good = [part for part in parts if part is not None]
    return " and ".join(good) if good and len(good) == len(parts) else "false"


def _read_predicate(node: Scalar, found: Findings) -> str:
    source = read_condition(node, found, RESPONSE_CONDITION)
    known = parse_condition(source).references if source not in (None, "true", "false") else ()
    for reference in known:
        if reference.name.startswith("context.") and found.is_calms(node):
            message = f"CALM's responses look at slots alone, and {RESPONSE_CONDITION} reads '{reference.name}'"
            found.warn(node.mark_at(reference.column), "condition", message, "choose the response in the flow")
    return source or "false"


def _as_condition_value(value: Json, node: Node, found: Findings) -> str | None:
    """The value as conditions write it; none for lists and mappings, which they can't."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return format(value, "f").rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        case str() if '"' not in value:
            return f'"{value}"'
        case str() if "'" not in value:
            return f"'{value}'"
    message = "this value can't be compared with, so the variation is never said"
    found.warn_calm(node, "condition", message, "write the condition as a text")
    return None


def _read_attachment(fields: Fields[Findings]) -> str | None:
    """An address; of the mapping that CALM's socket channels take, the address inside."""
    node = fields.get("attachment")
    if not isinstance(node, Mapping):
        return read_address(fields, "attachment", strict=False)
    payload = node.get("payload")
    inner = Fields(payload if isinstance(payload, Mapping) else node, fields.found, "'attachment'")
    for key in ("src", "url"):
        if inner.given(key):
            return read_address(inner, key, strict=False)
    fields.found.warn(node, "no-effect", "this attachment has no effect here: it has no address")
    return None


def _read_metadata(fields: Fields[Findings], response: str) -> None:
    metadata = fields.get("metadata")
    if not isinstance(metadata, Mapping):
        return
    for key in REPHRASING:
        entry = metadata.entries.get(key)
        if entry is not None and not (isinstance(entry.value, Scalar) and entry.value.value is False):
            said = "in place of its text the bot says that it didn't understand"
            said = f"'{in_words(response)}' is asked" if response.startswith(ASKING) else said
            said = said if _holds_a_place(fields) else "the text is said as written"
            fields.found.warn(entry.key, "needs-language-model", f"'{key}' needs a language model; {said}")
            return


def _holds_a_place(fields: Fields[Findings]) -> bool:
    """Whether the text is no text, but where a language model's is to stand."""
    text, metadata = fields.get("text"), fields.get("metadata")
    is_rephrased = isinstance(metadata, Mapping) and any(key in metadata.entries for key in REPHRASING)
    return is_rephrased and isinstance(text, Scalar) and text.text.lower().startswith("placeholder")


def _without_ssml(source: str) -> str:
    """The words of a text that is marked up for a voice; there is no voice here that reads the marks."""
    if "<speak" not in source:
        return source
    words = (_TAG.sub(" ", part) if at % 2 == 0 else part for at, part in enumerate(TEMPLATE.split(source)))
    return " ".join("".join(words).split())


def _is_jinja(fields: Fields[Findings]) -> bool:
    metadata = fields.get("metadata")
    template = metadata.get("template") if isinstance(metadata, Mapping) else None
    return isinstance(template, Scalar) and template.text == "jinja"
