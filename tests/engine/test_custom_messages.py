"""JSON that actions send for channels of their own: what ours can show of it is shown."""

from typing import Any

import pytest

from bot.engine.action_messages import shows_nothing
from bot.events import BotSaid
from tests.engine.customers import CustomerOf, program_of

FLOWS = """
actions: [action_look]
flows: {f: {description: f, start: true, steps: [{action: action_look}, {menu: And now?, options: [{label: Nothing}]}]}}
"""
REPLIES = [{"content_type": "text", "title": "Yes", "payload": "/yes"}]
CARDS = [{"title": "Blue lamp", "image_url": "https://x.example/lamp.png"}]


def seen_of(response: dict[str, Any], *, as_event: bool) -> CustomerOf:
    customer = CustomerOf(program_of(FLOWS))
    customer.starts()
    if as_event:
        data = {name: value for name, value in response.items() if name != "text"}
        customer.action_returns(events=[{"event": "bot", "text": response.get("text"), "data": data}])
    else:
        customer.action_returns(responses=[response])
    return customer


@pytest.mark.parametrize("as_event", [False, True])
@pytest.mark.parametrize(
    ("response", "shown"),
    [
        ({"custom": {"text": "From custom"}}, ["From custom"]),
        ({"custom": {"text": "Well?", "quick_replies": REPLIES}}, ["Well? [Yes]"]),
        ({"custom": {"elements": CARDS}}, ["Blue lamp (photo)"]),
        ({"elements": CARDS}, ["Blue lamp (photo)"]),
        ({"custom": {"image": "https://x.example/a.png"}}, [" (photo)"]),
        ({"text": "Said", "custom": {"text": "Said again for another channel"}}, ["Said"]),
        ({"text": "Well?", "quick_replies": REPLIES}, ["Well? [Yes]"]),
        ({"custom": {"blocks": [1]}}, []),
    ],
)
def test_what_can_be_shown_is(response: dict[str, Any], shown: list[str], as_event: bool) -> None:
    customer = seen_of(response, as_event=as_event)
    *said, _menu = [_seen(event) for event in customer.turn if isinstance(event, BotSaid)]
    assert said == shown
    assert shows_nothing(response) == (not shown)


def _seen(said: BotSaid) -> str:
    file = f" ({said.content.attachment.kind})" if said.content.attachment else ""
    return said.content.text.text + file + "".join(f" [{choice.label}]" for choice in said.choices)


def test_nothing_is_no_custom_message() -> None:
    assert not shows_nothing({})
    assert not shows_nothing({"text": "Hello"})
    assert shows_nothing({"custom": ["a", "list"]})
