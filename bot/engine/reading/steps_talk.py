"""The steps that talk with the customer: say, menu, collect."""

import re
from typing import cast

import msgspec

from bot.engine.flow import (
    AnswerKind,
    Collect,
    Digits,
    Duration,
    Files,
    ListedOptions,
    Menu,
    Option,
    Retry,
    Say,
    Step,
    Text,
)
from bot.engine.reading.findings import Findings, Given, TextRole
from bot.engine.reading.leniency import DIGRESSION_KEYS, note_digressions
from bot.engine.reading.rejections import read_rejections, response_in_calm
from bot.engine.reading.step_source import STEP_KEYS, StepSource
from bot.engine.reading.values import read_condition, read_duration, read_literal, read_text, read_texts, read_words
from bot.problems import did_you_mean
from bot.yaml_fields import Fields, mappings_in, word_of
from bot.yaml_nodes import Listing, Mapping, Node, Scalar

RETRY_KEYS = frozenset({"no_match", "no_input", "tries", "timeout", "on_fail"})
SAY_KEYS = STEP_KEYS | {"say", "image", "attachment", "barge_in"}
MENU_KEYS = STEP_KEYS | RETRY_KEYS | {"menu", "options", "into", "columns", "page_size"}
OPTION_KEYS = frozenset({"label", "value", "key", "if", "match", "say_as", "then"})
LISTED_KEYS = frozenset({"from", "label", "value", "then", "empty"})
OUR_COLLECT_KEYS = RETRY_KEYS | {"ask", "digits", "kind", "secret", "confirm", "files"}
COLLECT_KEYS = (
    STEP_KEYS
    | OUR_COLLECT_KEYS
    | {"collect"}
    | {"utter", "rejections", "ask_before_filling", "reset_after_flow_ends", "force_slot_filling", "silence_timeout"}
    | {"dtmf"}
    | DIGRESSION_KEYS
)
ANSWER_KINDS = ("text", "number", "date", "time", "phone", "email", "contact", "location", "file")
FILE_KINDS = ("photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker")
ACTION_NAME = re.compile(r"action_\w+\Z")
OPTION_DIGITS = frozenset("123456789")
MAX_TRIES = 20
MAX_COLUMNS = 8  # Telegram's widest row of buttons
MAX_PAGE = 50
MAX_DIGITS = 64
MAX_FILES = 50
MAX_FILE_MB = 2000


def read_say(step: StepSource) -> Step:
    """`say`: one text or several, with or without a picture or a file."""
    fields = step.fields
    fields.only(SAY_KEYS)
    image, attachment = read_address(fields, "image"), read_address(fields, "attachment")
    items = step.subject.items if isinstance(step.subject, Listing) else (step.subject,)
    if not items:
        step.found.error(step.subject, "empty", "'say' is empty")
    texts = []
    for place, item in enumerate(items):
        role: TextRole = "caption" if place == 0 and (image or attachment) else "message"
        text = read_text(item, step.found, "'say'", role)
        if text is not None:
            texts.append(text)
    return Say(
        **step.shape,
        texts=tuple(texts),
        image=image,
        attachment=attachment,
        barge_in=fields.boolean("barge_in", True),
    )


def read_address(fields: Fields[Findings], key: str, *, strict: bool = True) -> str | None:
    """An http(s) address; slots may stand in it. Others are an error, or shown to nobody where that is not `strict`."""
    node = fields.get(key)
    address = fields.word(key)
    if node is None or address is None or not isinstance(node, Scalar):
        return None
    if not re.match(r"https?://[^\s/]|\{", address):
        message = f"'{key}' should be an address that begins with https://"
        if strict:
            fields.found.error(node, "bad-address", message)
        else:
            fields.found.warn(node, "bad-address", message, "it will not be shown")
            return None
    read_literal(node, fields.found, f"'{key}'")  # for its slots: an address is said in every language
    return address


def read_retry(step: StepSource) -> Retry:
    """What `menu` and `collect` share about bad answers and silence."""
    fields, default = step.fields, step.flow.settings.timeout
    no_match, no_input, timeout = fields.get("no_match"), fields.get("no_input"), fields.get("timeout")
    on_fail = fields.get("on_fail")
    is_handoff = isinstance(on_fail, Scalar) and on_fail.text == "handoff" and "handoff" not in step.flow.explicit
    seconds = default.seconds if default else None
    return Retry(
        no_match=read_texts(no_match, step.found, "'no_match'") if no_match is not None else (),
        no_input=read_texts(no_input, step.found, "'no_input'") if no_input is not None else (),
        tries=fields.whole("tries", 1, MAX_TRIES),
        timeout=read_duration(timeout, step.found, "'timeout'", seconds) if timeout is not None else None,
        on_fail=None if is_handoff else step.then("on_fail"),
    )


