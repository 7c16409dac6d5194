"""CALM's tests that want a flow to be over in the same turn: it was one that asks nothing more."""

from tests.rehearsal.theatre import cases_of, play, told

PARCELS = b"""
version: "3.1"
slots: {parcel: {type: text}}
actions: [action_carriers, action_ask_parcel, action_where]
flows:
  carriers: {name: carriers of parcels, description: lists them, steps: [{action: action_carriers}]}
  where: {name: show parcels, description: tells where one is, steps: [{collect: parcel}, {action: action_where}]}
"""


def test_words_that_end_in_more_help_begin_the_flow_that_asks_nothing() -> None:
    for more, runs in ((", {utter: utter_can_do_something_else}", "action_carriers"), ("", "action_ask_parcel")):
        steps = f"{{user: show me parcels}}, {{bot: Here they are.}}{more}"
        (case,) = cases_of(f"test_cases: [{{test_case: t, steps: [{steps}]}}]")
        (result,) = play({"flows.yml": PARCELS}, [(case, "telegram", None)])
        assert result.passed, told(result)
        assert f"{runs} runs" in [line.text for line in result.conversation if not line.who]
