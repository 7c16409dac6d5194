"""One test being played: each turn in the reading of its words that comes nearest to what is expected of it."""

from collections.abc import Sequence

import msgspec

from bot.content import Value
from bot.problems import Mark
from bot.rehearsal.calms_own import calms_own
from bot.rehearsal.case import AnyExpectation, Says, Turn, Understood
from bot.rehearsal.hoping import hopes
from bot.rehearsal.judging import Judge
from bot.rehearsal.obeying import came_to_nothing, perform_understood
from bot.rehearsal.performing import perform, text_in
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.scene import ActFailed, Moment, Scene
from bot.rehearsal.stage import Stage, World
from bot.rehearsal.understanding import (
    assumed_in,
    is_free,
    readings,
    unsaid_in,
    with_answer,
)
from bot.rehearsal.verdicts import STATE, Unmet
from bot.rehearsal.wishing import wished_for

MOST_ANSWERS = 6  # to questions, in one breath


class Failure(Value, frozen=True, kw_only=True):
    """Where the test is not met: what it wanted there, and what came. `expected` is none for an act that failed."""

    mark: Mark
    wanted: str
    came: str
    expected: AnyExpectation | None = None


class Played(msgspec.Struct, frozen=True):
    """A turn, what it brought about, and what was not as expected of it."""

    turn: Turn
    scene: Scene
    failures: tuple[Failure, ...]
    is_understood: bool = False  # its words were taken for more than they say


class Player:
    """Plays the turns of one test on its stage."""

    def __init__(self, stage: Stage, judge: Judge, book: PhraseBook, world: World) -> None:
        self._stage = stage
        self._judge = judge
        self._book = book
        self._trail = world.trail
        self._calm = world.calm

    async def play(self, moment: Moment, turn: Turn, rest: Sequence[Turn]) -> Played:
        """What the turn brings about; `rest` are those after it. Only tests for a language model are read freely."""
        actions = self._stage.actions
        program = self._stage.program
        unsaid = unsaid_in(turn, program, moment.conversation.language)
        actions.begin(assumed_in(turn, self._calm), unsaid, turn.metadata)
        as_written = await self._as_written(moment, turn)
        if self._stage.case.word_for_word:
            return as_written
        best = await self._freely(moment, turn, rest, as_written)
        ours = tuple(failure for failure in best.failures if calms_own(failure.expected, program.flow_set) is None)
        return msgspec.structs.replace(best, failures=ours)

    async def _as_written(self, moment: Moment, turn: Turn) -> Played:
        self._trail.places.clear()
        try:
            after = await perform(self._stage, self._book, moment, turn.act)
        except ActFailed as failed:
            failure = Failure(mark=turn.mark, wanted="this to be done", came=str(failed))
            return Played(turn, Scene(before=moment, after=moment), (failure,))
        return self._played(moment, after, turn)

    async def _freely(self, moment: Moment, turn: Turn, rest: Sequence[Turn], as_written: Played) -> Played:
        program, says = self._stage.program, turn.act
        if not isinstance(says, Says):
            return as_written
        if as_written.failures:
            best, actions = await self._as_expected(moment, says, rest, as_written), self._stage.actions
            if not best.failures or not actions.lacking:
                return best
            known = actions.assumed
            for hope in hopes(program, self._calm):
                actions.assumed = hope | known
                hoped = await self._as_expected(moment, says, rest, await self._as_written(moment, turn))
                best = hoped if len(hoped.failures) < len(best.failures) else best
                if not best.failures:
                    break
            return best
        free = is_free(text_in(says.text, moment.conversation.language))
        if turn.expected or not free or not came_to_nothing(as_written.scene.happened, program):
            return as_written
        flow = wished_for(rest, program, self._calm)
        return as_written if flow is None else await self._as(Understood(flows=(flow,)), moment, says, turn)

    async def _as_expected(self, moment: Moment, says: Says, rest: Sequence[Turn], best: Played) -> Played:
        """The first reading in which all is as expected, else that which comes nearest."""
        program = self._stage.program
        for reading in readings(best.turn, rest, program, self._calm, moment):
            understood: Understood | None = reading
            for _ in range(MOST_ANSWERS):
                if understood is None:
                    break
                played = await self._as(understood, moment, says, best.turn)
                best = played if len(played.failures) < len(best.failures) else best
                if not best.failures:
                    return best
                understood = with_answer(understood, says, program, self._calm, played.scene.after)
        return best

    async def _as(self, understood: Understood, moment: Moment, says: Says, turn: Turn) -> Played:
        self._trail.places.clear()
        after = await perform_understood(self._stage, moment, says, understood)
        return msgspec.structs.replace(self._played(moment, after, turn), is_understood=True)

    def _played(self, before: Moment, after: Moment, turn: Turn) -> Played:
        happened, steps = after.happened[len(before.happened) :], tuple(self._trail.places)
        scene = Scene(before=before, after=after, happened=happened, steps=steps)
        return Played(turn, scene, tuple(self._failures(turn, scene)))

    def _failures(self, turn: Turn, scene: Scene) -> list[Failure]:
        failures, latest = [], STATE
        for expected in turn.expected:
            verdict = self._judge.judge(expected, scene)
            if isinstance(verdict, Unmet):
                failures.append(_failure(expected, verdict.wanted, verdict.came))
            elif turn.in_order and verdict.place != STATE:
                if verdict.place < latest:
                    failures.append(_failure(expected, "this after what is listed before it", "it came before"))
                latest = max(latest, verdict.place)
        return failures


def _failure(expected: AnyExpectation, wanted: str, came: str) -> Failure:
    return Failure(mark=expected.mark, wanted=wanted, came=came, expected=expected)
