"""Running a test: its turns one after another, each judged, up to the first that is not as expected."""

import time
from collections.abc import Sequence

import msgspec

from bot.content import Value
from bot.problems import Mark
from bot.rehearsal.calms_own import calms_own
from bot.rehearsal.case import AnyExpectation, Case, Says, Turn, Understood
from bot.rehearsal.judging import Judge
from bot.rehearsal.performing import perform, text_in
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.scene import ActFailed, Moment, Scene
from bot.rehearsal.stage import Stage, World
from bot.rehearsal.telling import Line, lines_of
from bot.rehearsal.trail import Place
from bot.rehearsal.understanding import (
    assumed_in,
    came_to_nothing,
    collected_slots,
    is_free,
    perform_understood,
    readings,
    wished_for,
    with_answer,
)
from bot.rehearsal.verdicts import STATE, Unmet

MOST_ANSWERS = 6  # in one breath


class Failure(Value, frozen=True, kw_only=True):
    """Where the test is not met: what it wanted there, and what came. `expected` is none for an act that failed."""

    mark: Mark
    wanted: str
    came: str
    expected: AnyExpectation | None = None


class Result(Value, frozen=True, kw_only=True):
    """What came of one test on one channel in one language. `steps` of the flows ran, each by flow and id."""

    case: Case
    channel: str
    language: str
    failures: tuple[Failure, ...] = ()
    conversation: tuple[Line, ...] = ()
    steps: frozenset[Place] = frozenset()
    understood: tuple[Mark, ...] = ()  # words that were taken as what the test expects of them
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
        self._collected = collected_slots(world.trail.program)

    async def run(self, case: Case, channel: str, language: str) -> Result:
        """Play the test. What it says once, it says in the only language it is meant for, else in the flows' first."""
        began = time.perf_counter()
        program = self._world.trail.program
        written_in = case.languages[0] if len(case.languages) == 1 else program.languages[0]
        stage, judge = Stage(self._world, case, channel, language), Judge(program, self._book, written_in)
        moment, played = stage.opening(), []
        for number, turn in enumerate(case.turns, 1):
            stage.actions.assumed = assumed_in(turn, self._collected)
            stage.actions.metadata = dict(turn.metadata)
            part = await self._play(stage, judge, moment, turn, case.turns[number:])
            played.append(part)
            moment = part.scene.after
            if part.failures:
                break
        return Result(
            case=case,
            channel=channel,
            language=language,
            failures=played[-1].failures,
            conversation=tuple(line for part in played for line in lines_of(part.turn.act, part.scene)),
            steps=frozenset(step for part in played for step in part.scene.steps),
            understood=tuple(part.turn.mark for part in played if part.is_understood),
            remarks=tuple(sorted(stage.actions.remarks)),
            seconds=time.perf_counter() - began,
        )

    async def _play(self, stage: Stage, judge: Judge, moment: Moment, turn: Turn, rest: Sequence[Turn]) -> "_Played":
        """What the turn brings about, in the reading of its words that comes nearest to what is expected."""
        best = await self._play_as_written(stage, judge, moment, turn)
        if stage.case.word_for_word:
            return best
        flow_set = stage.program.flow_set
        if isinstance(turn.act, Says) and is_free(text_in(turn.act.text, moment.conversation.language)):
            if best.failures:
                best = await self._play_as_understood(stage, judge, moment, turn.act, best)
            elif not turn.expected and came_to_nothing(best.scene.happened, stage.program):
                flow = wished_for(rest, stage.program)
                understood = Understood(flows=(flow,) if flow is not None else ())
                best = await self._take_as(understood, stage, judge, moment, turn.act, turn) if flow else best
        ours = tuple(failure for failure in best.failures if calms_own(failure.expected, flow_set) is None)
        return msgspec.structs.replace(best, failures=ours)

    async def _play_as_understood(
        self, stage: Stage, judge: Judge, moment: Moment, says: Says, best: "_Played"
    ) -> "_Played":
        for understood in readings(best.turn, stage.program, self._collected, moment):
            more: Understood | None = understood
            for _ in range(MOST_ANSWERS):
                if more is None:
                    break
                other = await self._take_as(more, stage, judge, moment, says, best.turn)
                if len(other.failures) < len(best.failures):
                    best = other
                if not best.failures:
                    return best
                more = with_answer(more, says, stage.program, other.scene.after)
        return best

    async def _take_as(
        self, understood: Understood, stage: Stage, judge: Judge, moment: Moment, says: Says, turn: Turn
    ) -> "_Played":
        trail = self._world.trail.places
        trail.clear()
        scene = _scene(moment, await perform_understood(stage, moment, says, understood), trail)
        return _Played(turn, scene, _judged(judge, turn, scene), is_understood=True)

    async def _play_as_written(self, stage: Stage, judge: Judge, moment: Moment, turn: Turn) -> "_Played":
        trail = self._world.trail.places
        trail.clear()
        try:
            after = await perform(stage, self._book, moment, turn.act)
        except ActFailed as failed:
            failure = Failure(mark=turn.mark, wanted="this to be done", came=str(failed))
            return _Played(turn, _scene(moment, moment, []), (failure,))
        scene = _scene(moment, after, trail)
        return _Played(turn, scene, _judged(judge, turn, scene))


class _Played(msgspec.Struct, frozen=True):
    """A turn, what it brought about and what was not as expected of it."""

    turn: Turn
    scene: Scene
    failures: tuple[Failure, ...]
    is_understood: bool = False


def _scene(before: Moment, after: Moment, steps: list[Place]) -> Scene:
    return Scene(before=before, after=after, happened=after.happened[len(before.happened) :], steps=tuple(steps))


def _judged(judge: Judge, turn: Turn, scene: Scene) -> tuple[Failure, ...]:
    failures, latest = [], STATE
    for expected in turn.expected:
        verdict = judge.judge(expected, scene)
        if isinstance(verdict, Unmet):
            failures.append(Failure(mark=expected.mark, wanted=verdict.wanted, came=verdict.came, expected=expected))
        elif turn.in_order and verdict.place != STATE:
            if verdict.place < latest:
                failures.append(_too_early(expected))
            latest = max(latest, verdict.place)
    return tuple(failures)


def _too_early(expected: AnyExpectation) -> Failure:
    return Failure(
        mark=expected.mark, wanted="this after what is listed before it", came="it came before", expected=expected
    )
