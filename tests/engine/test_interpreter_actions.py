"""Custom actions: requested, slow, retried, failed, late; what their events and responses do; CALM's built-in ones."""

from datetime import timedelta

import pytest

from bot.content import Attachment, Place, RichText, Span
from bot.engine.inputs import ActionReturned
from bot.events import ActionFailed, ActionFinished, ActionRequested, BotSaid, SlotsSet
from tests.engine.customers import CustomerOf, program_of

LOOKUP = """
slots:
  status: {type: text}
  total: {type: float}
  found: {type: categorical, values: [yes_it_is, no_it_is_not]}
  kept: {type: text}
actions: [action_look, action_then]
responses:
  utter_status: [{text: "It is *{status}*, {whom}."}]
  utter_bye: [{text: Bye.}]
flows:
  f:
    start: true
    description: looks something up
    steps:
      - id: ask
        menu: Look?
        options: [{label: Look, then: look}]
      - id: look
        action: action_look
        %s
      - menu: "Status: {status}"
        options: [{label: Again, then: ask}]
  help:
    description: an intent's flow
    nlu_trigger: [{intent: want_help}]
    steps: [{say: "Here is help with {kept}."}]
"""


def looker(keys: str = "timeout: 5s", **options: object) -> CustomerOf:
    customer = CustomerOf(program_of(LOOKUP % keys.replace("\n", "\n        ")), **options)  # type: ignore[arg-type]
    customer.starts()
    customer.taps("Look")
    return customer


def test_an_action_is_requested_and_its_slots_stay() -> None:
    customer = looker("timeout: 3s")
    assert customer.call.action == "action_look"
    assert customer.call.timeout_seconds == 3
    assert customer.action_returns({"status": "shipped"}) == ["Status: shipped"]
    assert customer.happened(SlotsSet) == [SlotsSet(values={"status": "shipped"})]
    customer.says("menu")
    assert customer.slots["status"] == "shipped"


def test_after_two_seconds_it_is_slow_once() -> None:
    customer = looker("slow: Looking...")
    assert customer.waits(seconds=1) == []
    assert customer.waits(seconds=2) == ["Looking..."]
    assert customer.waits(seconds=2) == []
    assert customer.says("hello?") == []


def test_words_meanwhile_are_told_to_wait_once() -> None:
    customer = looker()
    assert customer.says("hello?") == ["One moment, please…"]
    assert customer.says("hello??") == []
    assert customer.waits(seconds=3) == []
    assert customer.action_returns({"status": "ok"}) == ["Status: ok"]


def test_a_person_can_be_asked_for_meanwhile() -> None:
    customer = looker()
    customer.says("agent")
    assert customer.handoff.reason == "agent_word"
    assert customer.action_returns({"status": "late"}) == [], "nobody waits for it any more"
    assert customer.turn == ()


def test_back_while_it_runs() -> None:
    customer = looker()
    assert customer.says("back") == ["Look?"]
    assert customer.action_returns({"status": "late"}) == []
    assert customer.slots["status"] is None


def test_an_answer_counts_once() -> None:
    customer = looker()
    returned = ActionReturned(call_id=customer.call.call_id, seconds=1)
    assert customer.hears(returned) == ["Status: "]
    assert customer.hears(returned) == []


def test_an_error_is_tried_again_then_has_its_way() -> None:
    customer = looker("retries: 1\non_error: [{say: No luck., next: END}]")
    first = customer.call
    assert customer.action_breaks("unreachable") == []
    second = customer.happened(ActionRequested)[0]
    assert isinstance(second, ActionRequested)
    assert (second.attempt, second.call_id != first.call_id) == (2, True)
    assert customer.hears(ActionReturned(call_id=first.call_id, seconds=9)) == []
    assert customer.action_breaks("timeout")[0] == "No luck."
    assert [event.code for event in customer.log if isinstance(event, ActionFailed)] == ["unreachable", "timeout"]


def test_without_a_way_it_apologises_and_asks_for_a_person() -> None:
    customer = looker()
    assert customer.action_breaks() == ["Sorry, we couldn't look that up just now."]
    assert customer.handoff.reason == "action_error"


def test_a_lost_worker_never_hangs_a_customer() -> None:
    customer = looker("timeout: 5s")
    assert customer.conversation.due_at == customer.now + timedelta(seconds=2)
    customer.waits(seconds=8)
    assert [event.code for event in customer.log if isinstance(event, ActionFailed)] == ["timeout"]
    assert customer.handoff.reason == "action_error"


@pytest.mark.parametrize(
    ("event", "slot", "kept"),
    [
        ({"event": "slot", "name": "total", "value": "12.5"}, "total", 12.5),
        ({"event": "slot", "name": "total", "value": "many"}, "total", None),
        ({"event": "slot", "name": "total", "value": [1]}, "total", None),
        ({"event": "slot", "name": "found", "value": "nothing like it"}, "found", None),
        ({"event": "slot", "name": "status", "value": 7}, "status", "7"),
        ({"event": "slot", "name": "nobody_declared_it", "value": 7}, "nobody_declared_it", None),
        ({"event": "slot", "value": 7}, "status", None),
        ({"event": "slot", "name": ["status"], "value": 7}, "status", None),
        ({"event": "unheard_of"}, "status", None),
        ("no event at all", "status", None),
        (None, "status", None),
    ],
)
def test_values_that_do_not_fit_are_left_out(event: object, slot: str, kept: object) -> None:
    customer = looker()
    customer.action_returns(events=[event])
    assert customer.slots.get(slot) == kept
    assert customer.happened(ActionFinished)