def read_menu(step: StepSource) -> Step:
    """`menu`: a question with choices."""
    fields, found = step.fields, step.found
    fields.only(MENU_KEYS)
    text = read_text(step.subject, found, "'menu'") or Text()
    into = fields.word("into")
    if into is not None:
        found.use("slot", into, fields.node.entries["into"].value.mark, "'into' fills", "fill")
    given = fields.required("options")
    options: tuple[Option, ...] = ()
    listed = None
    if isinstance(given, Mapping):
        listed = _read_listed(given, step)
    elif isinstance(given, Listing):
        options = _read_options(given, step, into)
    elif given is not None:
        found.wrong_type(given, "'options'", "a list of options, or a mapping with 'from'")
    return Menu(
        **step.shape,
        text=text,
        options=options,
        listed=listed,
        into=into,
        columns=fields.whole("columns", 1, MAX_COLUMNS) or 1,
        page_size=fields.whole("page_size", 1, MAX_PAGE),
        retry=read_retry(step),
    )


def _read_options(node: Listing, step: StepSource, into: str | None) -> tuple[Option, ...]:
    if not node.items:
        step.found.error(node, "empty", "a menu without options is a dead end")
    options: list[Option] = []
    taken: dict[object, bool] = {}
    for place, item in enumerate(mappings_in(node.items, step.found, "an option"), 1):
        fields = Fields(item, step.found, "an option")
        option = _read_option(fields, step, place)
        _check_apart(option, fields, taken)
        if into is not None:
            step.found.given.append(Given(into, option.value, (fields.get("value") or item).mark, "option"))
        options.append(option)
    return tuple(options)


def _check_apart(option: Option, fields: Fields[Findings], taken: dict[object, bool]) -> None:
    """Two options that can stand in one menu have a value and a key of their own.

    `taken`: by value and by key, whether an option before this one has it and is always shown.
    """
    always = option.condition is None
    for name, mine in (("value", option.value), ("key", option.key)):
        named = (name, type(mine), mine)
        if mine is not None and (taken.get(named) or (always and named in taken)):
            where = fields.get(name) or fields.node
            shown = f"the value '{mine}'" if name == "value" else f"the key {mine}"
            fields.found.error(where, "duplicate-option", f"two options have {shown}")
        taken[named] = always or taken.get(named, False)


def _read_option(fields: Fields[Findings], step: StepSource, place: int) -> Option:
    found = step.found
    fields.only(OPTION_KEYS)
    label_node, condition = fields.required("label"), fields.get("if")
    label = read_text(label_node, found, "'label'", "label") if label_node is not None else None
    match, say_as = fields.get("match"), fields.get("say_as")
    key = fields.word("key")
    if key is not None and key not in OPTION_DIGITS:
        where = fields.node.entries["key"].value
        found.error(where, "out-of-range", f"'key' is '{key}', but should be a digit from 1 to 9")
        key = None
    then = fields.get("then")
    value = _option_value(fields.get("value"), label, step, place)
    return Option(
        label=label or Text(),
        value=value,
        key=key,
        condition=(read_condition(condition, found, "'if'") or "false") if condition is not None else None,
        match=read_words(match, found, "'match'") if match is not None else {},
        say_as=read_text(say_as, found, "'say_as'", "words") if say_as is not None else None,
        to=step.flow.read_then(then, "'then'", step.shape, f"option_{place}") if then is not None else None,
    )


def _option_value(node: Node | None, label: Text | None, step: StepSource, place: int) -> str | int | float | bool:
    if isinstance(node, Scalar) and node.value is not None and node.text:
        return node.value
    if node is not None:
        step.found.wrong_type(node, "'value'", "a text, a number, true or false")
    texts = label.by_language if label else {}
    source = texts.get(step.flow.settings.languages[0]) or next(iter(texts.values()), "")
    return re.sub(r"\W+", "_", source.casefold()).strip("_") or f"option_{place}"


