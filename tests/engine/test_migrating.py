"""A conversation in the middle of flows that change."""

from bot.engine.inputs import TapHeard
from bot.engine.interpreter import Turn
from bot.engine.migrating import Obstacle, Way, begin_again, go_over, obstacle
from bot.events import ChoiceMade, FlowEnded, InputIgnored, RevisionChanged, StepReached
from tests.engine.customers import CustomerOf, program_of

BEFORE = """
settings: {languages: [en, fa]}
slots: {name: {type: text}, size: {type: categorical, values: [small, large]}, old: {type: text}}
flows:
  main:
    start: true
    description: the shop
    steps:
      - say: Welcome.
      - id: top
        menu: {en: How?, fa: چطور؟}
        options:
          - {label: Name, value: name, then: [{call: naming, next: top}]}
          - {label: Size, value: size, then: [{collect: size, ask: Which size?}, {say: "{size} it is.", next: top}]}
          - {label: Gone soon, value: gone, then: [{say: Gone., next: top}]}
  naming:
    description: the name
    if: False
    steps:
      - {collect: name, ask: Your name?}
      - say: Hello {name}.
"""
EDITED = [
    ("      - say: Welcome.\n", "      - say: Hi.\n      - say: Welcome.\n"),
    ("          - {label: Gone soon, value: gone, then: [{say: Gone., next: top}]}\n", ""),
    (
        "          - {label: Name,",
        "          - {label: Help, value: help, then: [{say: Helped., next: top}]}\n          - {label: Name,",
    ),
    ("How?", "How can we help?"),
    ("Which size?", "What size then?"),
    ("{size} it is.", "{size}: noted."),
    (", old: {type: text}", ", new: {type: text, initial_value: fresh}"),
]


def after(*edits: tuple[str, str]) -> str:
    source = BEFORE
    for was, now in edits or EDITED:
        assert was in source, was
        source = source.replace(was, now, 1)
    return source


def customer(*said: str) -> CustomerOf:
    someone = CustomerOf(program_of(BEFORE))
    someone.starts()
    for text in said:
        someone.says(text)
    return someone


def take_over(someone: CustomerOf, source: str) -> Obstacle | None:
    """The customer goes on with these flows, if the step is there."""
    way = Way(someone.program, program_of(source))
    met = obstacle(way, someone.conversation)
    if met is None:
        arrive(someone, way, go_over(way, someone.conversation))
    return met


def arrive(someone: CustomerOf, way: Way, turn: Turn) -> None:
    someone.program, someone.conversation, someone.turn = way.after, turn.conversation, turn.events
    someone.log.extend(turn.events)


def test_nothing_is_said_and_what_was_shown_can_be_tapped() -> None:
    someone = customer()
    token = someone.token("Size")
    assert take_over(someone, after()) is None
    assert [type(event) for event in someone.turn] == [RevisionChanged]
    assert someone.conversation.slots["new"] == "fresh"
    assert "old" not in someone.conversation.slots
    assert someone.hears(TapHeard(token=token)) == ["What size then?"]
    assert someone.says("small") == ["small: noted.", "How can we help?"]


def test_a_number_means_what_was_shown_under_it() -> None:
    someone = customer()
    take_over(someone, after())
    assert someone.says("1") == ["Your name?"]  # now it would be Help


def test_what_is_new_is_understood_at_once_and_shown_from_then_on() -> None:
    someone = customer()
    take_over(someone, after())
    assert someone.says("Help") == ["Helped.", "How can we help?"]
    someone = customer()
    old = someone.token("Name")
    take_over(someone, after())
    assert someone.says("what?")[-1] == "How can we help?"
    assert someone.buttons[:3] == ["Help", "Name", "Size"]
    assert someone.happened(StepReached) == []  # it is where it was
    someone.hears(TapHeard(token=old))
    assert someone.happened(InputIgnored)


def test_a_question_that_was_put_aside_goes_over_too() -> None:
    someone = customer()
    size = someone.token("Size")
    someone.hears(TapHeard(token="c."))
    assert someone.conversation.wait is not None
    assert someone.conversation.wait.interrupted is not None
    take_over(someone, after())
    assert someone.hears(TapHeard(token=size)) == ["What size then?"]


