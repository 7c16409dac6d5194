"""What holds in process and on a rasa-sdk server alike."""

import time

import pytest

from bot.actions.in_process import InProcessActions
from bot.actions.server import ServerActions
from bot.content import Json
from bot.ports import ActionError
from tests.actions.calls import call_of, slots_in

AnyActions = InProcessActions | ServerActions


async def test_an_action_sees_the_whole_conversation(well_behaved: AnyActions) -> None:
    call = call_of(
        "action_describe",
        language="fa",
        slots={"order": "10234", "items": [1, 2]},
        latest_text="سلام ۱۲",
        latest_intent="greet",
        latest_entities={"any": ["a", 2], "other": None},
        active_flow="track_order",
        metadata={"username": "roya"},
        events=({"event": "user", "text": "سلام ۱۲", "input_channel": "telegram", "timestamp": 1.5},),
    )
    seen = slots_in(await well_behaved.run(call))["seen"]
    assert seen["sender"] == "conversation-1"
    assert seen["slots"] == {"language": "fa", "order": "10234", "items": [1, 2]}
    assert seen["text"] == "سلام ۱۲"
    assert seen["intent"] == seen["ranked_intent"] == "greet"
    assert seen["entities"] == ["a", 2]
    assert seen["understood"] == "greet"
    assert seen["metadata"] == {"language": "fa", "channel": "webchat", "username": "roya"}
    assert seen["channel"] == seen["latest_channel"] == "telegram"
    assert seen["flow"] == "track_order"
    assert seen["loop"] is None
    assert seen["events"] == ["user"]


async def test_an_action_always_gets_a_domain_and_a_user_event(well_behaved: AnyActions) -> None:
    seen = slots_in(await well_behaved.run(call_of("action_describe", domain=None)))["seen"]
    assert {"slots", "responses", "actions", "forms", "intents", "entities"} <= set(seen["domain"])
    assert seen["channel"] == "webchat"
    assert seen["intent"] is seen["ranked_intent"] is None


async def test_responses_and_events_come_back_as_rasa_writes_them(well_behaved: AnyActions) -> None:
    outcome = await well_behaved.run(call_of("action_describe", slots={"order": "7"}))
    assert outcome.responses[0]["response"] == "utter_described"
    assert outcome.responses[0]["order"] == "7"
    assert outcome.responses[1]["buttons"] == [{"title": "Yes", "payload": "/yes"}]
    assert outcome.responses[1]["image"] == "https://a.example/b.png"
    assert outcome.events[1] == {"event": "followup", "timestamp": None, "name": "action_next"}