def _read_listed(node: Mapping, step: StepSource) -> ListedOptions | None:
    fields, found = Fields(node, step.found, "'options'"), step.found
    fields.only(LISTED_KEYS)
    source, label_node = fields.required("from"), fields.required("label")
    name = word_of(source, found, "'from'") if source is not None else None
    then, empty, value = fields.get("then"), fields.get("empty"), fields.get("value")
    found.lists = True
    label = read_text(label_node, found, "'label'", "label") if label_node is not None else None
    if value is not None:
        read_literal(value, found, "'value'")
    found.lists = False
    if name is None or source is None or label is None:
        return None
    found.use("slot", name, source.mark, "'from' lists")
    return ListedOptions(
        source=name,
        label=label,
        value=(word_of(value, found, "'value'") if value is not None else None) or "{item}",
        to=step.flow.read_then(then, "'then'", step.shape, "option") if then is not None else None,
        empty=step.flow.read_then(empty, "'empty'", step.shape, "empty") if empty is not None else None,
    )


def read_collect(step: StepSource) -> Step:
    """`collect`: an open question whose answer fills a slot."""
    fields, found = step.fields, step.found
    fields.only(COLLECT_KEYS)
    note_digressions(fields)
    named = _collected(step)
    slot = word_of(named, found, "'collect'") if named is not None else None
    if named is None or slot is None:
        return step.noop()
    found.use("slot", slot, named.mark, "'collect' fills", "fill")
    resets = fields.boolean("reset_after_flow_ends", True)
    if fields.given("reset_after_flow_ends"):
        found.keeps.append((step.flow.name, resets, fields.node.entries["reset_after_flow_ends"].key.mark))
    key = "ask" if fields.given("ask") else "utter"
    if fields.given("ask") and fields.given("utter"):
        found.error(fields.node.entries["utter"].key, "two-asks", "the question is asked by 'ask' already")
    question = fields.get(key)
    action = _asking_action(fields)
    names = question is not None and (key == "ask" or action is not None or response_in_calm(question, found, slot))
    ask = read_text(question, found, f"'{key}'") if question is not None and names and action is None else None
    if question is None and fields.meant.isdisjoint({"ask", "utter"}):
        found.unasked.append((step.flow.name, step.shape["id"], slot, named.mark))
    return Collect(
        **step.shape,
        slot=slot,
        ask=ask,
        ask_action=action,
        kind=_answer_kind(fields),
        digits=_read_digits(fields) or _read_dtmf(fields),
        secret=fields.boolean("secret", False),
        confirm=fields.boolean("confirm", False),
        files=_read_files(fields),
        rejections=read_rejections(fields, slot),
        ask_before_filling=fields.boolean("ask_before_filling", False),
        forced=fields.boolean("force_slot_filling", False),
        reset_after_flow_ends=resets,
        retry=_with_silence(read_retry(step), step),
    )


def _collected(step: StepSource) -> Node | None:
    """Where the slot is named; CALM's pages put braces around it."""
    subject = step.subject
    if not isinstance(subject, Mapping) or not subject.entries:
        return subject
    slot, *others = (entry.key for entry in subject.entries.values())
    hint = f"write 'collect: {slot.text}'" + (f", and below it '{others[0].text}'" if others else "")
    value = subject.entries[slot.text].value
    if others or not step.found.is_calms(subject) or not isinstance(value, Scalar) or value.value is not None:
        step.found.wrong_type(subject, "'collect'", "the name of a slot", hint)
        return None
    step.found.warn(subject, "wrong-type", "the braces around the slot's name mean nothing", hint)
    return slot


def _asking_action(fields: Fields[Findings]) -> str | None:
    """The action that `utter` names in the place of a response, as some of CALM's projects do."""
    node = fields.get("utter")
    if not isinstance(node, Scalar) or not ACTION_NAME.match(node.text):
        return None
    fields.found.use("action", node.text, node.mark, "'utter' runs")
    return node.text


def _answer_kind(fields: Fields[Findings]) -> AnswerKind:
    default = "file" if fields.given("files") else "text"
    kind = fields.choice("kind", ANSWER_KINDS, default)
    if fields.given("files") and kind != "file":
        fields.found.error(fields.node.entries["files"].key, "conflict", f"'files' needs 'kind: file', not '{kind}'")
    if fields.given("digits") and kind not in ("text", "number", "phone"):
        fields.found.error(fields.node.entries["digits"].key, "conflict", f"'digits' can't be asked as a {kind}")
    return cast(AnswerKind, kind)