def test_responses_are_worded_from_the_slots_of_before() -> None:
    customer = looker()
    said = customer.action_returns({"status": "new"}, responses=[{"response": "utter_status", "whom": "Sara"}])
    assert said == ["It is , Sara.", "Status: new"]


def test_what_an_action_says_is_no_markup() -> None:
    customer = looker()
    customer.action_returns(says="**bold** {status} [x](http://y)")
    said = next(event for event in customer.turn if isinstance(event, BotSaid))
    assert said.content.text.text == "**bold** {status} [x](http://y)"
    assert said.content.text.spans == ()


def test_pictures_files_and_buttons_of_an_action() -> None:
    customer = looker()
    customer.action_returns(
        responses=[
            {"text": "See", "image": "https://x.example/a.png", "attachment": "https://x.example/a.pdf"},
            {
                "text": "Or",
                "buttons": [{"title": "Help me", "payload": '/want_help{"kept": "it"}'}, {"broken": 1}, None],
            },
            {"image": "/etc/passwd"},
            {"custom": {"text": "From custom"}},
            "nothing",
            {},
        ]
    )
    said = [event for event in customer.turn if isinstance(event, BotSaid)]
    assert [event.content.attachment.kind for event in said if event.content.attachment] == ["photo", "document"]
    assert customer.seen() == ["See", "", "Or", "From custom", "Status: "]
    assert customer.taps("Help me") == ["Here is help with it.", "Status: "]
    assert customer.taps("Help me") == [], "twice is once"


def test_numbers_that_an_action_says_are_shown() -> None:
    customer = looker()
    buttons = [{"title": 2, "payload": "/want_help"}, {"title": True, "payload": "/want_help"}]
    customer.action_returns(responses=[{"text": 12.5}, {"text": 0, "buttons": buttons}, {"text": False}])
    assert customer.seen() == ["12.5", "0", "Status: "]
    assert customer.taps("2") == ["Here is help with .", "Status: "]


def test_no_more_buttons_are_shown_than_work() -> None:
    customer = looker()
    buttons = [{"title": f"Way {number}", "payload": "/want_help"} for number in range(200)]
    customer.action_returns(responses=[{"text": "See", "buttons": [{"title": " "}, *buttons]}])
    said = next(event for event in customer.turn if isinstance(event, BotSaid))
    labels = [choice.label for choice in said.choices]
    assert (len(labels), labels[0]) == (40, "Way 0")
    assert customer.taps("Way 0") == customer.taps("Way 39") == ["Here is help with .", "Status: "]


CARD = {
    "title": "Blue lamp",
    "subtitle": "19 *euros*",
    "image_url": "https://x.example/lamp.png",
    "buttons": [
        {"title": "See it", "type": "web_url", "url": "https://x.example/lamp"},
        {"title": "On this site", "type": "web_url", "url": "/?p=lamp"},
        {"title": "Help me", "type": "postback", "payload": '/want_help{"kept": "a lamp"}'},
    ],
}
TEMPLATE = {"type": "template", "payload": {"template_type": "generic", "elements": [CARD, "no card", {}]}}


@pytest.mark.parametrize("answer", [{"elements": [CARD]}, {"attachment": TEMPLATE}])
def test_cards_of_an_action_are_messages(answer: dict[str, object]) -> None:
    customer = looker()
    customer.action_returns(responses=[{"text": "Our lamps:", **answer}])
    said = next(event for event in customer.turn if isinstance(event, BotSaid) and event.content.attachment)
    assert said.content.attachment == Attachment(kind="photo", file="https://x.example/lamp.png")
    assert said.content.text == RichText(
        text="Blue lamp\n19 *euros*\nSee it",
        spans=(
            Span(start=0, end=9, style="bold"),
            Span(start=21, end=27, style="link", url="https://x.example/lamp"),
        ),
    )
    assert [choice.label for choice in said.choices] == ["Help me"]
    assert customer.seen() == ["Our lamps:", said.content.text.text, "Status: "]
    assert customer.taps("Help me") == ["Here is help with a lamp.", "Status: "]


@pytest.mark.parametrize(
    "answer",
    [
        {"buttons": [{"title": "Watch", "url": "https://x.example/v"}]},
        {"attachment": {"type": "video", "payload": {"title": "Watch", "src": "https://x.example/v"}}},
        {
            "attachment": {
                "type": "template",
                "payload": {"buttons": [{"title": "Watch", "url": "https://x.example/v"}]},
            }
        },
    ],
)
def test_what_leads_to_a_page_is_a_link(answer: dict[str, object]) -> None:
    customer = looker()
    customer.action_returns(responses=[{"text": "How to:", **answer}])
    said = next(event for event in customer.turn if isinstance(event, BotSaid))
    assert (said.content.text.text, said.choices, said.content.attachment) == ("How to:\nWatch", (), None)
    assert said.content.text.spans == (Span(start=8, end=13, style="link", url="https://x.example/v"),)


