"""Which steps of the flows run: a program that notes every step it is made to run."""

from collections.abc import Mapping

import msgspec

from bot.engine.flow import Step
from bot.engine.program import Program

Place = tuple[str, str]
"""A flow and a step, by their ids."""


class Trail:
    """`program` runs as the one it was made of, and each step that it comes to is noted in `places`, in order."""

    def __init__(self, program: Program) -> None:
        self.places: list[Place] = []
        flows = {
            name: msgspec.structs.replace(flow, steps=_NotedSteps(name, flow.steps, self.places))
            for name, flow in program.flows.items()
        }
        self.program = msgspec.structs.replace(program, flows=flows)


class _NotedSteps(dict[str, Step]):
    """Steps by id. To take one with `[]` is to run it: `Talk.go_to` does; who only looks at one calls `get`."""

    def __init__(self, flow: str, steps: Mapping[str, Step], places: list[Place]) -> None:
        super().__init__(steps)
        self._flow = flow
        self._places = places

    def __getitem__(self, step: str) -> Step:
        self._places.append((self._flow, step))
        return super().__getitem__(step)