NOT_OFFERED = "That choice isn't offered any more. Here is what there is now:"


def test_a_choice_that_is_gone_is_said_to_be_and_leads_to_what_there_is() -> None:
    someone = customer()
    take_over(someone, after())
    assert someone.taps("Gone soon") == [NOT_OFFERED, "How can we help?"]
    assert someone.buttons[:3] == ["Help", "Name", "Size"]
    assert someone.happened(ChoiceMade) == []
    someone = customer()
    take_over(someone, after())
    assert someone.says("3") == [NOT_OFFERED, "How can we help?"], "its number, as it was shown"
    someone = customer()
    take_over(someone, after())
    take_over(someone, BEFORE)
    assert someone.taps("Gone soon") == ["Gone.", "How?"], "it was taken away by mistake"


def test_a_question_goes_on_inside_what_called_it_and_leads_back() -> None:
    someone = customer("Name")
    take_over(someone, after())
    assert someone.says("Sara") == ["Hello Sara.", "How can we help?"]
    assert someone.commands("back")[-1] == "Your name?"


def test_an_unnamed_step_is_found_where_it_moved_to() -> None:
    someone = customer("Size")
    assert someone.conversation.stack[-1].step == "top.option_2.collect_size"
    assert take_over(someone, after()) is None
    assert someone.conversation.stack[-1].step == "top.option_3.collect_size"
    assert someone.says("huge")[-1] == "What size then?"
    assert someone.says("large") == ["large: noted.", "How can we help?"]


def test_who_stands_on_a_removed_step_or_would_come_back_to_one_can_t_go_over() -> None:
    asks = after(('[{collect: size, ask: Which size?}, {say: "{size} it is.", next: top}]', "top"))
    assert take_over(customer("Size"), asks) == Obstacle(flow="main", step="top.option_2.collect_size")
    uncalled = after(("[{call: naming, next: top}]", "[{link: naming}]"))
    assert take_over(customer("Name"), uncalled) == Obstacle(flow="main", step="top.option_1.call_naming")
    assert take_over(customer("Name"), after(("  naming:", "  other:"), ("call: naming", "call: other"))) == Obstacle(
        flow="naming", step="collect_name"
    )


def test_a_question_of_the_engine_s_own_stays_what_is_asked() -> None:
    someone = customer()
    someone.commands("forget")
    offered = someone.buttons
    asked = someone.seen()[-1]
    take_over(someone, after())
    assert someone.says("what?")[-1] == asked
    assert someone.buttons == offered


def test_a_language_that_is_gone_gives_way() -> None:
    someone = CustomerOf(program_of(BEFORE), language="fa")
    someone.starts()
    take_over(someone, after(("[en, fa]", "[en]"), ("{en: How?, fa: چطور؟}", "How?")))
    assert someone.conversation.language == "en"
    assert someone.says("nothing")[-1] == "How?"


def test_whose_answer_would_be_lost_can_t_go_over() -> None:
    sure = "{menu: Sure?, options: [{label: Very, then: top}]}"
    source = BEFORE.replace("ask: Which size?}", f"ask: Which size?}}, {sure}")
    someone = CustomerOf(program_of(source))
    someone.starts()
    someone.says("Size")
    someone.says("large")
    smaller = source.replace("small, large", "small, big")
    assert take_over(someone, smaller) == Obstacle(flow="main", step="top.option_2.menu", slot="size")
    way = Way(someone.program, program_of(smaller))
    arrive(someone, way, begin_again(way, someone.conversation, someone.now, lambda _calendar: True))
    assert someone.conversation.slots["size"] is None
    larger = source.replace("small, large", "small, large, huge")
    assert take_over(customer("Size"), smaller) is None, "nothing was answered yet"
    assert take_over(customer("Size"), larger) is None