def _read_digits(fields: Fields[Findings]) -> Digits | None:
    node = fields.mapping("digits")
    if node is None:
        return None
    inner = Fields(node, fields.found, "'digits'")
    inner.only({"length", "min", "max", "finish_on"})
    if inner.given("length") and inner.given("min", "max"):
        where = node.entries["min" if inner.given("min") else "max"].key
        fields.found.error(where, "conflict", "'length' stands for both 'min' and 'max'", "remove 'length' or these")
    length = inner.whole("length", 1, MAX_DIGITS)
    lowest = length or inner.whole("min", 1, MAX_DIGITS) or 1
    highest = length or inner.whole("max", 1, MAX_DIGITS) or MAX_DIGITS
    if lowest > highest:
        fields.found.error(node, "out-of-range", f"'min' is {lowest}, which is more than 'max', {highest}")
    if not inner.given("length", "min", "max"):
        fields.found.error(node, "missing-key", "'digits' lacks 'length', or 'min' and 'max'")
    finish_on = inner.choice("finish_on", ("#", "*"), "") if inner.given("finish_on") else ""
    return Digits(min=lowest, max=max(lowest, highest), finish_on=finish_on or None)


def _read_dtmf(fields: Fields[Findings]) -> Digits | None:
    """CALM's `dtmf`: keys of a telephone. Where words are an answer too, nothing is asked of what is typed."""
    node = fields.mapping("dtmf")
    if node is None:
        return None
    inner = Fields(node, fields.found, "'dtmf'")
    inner.only({"length", "finish_on_key", "allow_audio_input"})
    if inner.given("length") and inner.given("finish_on_key"):
        where = node.entries["finish_on_key"].key
        fields.found.error(where, "conflict", "'length' ends the answer already", "remove one of them")
    length = inner.whole("length", 1, MAX_DIGITS)
    finish_on = inner.choice("finish_on_key", ("#", "*"), "") if inner.given("finish_on_key") else ""
    if inner.boolean("allow_audio_input", True):
        return None
    return Digits(min=length or 1, max=length or MAX_DIGITS, finish_on=finish_on or None)


def _read_files(fields: Fields[Findings]) -> Files | None:
    node = fields.mapping("files")
    if node is None:
        return None
    inner = Fields(node, fields.found, "'files'")
    inner.only({"kinds", "max", "max_mb"})
    kinds = []
    for word, scalar in inner.words("kinds"):
        if word not in FILE_KINDS:
            hint = did_you_mean(word, FILE_KINDS) or f"there are: {', '.join(FILE_KINDS)}"
            fields.found.error(scalar, "unknown-value", f"'{word}' is not a kind of file", hint)
        kinds.append(word)
    max_mb = inner.number("max_mb")
    if max_mb is not None and not 0 < max_mb <= MAX_FILE_MB:
        where = node.entries["max_mb"].value
        fields.found.error(where, "out-of-range", f"'max_mb' should be more than 0 and at most {MAX_FILE_MB}")
    return Files(kinds=tuple(kinds), max=inner.whole("max", 1, MAX_FILES) or 1, max_mb=max_mb or 20.0)


def _with_silence(retry: Retry, step: StepSource) -> Retry:
    """CALM's `silence_timeout`, in seconds, stands for `timeout` on the telephone where that is not given."""
    fields, default = step.fields, step.flow.settings.timeout or Duration()
    node = fields.get("silence_timeout")
    if node is None:
        return retry
    if isinstance(node, Mapping):  # by the channels of CALM, all of which are telephones
        inner = Fields(node, fields.found, "'silence_timeout'")
        given = [(entry.value, inner.number(channel)) for channel, entry in node.entries.items()]
    else:
        given = [(node, fields.number("silence_timeout"))]
    for where, seconds in given:
        if seconds is not None and seconds <= 0:
            fields.found.error(where, "out-of-range", "'silence_timeout' should be more than 0 seconds")
    longest = max((seconds for _, seconds in given if seconds is not None), default=None)
    if longest is None or longest <= 0 or retry.timeout is not None:
        return retry
    return msgspec.structs.replace(
        retry, timeout=msgspec.structs.replace(default, by_channel={**default.by_channel, "voice": longest})
    )