def test_followup_runs_the_named_action_next() -> None:
    customer = looker()
    customer.action_returns(events=[{"event": "followup", "name": "action_then"}])
    assert customer.call.action == "action_then"
    assert customer.action_returns({"status": "after"}) == ["Status: after"]


def test_followup_says_a_response() -> None:
    customer = looker()
    assert customer.action_returns(events=[{"event": "followup", "name": "utter_bye"}])[0] == "Bye."


def test_actions_that_follow_each_other_for_ever_end() -> None:
    customer = looker()
    for _ in range(20):
        customer.action_returns(events=[{"event": "followup", "name": "action_then"}])
        if customer.seen():
            break
    assert customer.seen() == ["Status: "]


def test_restart_and_reset_slots() -> None:
    customer = looker()
    customer.action_returns({"status": "a", "kept": "b"}, events=[{"event": "reset_slots"}])
    assert customer.slots["status"] is None
    customer.says("again")
    customer.taps("Look")
    assert customer.action_returns({"status": "a"}, events=[{"event": "restart"}]) == ["Look?"]
    assert customer.slots["status"] is None


@pytest.mark.parametrize("typed", [False, True])
def test_a_pause_lasts_until_the_customer_takes_the_word(typed: bool) -> None:
    customer = looker()
    customer.action_returns(events=[{"event": "pause"}])
    assert customer.says("again") == ["We are pausing here. To go on write “menu”, or “agent” to talk to a person."]
    assert customer.sends(Place(latitude=35.7, longitude=51.4)) == customer.says("1")
    assert (customer.says("Menu") if typed else customer.commands("menu")) == ["Look?"]
    calls = len([event for event in customer.log if isinstance(event, ActionRequested)])
    customer.says("look")
    assert len([event for event in customer.log if isinstance(event, ActionRequested)]) == calls + 1


def remind(customer: CustomerOf, **event: object) -> None:
    at = (customer.now + timedelta(minutes=10)).isoformat()
    customer.action_returns(
        events=[{"event": "reminder", "intent": "want_help", "date_time": at, "name": "r", **event}]
    )


def test_a_reminder_plays_its_intent() -> None:
    customer = looker()
    remind(customer, entities={"kept": "the order"})
    assert customer.waits(minutes=11) == ["Here is help with the order.", "Status: "]
    assert customer.waits(minutes=20) == []


def test_a_reminder_is_forgotten_when_the_customer_writes_or_an_action_takes_it_back() -> None:
    customer = looker()
    remind(customer)
    customer.says("hm")
    assert customer.waits(minutes=11) == []
    customer = looker()
    remind(customer, kill_on_user_msg=False)
    customer.taps("Again")
    assert customer.waits(minutes=11)[0].startswith("Here is help")
    customer = looker()
    remind(customer, kill_on_user_msg=False)
    customer.taps("Again")
    customer.taps("Look")
    customer.action_returns(events=[{"event": "cancel_reminder", "name": "r"}])
    assert customer.waits(minutes=11) == []


def test_responses_and_built_in_actions_as_steps() -> None:
    customer = CustomerOf(
        program_of("""
responses: {utter_hello: [{text: Hello}]}
flows:
  f:
    start: true
    description: CALM's own actions
    steps:
      - action: utter_hello
      - action: action_listen
      - menu: Go?
        options: [{label: Restart, then: again}, {label: Search, then: search}, {label: Hang up, then: up}]
      - {id: again, action: action_restart}
      - {id: search, action: action_trigger_search}
      - {id: up, action: action_hangup}
""")
    )
    assert customer.starts() == ["Hello"]
    assert customer.says("hi there") == ["Go?"], "it listened"
    assert customer.taps("Restart") == ["Hello"]
    assert customer.sends_payload("/SetSlots(a=1)") == ["Go?"]
    assert customer.taps("Search")[0] == "Sorry, I didn't get that."
    assert customer.conversation.closed


def test_a_question_that_was_answered_while_its_action_ran_is_not_asked() -> None:
    flows = program_of("""
slots: {account: {type: text}, amount: {type: float}}
actions: [action_ask_account]
flows:
  f:
    start: true
    description: an action asks
    steps:
      - collect: account
      - {collect: amount, ask: "From {account}: how much?"}
""")
    customer = CustomerOf(flows)
    customer.starts()
    assert customer.action_returns(says="Which account?") == ["Which account?"]
    customer = CustomerOf(flows)
    customer.starts()
    assert customer.action_returns({"account": "A1"}, says="You have one.") == ["You have one.", "From A1: how much?"]
    customer = CustomerOf(flows)
    customer.starts()
    assert customer.sends_payload("/SetSlots(account=A2)") == []
    assert customer.action_returns() == ["From A2: how much?"]
