"""Tests of flows in which customers wait for a person, say nothing, or leave an agent."""

import msgspec
import pytest

from tests.rehearsal.theatre import play_one, shipped_desk, told

FLOWS = """
flows:
  main:
    start: true
    description: asks for a person
    steps:
      - menu: {en: Hello.}
        options: [{label: Person}]
      - handoff: support
      - say: Back with the bot.
"""


@pytest.mark.parametrize(
    "steps",
    [
        # Words begin anew, silence goes on, and who is asked has two minutes.
        """
        steps: [user: hi, tap: Person, wait: 5m, user: hello?, wait: 8m, bot_did_not_utter: {text_matches: still there},
                wait: 2m, bot: "Are you still there? We're keeping your place.", tap: Keep waiting,
                wait: 9m, wait: 1m, bot: "Are you still there? We're keeping your place.", wait: 2m, ended: expired]
        """,
        "steps: [user: hi, tap: Person, agent: /take, wait: 3h, agent: /close, bot: Back with the bot.]",
        "steps: [user: hi, tap: Person, tap: Leave the queue, bot: 'All right, cancelled.']",
        "steps: [user: hi, tap: Person, agent: Hello, user: /cancel, tap: Leave, bot: Back with the bot.]",
        "steps: [user: hi, tap: Person, agent: /take, user: /cancel, tap: Leave, bot: 'All right, cancelled.']",
        "steps: [user: hi, tap: Person, agent: /take, agent: /release, utter: utter_switchboard_agent_released]",
    ],
)
def test_waiting_is_played_as_the_desk_does_it(steps: str) -> None:
    desk = shipped_desk()
    support = msgspec.structs.replace(desk.queues["support"], silent_after_seconds=600.0)
    result = play_one(FLOWS, steps, desk=msgspec.structs.replace(desk, queues={"support": support}))
    assert told(result) == []
    assert result.passed