def test_the_way_back_leads_past_a_question_that_is_gone() -> None:
    source = """
slots: {first: {type: text}, second: {type: text}, third: {type: text}}
flows:
  main:
    start: true
    description: three questions
    steps:
      - {collect: first, ask: First?}
      - {collect: second, ask: Second?}
      - {collect: third, ask: Third?}
"""
    someone = CustomerOf(program_of(source))
    someone.starts()
    someone.says("one")
    someone.says("two")
    take_over(someone, source.replace("      - {collect: second, ask: Second?}\n", ""))
    assert someone.commands("back") == ["First?"]
    assert (someone.conversation.slots["first"], someone.conversation.slots["second"]) == (None, None)
    assert someone.says("uno") == ["Third?"]


def test_the_start_again_comes_with_a_notice_and_without_what_was_said() -> None:
    someone = customer("Name")
    someone.conversation.slots["name"] = "Sara"
    way = Way(someone.program, program_of(after()))
    arrive(someone, way, begin_again(way, someone.conversation, someone.now, lambda _calendar: True))
    assert someone.seen() == [
        "Our menus have just changed, so we're back at the start. Sorry about that.",
        "Hi.",
        "Welcome.",
        "How can we help?",
    ]
    ended = [event.flow for event in someone.turn if isinstance(event, FlowEnded)]
    assert ended == ["naming", "main"]
    assert someone.conversation.slots["name"] is None
    assert someone.taps("Help")[0] == "Helped."
    assert someone.commands("back")[-1] == "How can we help?"


TWO_WAYS = """
slots: {size: {type: text}}
flows:
  main:
    start: true
    description: asks for a size on two ways
    steps:
      - {id: hi, say: Hi}
      - menu: Which?
        options:
          - {label: One, value: one, then: [{call: one, next: hi}]}
          - {label: Two, value: two, then: [{call: two, next: hi}]}
  one: {description: one, if: False, steps: [{collect: size, ask: Size?}, {say: "1 {size}"}]}
  two: {description: two, if: False, steps: [{collect: size, ask: Size?}, {say: "2 {size}"}]}
"""
EARLIER_MENU = "      - {menu: News?, options: [{label: Go on, then: hi}]}\n"


def test_what_was_filled_below_a_menu_that_is_numbered_otherwise_now_is_forgotten_there_too() -> None:
    customer = CustomerOf(program_of(TWO_WAYS))
    customer.starts()
    customer.says("One")
    now = program_of(TWO_WAYS.replace("      - {id: hi", f"{EARLIER_MENU}      - {{id: hi"))
    customer.conversation = go_over(Way(customer.program, now), customer.conversation).conversation
    customer.program = now
    assert customer.says("L") == ["1 L", "Hi", "Which?"]
    assert customer.says("Two") == ["Size?"]


CORRECTED = """
slots: {size: {type: text}, name: {type: text}, sure: {type: bool}}
flows:
  f:
    start: true
    description: f
    steps: [{collect: size, ask: Size?}, {collect: name, ask: Name?}, {say: "{size} for {name}."}]
  pattern_correction:
    description: asks first
    steps:
      - {collect: sure, ask: Sure?, next: [{if: slots.sure, then: change}, {else: END}]}
      - {id: change, action: action_correct_flow_slot}
"""


def test_what_was_about_to_be_corrected_is() -> None:
    someone = CustomerOf(program_of(CORRECTED))
    someone.starts()
    someone.says("S")
    assert someone.sends_payload("/SetSlots(size=L)") == ["Sure?"]
    assert take_over(someone, CORRECTED.replace("steps: [{collect: size", "steps: [{say: Hi.}, {collect: size")) is None
    assert someone.says("yes") == ["Name?"]
    assert someone.slots["size"] == "L"


def test_what_was_said_is_acted_on_in_the_flows_after() -> None:
    every = "slots: {who: {type: text, mappings: [{type: controlled, run_action_every_turn: action_who}]}, "
    flows = f"version: '3.1'\nactions: [action_who]\n{CORRECTED.replace('slots: {', every)}"
    someone = CustomerOf(program_of(flows))
    someone.starts()
    assert someone.action_returns() == ["Size?"]
    someone.says("S")
    assert take_over(someone, flows.replace("Name?", "Whose?")) is None
    assert someone.action_returns() == ["Whose?"]
