"""Texts, captions and keyboards of a request, checked as Telegram checks them."""

import re
from typing import Any

from tests.botapi.entities import MarkupError, Wire, misplaced, trimmed, utf16_length, with_detected
from tests.botapi.markup_html import parse_html
from tests.botapi.markup_markdown import parse_markdown
from tests.botapi.params import Params
from tests.botapi.refusals import mistake

TEXT_LIMIT = 4096  # UTF-16 units after parsing: the strictest reading of "characters"
CAPTION_LIMIT = 1024
CALLBACK_LIMIT = 64  # bytes
BUTTON_LIMIT = 100
ROW_LIMIT = 8
BUTTON_KINDS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
        "disabled",
    }
)
BUTTON_LINK = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?(?:[/?#]\S*)?|(?:tg|ton|tonsite)://\S+", re.IGNORECASE
)
START_LINK = re.compile(r"(?:https?://)?(?:t|telegram)\.me/\w+\?(?:\S*&)?start(?:group)?=([^&#]*)")
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def formatted(source: str, parse_mode: str, entities: Any) -> tuple[str, list[Wire]]:
    """Text and entities as they will be stored. Raises RefusalError 400 for broken markup or misplaced entities."""
    if not parse_mode:
        text, found = source, list(entities or [])
        if wrong := misplaced(text, found):
            raise mistake(wrong)
    else:
        parse = {"html": parse_html, "markdownv2": parse_markdown}.get(parse_mode.lower())
        if parse is None:
            raise mistake("unsupported parse_mode")
        try:
            text, found = parse(source)
        except MarkupError as error:
            raise mistake(f"can't parse entities: {error}") from None
    text, found = trimmed(text, found)
    return text, with_detected(text, found)


def text_content(params: Params, *, lax: bool) -> Wire:
    """The content of a text message. Raises RefusalError 400."""
    if lax:
        return {"text": params.text("text")}
    text, entities = formatted(params.text("text"), params.text("parse_mode"), params.json("entities"))
    if not text:
        raise mistake("message text is empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise mistake("message is too long")
    content: Wire = {"text": text}
    if entities:
        content["entities"] = entities
    if options := params.json("link_preview_options"):
        content["link_preview_options"] = options
    return content


def caption_content(source: str, parse_mode: str, entities: Any) -> Wire:
    """The caption fields of a message with media; none if there is no caption. Raises RefusalError 400."""
    text, found = formatted(source, parse_mode, entities)
    if utf16_length(text) > CAPTION_LIMIT:
        raise mistake("message caption is too long")
    content: Wire = {"caption": text} if text else {}
    if found:
        content["caption_entities"] = found
    return content


def inline_keyboard(markup: Any) -> Wire | None:
    """The inline keyboard of a request, if it is one and has buttons. Raises RefusalError 400."""
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        return None
    rows = [[_without_nulls(button) for button in row] for row in markup["inline_keyboard"] if row]
    if not rows:
        return None
    if sum(map(len, rows)) > BUTTON_LIMIT or max(map(len, rows)) > ROW_LIMIT:
        raise mistake("reply markup is too long")
    for row in rows:
        for button in row:
            _check_inline_button(button)
    return {"inline_keyboard": rows}


def _without_nulls(button: Wire) -> Wire:
    return {name: value for name, value in button.items() if value is not None}


def _check_inline_button(button: Wire) -> None:
    if not str(button.get("text", "")).strip():
        raise mistake("inline keyboard button text must be non-empty")
    kinds = [name for name in button if name in BUTTON_KINDS]
    if not kinds:
        raise mistake("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise mistake("can't parse inline keyboard button: exactly one of the optional fields must be used")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_LIMIT:
        raise mistake("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_link(button["url"])


def _check_link(link: str) -> None:
    if not BUTTON_LINK.fullmatch(link):
        raise mistake(f"inline keyboard button URL '{link}' is invalid: Wrong HTTP URL")
    start = START_LINK.fullmatch(link)
    if start and not START_PAYLOAD.fullmatch(start[1]):
        raise mistake(f"inline keyboard button URL '{link}' is invalid: start parameter")


def reply_keyboard(markup: Any) -> Wire | None:
    """The keyboard under the person's input field, or the wish to remove it; None if the request says neither."""
    if not isinstance(markup, dict) or not ("keyboard" in markup or markup.get("remove_keyboard")):
        return None
    for row in markup.get("keyboard", []):
        for button in row:
            if not str(button["text"] if isinstance(button, dict) else button).strip():
                raise mistake("keyboard button text must be non-empty")
    return markup