async def test_a_reminder_without_a_zone_is_of_this_machines_time(
    well_behaved: AnyActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Public actions write `datetime.now() + timedelta(…)`."""
    monkeypatch.setenv("TZ", "Asia/Tehran")
    time.tzset()
    try:
        outcome = await well_behaved.run(call_of("action_reminds", slots={"at": "2026-03-21T12:00:00"}))
        with_zone = await well_behaved.run(call_of("action_reminds", slots={"at": "2026-03-21T12:00:00+01:00"}))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert outcome.events[0]["date_time"] == "2026-03-21T12:00:00+03:30"
    assert with_zone.events[0]["date_time"] == "2026-03-21T12:00:00+01:00"


async def test_what_is_no_number_is_nothing(misbehaved: AnyActions) -> None:
    outcome = await misbehaved.run(call_of("action_not_a_number"))
    assert slots_in(outcome) == {"price": None, "most": None, "count": 1}
    assert outcome.responses[0]["text"] == "NaN means: no number"


async def test_async_actions_run(well_behaved: AnyActions) -> None:
    assert slots_in(await well_behaved.run(call_of("action_waits"))) == {"waited": True}


async def test_a_rejection_is_told_apart(well_behaved: AnyActions) -> None:
    with pytest.raises(ActionError, match="action_rejects") as error:
        await well_behaved.run(call_of("action_rejects"))
    assert error.value.code == "rejected"


async def test_an_unknown_action_is_told_apart(well_behaved: AnyActions) -> None:
    with pytest.raises(ActionError, match="action_nobody_wrote") as error:
        await well_behaved.run(call_of("action_nobody_wrote"))
    assert error.value.code == "not_found"


async def test_a_form_validation_keeps_or_clears_the_slot(well_behaved: AnyActions) -> None:
    domain: dict[str, Json] = {
        "forms": {"order_form": {"required_slots": ["size"]}},
        "slots": {"size": {"type": "text"}},
    }
    for value, kept in (("large", "large"), ("huge", None)):
        events = ({"event": "slot", "name": "size", "value": value, "timestamp": None},)
        call = call_of("validate_order_form", slots={"size": value}, domain=domain, events=events)
        assert slots_in(await well_behaved.run(call))["size"] == kept
    assert domain["forms"]["order_form"]["required_slots"] == ["size"]


async def test_slot_mappings_are_validated(well_behaved: AnyActions) -> None:
    events = ({"event": "slot", "name": "phone", "value": "0 12", "timestamp": None},)
    domain = {"slots": {"phone": {"type": "text"}}}
    call = call_of("action_validate_slot_mappings", slots={"phone": "0 12"}, domain=domain, events=events)
    assert slots_in(await well_behaved.run(call)) == {"phone": "012"}


@pytest.mark.parametrize(
    "name",
    ["action_raises", "action_raises_timeout", "action_recurses", "action_not_json", "action_cyclic",
     "action_returns_number", "action_returns_too_much"],
)  # fmt: skip
async def test_a_failing_action_is_an_error_that_quotes_nobody(misbehaved: AnyActions, name: str) -> None:
    with pytest.raises(ActionError) as error:
        await misbehaved.run(call_of(name, latest_text="my secret words", slots={"note": "more secret words"}))
    assert error.value.code == "error"
    assert "secret" not in error.value.reason


async def test_unknown_events_are_kept_and_garbage_is_dropped(misbehaved: AnyActions) -> None:
    outcome = await misbehaved.run(call_of("action_unknown_events"))
    assert [event["event"] for event in outcome.events] == ["telepathy", "slot"]


async def test_none_is_no_events(misbehaved: AnyActions) -> None:
    outcome = await misbehaved.run(call_of("action_returns_none"))
    assert outcome.events == ()
    assert [response["text"] for response in outcome.responses] == ["said"]


async def test_an_unfinished_stream_is_said(misbehaved: AnyActions) -> None:
    outcome = await misbehaved.run(call_of("action_streams"))
    assert [response["text"] for response in outcome.responses] == ["one", "two"]


async def test_the_caller_keeps_what_it_gave(misbehaved: AnyActions) -> None:
    slots = {"items": ["a"]}
    domain = {"slots": {"items": {"type": "list"}}, "actions": ["action_mutates"]}
    events = ({"event": "user", "text": "a", "input_channel": "webchat", "timestamp": None},)
    await misbehaved.run(call_of("action_mutates", slots=slots, domain=domain, events=events))
    assert slots == {"items": ["a"]}
    assert domain == {"slots": {"items": {"type": "list"}}, "actions": ["action_mutates"]}
    assert events[0]["text"] == "a"


async def test_a_slot_that_is_not_json_is_an_error_before_anything_runs(well_behaved: AnyActions) -> None:
    with pytest.raises(ActionError) as error:
        await well_behaved.run(call_of("action_describe", slots={"secret": object()}))
    assert error.value.code == "error"


async def test_a_hanging_action_times_out(misbehaved: AnyActions, released: None) -> None:
    with pytest.raises(ActionError) as error:
        await misbehaved.run(call_of("action_hangs_async", timeout_seconds=0.2))
    assert error.value.code == "timeout"
