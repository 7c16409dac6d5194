"""Running tests: the turns of each one after another, up to the first that is not as expected."""

import time

from bot.content import Value
from bot.problems import Mark
from bot.rehearsal.case import Case
from bot.rehearsal.judging import Judge
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.playing import Failure, Player
from bot.rehearsal.spoken import recognised
from bot.rehearsal.stage import Stage, World
from bot.rehearsal.telling import Line, lines_of, meaning_of
from bot.rehearsal.trail import Place


class Result(Value, frozen=True, kw_only=True):
    """What came of one test on one channel in one language. `steps` of the flows ran, each by flow and id."""

    case: Case
    channel: str
    language: str
    failures: tuple[Failure, ...] = ()
    conversation: tuple[Line, ...] = ()
    steps: frozenset[Place] = frozenset()
    understood: tuple[Mark, ...] = ()  # turns whose words were taken for what the test expects of them
    meaning: str | None = None  # for what the words of the turn that failed were taken, or that nothing tells
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return not self.failures


class Theatre:
    """Runs tests against one set of flows."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._book = PhraseBook(world.trail.program)

    async def run(self, case: Case, channel: str, language: str) -> Result:
        """Play the test. What it says once, it says in the only language it is meant for, else in the flows' first."""
        began = time.perf_counter()
        program, book = self._world.trail.program, self._book
        written_in = case.languages[0] if len(case.languages) == 1 else program.languages[0]
        stage = Stage(self._world, case, channel, language)
        player = Player(stage, Judge(program, book, written_in), book, self._world)
        moment, parts = stage.opening(), []
        turns = [recognised(turn, book) for turn in case.turns]
        for number, turn in enumerate(turns, 1):
            parts.append(await player.play(moment, turn, turns[number:]))
            moment = parts[-1].scene.after
            if parts[-1].failures:
                break
        return Result(
            case=case,
            channel=channel,
            language=language,
            failures=parts[-1].failures,
            conversation=tuple(line for part in parts for line in lines_of(part.turn.act, part.scene)),
            steps=frozenset(step for part in parts for step in part.scene.steps),
            understood=tuple(part.turn.mark for part in parts if part.understood is not None),
            meaning=meaning_of(parts[-1]) if parts[-1].failures else None,
            remarks=tuple(sorted(stage.actions.remarks)),
            seconds=time.perf_counter() - began,
        )
