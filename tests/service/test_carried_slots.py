"""A session of CALM outlasts its flows, and the next one knows its slots unless the domain says otherwise
(rasa.com: domain, session configuration; flows, persisted slots).
"""

import pytest

from bot.engine.inputs import PayloadHeard
from bot.ports import Inbound
from storage.identifiers import new_id
from tests.service.shop import KeepingChannel, Shop

FLOWS = """
version: "3.1"
slots: {name: {type: text}, size: {type: text}}
responses:
  utter_ask_name: [{text: Name?}]
  utter_ask_size: [{text: Size?}]
  utter_both: [{text: "Name: {name}. Size: {size}."}]
flows:
  order:
    description: orders
    nlu_trigger: [{intent: order}]
    run_pattern_completed: false
    persisted_slots: [name]
    steps: [{collect: name}, {collect: size}]
  tell:
    description: tells
    nlu_trigger: [{intent: tell}]
    run_pattern_completed: false
    steps: [{action: utter_both}]
"""
SESSION = "session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: %s}\n"
KNOWN, UNKNOWN = "Name: Ann. Size: .", "Name: . Size: ."
MINUTE = 60.0


async def told(url: str, flows: str, minutes: float, channel: str = "telegram") -> str:
    """What the customer is told who has said their name so long ago, in a conversation that is over."""
    shop, replies = Shop(url), KeepingChannel()
    if channel != "telegram":
        shop.join(channel, replies)
    await shop.publish(flows)

    async def hears(payload: str) -> None:
        heard = PayloadHeard(payload=payload, message_id=new_id())
        inbound = Inbound(channel=channel, external_id=new_id(), address="1", heard=heard, name="Ann", language="en")
        await shop.turns.take(inbound)

    for payload in ("/order", "Ann", "XL"):
        await hears(payload)
    shop.test_clock.pass_by(minutes * MINUTE)
    await hears("/tell")
    said = shop.customers if channel == "telegram" else replies
    await said.wait_for(3)
    await shop.close(1)
    return said.texts("1")[-1]


@pytest.mark.parametrize("channel", ["telegram", "webchat"])
@pytest.mark.parametrize(
    ("session", "minutes", "expected"),
    [
        ("", 1, KNOWN),
        ("", 60 * 30, KNOWN),
        (SESSION % "true", 61, KNOWN),
        (SESSION % "false", 59, KNOWN),
        (SESSION % "false", 61, UNKNOWN),
        ("session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: false}\n", 9999, KNOWN),
        ("session_config: {start_session_after_expiry: false}\n", 9999, KNOWN),
    ],
)
async def test_slots_of_calm_go_on(sqlite_url: str, session: str, minutes: float, expected: str, channel: str) -> None:
    assert await told(sqlite_url, FLOWS + session, minutes, channel) == expected


async def test_where_flows_say_how_a_conversation_begins_they_begin_without(sqlite_url: str) -> None:
    ours = FLOWS.replace("  order:\n", "  order:\n    start: true\n")
    assert await told(sqlite_url, ours, 1) == UNKNOWN


async def test_unless_they_want_them(sqlite_url: str) -> None:
    ours = FLOWS.replace("  order:\n", "  order:\n    start: true\n")
    assert await told(sqlite_url, ours + SESSION % "true", 61) == KNOWN
