"""One test being played: each turn in the reading of its words that comes nearest to what is expected of it."""

from collections.abc import Iterator, Sequence
from typing import cast

import msgspec

from bot.content import Json, Value
from bot.events import FlowStarted
from bot.problems import Mark
from bot.rehearsal.calms_own import OF_AGENTS, calms_own
from bot.rehearsal.case import ActionRuns, AnyExpectation, FlowEnds, Says, SlotIs, Turn, Understood
from bot.rehearsal.hoping import hopes
from bot.rehearsal.judging import Judge
from bot.rehearsal.names import unknown_in
from bot.rehearsal.obeying import came_to_nothing, gone_on, in_their_words, perform_understood
from bot.rehearsal.performing import perform
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.scene import ActFailed, Moment, Scene
from bot.rehearsal.spoken import Spoken, assumed_in, is_free, spoken_in, unsaid_in
from bot.rehearsal.stage import Stage, World
from bot.rehearsal.understanding import first_reading, readings, with_answer
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
    understood: Understood | None = None  # what its words were taken for, if for more than they say
    is_riddle: bool = False  # they did nothing, and only a language model would know what they mean


class Player:
    """Plays the turns of one test on its stage."""

    def __init__(self, stage: Stage, judge: Judge, book: PhraseBook, world: World) -> None:
        self._stage = stage
        self._judge = judge
        self._book = book
        self._trail = world.trail
        self._calm = world.calm
        self._desk = world.desk
        self._led = set[str]()  # flows in which agents of language models have the word

    async def play(self, moment: Moment, turn: Turn, rest: Sequence[Turn]) -> Played:
        """What the turn brings about; `rest` are those after it. Only tests for a language model are read freely."""
        actions = self._stage.actions
        program, language = self._stage.program, moment.conversation.language
        assumed = assumed_in(turn, rest, self._calm, moment.conversation.slots)
        actions.begin(assumed, unsaid_in(turn, self._calm, language), turn.metadata)
        best = await self._as_written(moment, turn)
        if self._stage.case.word_for_word:
            return best
        spoken = spoken_in(turn, rest, program, self._calm, moment)
        if spoken is not None:
            spoken = msgspec.structs.replace(spoken, do=not came_to_nothing(best.scene.happened, program))
            best = await self._freely(spoken, await self._further(best, spoken.text))
        self._note(best)
        nothing = came_to_nothing(best.scene.happened, program)
        is_riddle = spoken is not None and is_free(spoken.text) and best.understood is None and nothing
        return msgspec.structs.replace(best, failures=tuple(self._ours(best)), is_riddle=is_riddle)

    def _note(self, best: Played) -> None:
        """What people should know of the answers of a language model, and in which flows agents have the word."""
        answers = best.understood.answers if best.understood is not None else None
        for answer in answers or ():
            said = next(iter(cast(dict[str, Json], answer).values()), "")
            remark = f"no flow says {str(said)!r}: it was taken for what a language model answers"
            self._stage.actions.remarks.add(remark)
        if any(isinstance(each, ActionRuns) and each.action in OF_AGENTS for each in best.turn.expected):
            self._led |= {each.event.flow for each in best.scene.happened if isinstance(each.event, FlowStarted)}

    async def _as_written(self, moment: Moment, turn: Turn) -> Played:
        self._trail.places.clear()
        try:
            after = await perform(self._stage, self._book, moment, turn.act)
        except ActFailed as failed:
            failure = Failure(mark=turn.mark, wanted="this to be done", came=str(failed))
            return Played(turn, Scene(before=moment, after=moment), (failure,))
        return self._played(moment, after, turn)

    async def _freely(self, spoken: Spoken, as_written: Played) -> Played:
        best, first, actions = as_written, first_reading(spoken), self._stage.actions
        if first is not None:
            played = await self._as(first, spoken)
            best = played if self._unmet(played) <= self._unmet(best) else best
        if best.failures:
            best = await self._as_expected(spoken, best)
            return await self._hopefully(spoken, best) if actions.lacking and any(self._ours(best)) else best
        nothing = came_to_nothing(best.scene.happened, spoken.program)
        if spoken.turn.expected or not nothing or not is_free(spoken.text):
            return best
        flow = wished_for(spoken.rest, spoken.program, self._calm)
        return best if flow is None else await self._as(Understood(flows=(flow,)), spoken)

    async def _as_expected(self, spoken: Spoken, best: Played) -> Played:
        """The first reading in which all is as expected, else that which comes nearest."""
        for reading in readings(spoken):
            understood: Understood | None = reading
            for _ in range(MOST_ANSWERS):
                if understood is None:
                    break
                played = await self._as(understood, spoken)
                best = played if self._is_nearer(played, best) else best
                if not best.failures:
                    return best
                understood = with_answer(understood, spoken, played.scene.after)
        return best

    async def _hopefully(self, spoken: Spoken, best: Played) -> Played:
        """The same, with what the actions that are not there may have set."""
        actions = self._stage.actions
        known = actions.assumed
        for hope in hopes(spoken.program, self._calm):
            actions.assumed = hope | known
            hoped = await self._as_expected(spoken, await self._as_written(spoken.moment, spoken.turn))
            best = hoped if self._unmet(hoped) < self._unmet(best) else best
            if not any(self._ours(best)):
                break
        return best

    async def _as(self, understood: Understood, spoken: Spoken) -> Played:
        self._trail.places.clear()
        says = spoken.turn.act
        assert isinstance(says, Says)
        after = await perform_understood(self._stage, spoken.moment, says, understood)
        played = msgspec.structs.replace(self._played(spoken.moment, after, spoken.turn), understood=understood)
        return await self._further(played, spoken.text)

    async def _further(self, played: Played, text: str) -> Played:
        """With what was interrupted gone on with at once, as CALM does, if that is nearer to what is expected."""
        after = await gone_on(self._stage, played.scene.after)
        if not played.failures or after is played.scene.after:
            return played
        before = played.scene.before
        after = in_their_words(await self._stage.settle(after), len(before.happened), text)
        understood = played.understood or Understood()
        further = msgspec.structs.replace(self._played(before, after, played.turn), understood=understood)
        return further if self._unmet(further) < self._unmet(played) else played

    # Which is nearer

    def _ours(self, played: Played) -> Iterator[Failure]:
        """Its failures, but for what CALM itself would do or its language model, or agents of those."""
        flow_set = self._stage.program.flow_set
        own = (failure for failure in played.failures if calms_own(failure.expected, flow_set) is None)
        yield from (failure for failure in own if not self._is_agents(failure.expected))

    def _is_agents(self, expected: AnyExpectation | None) -> bool:
        """Whether an agent has a hand in it: when it is done, and what it finds out, is not known here."""
        match expected:
            case FlowEnds(flow=flow):
                return flow in self._led
            case SlotIs(slot=slot, never=False):
                return bool(self._led) and slot not in self._calm.slots
        return False

    def _unmet(self, played: Played) -> tuple[int, int]:
        return len([*self._ours(played)]), len(played.failures)

    def _is_nearer(self, played: Played, best: Played) -> bool:
        """Of two that fail alike it is the one in which something was understood."""
        unmet, least = self._unmet(played), self._unmet(best)
        nothing = (came_to_nothing(each.scene.happened, self._stage.program) for each in (played, best))
        return unmet < least or (unmet == least and unmet[0] > 0 and [*nothing] == [False, True])

    def _played(self, before: Moment, after: Moment, turn: Turn) -> Played:
        happened, steps = after.happened[len(before.happened) :], tuple(self._trail.places)
        scene = Scene(before=before, after=after, happened=happened, steps=steps)
        return Played(turn, scene, tuple(self._failures(turn, scene)))

    def _failures(self, turn: Turn, scene: Scene) -> list[Failure]:
        failures, latest = [], STATE
        for expected in turn.expected:
            verdict = self._judge.judge(expected, scene)
            if isinstance(verdict, Unmet):
                unknown = unknown_in(expected, self._stage.program, self._desk, self._book.responses)
                came = verdict.came if unknown is None else f"{unknown}, and {verdict.came}"
                failures.append(_failure(expected, verdict.wanted, came))
            elif turn.in_order and verdict.place != STATE:
                if verdict.place < latest:
                    failures.append(_failure(expected, "this after what is listed before it", "it came before"))
                latest = max(latest, verdict.place)
        return failures


def _failure(expected: AnyExpectation, wanted: str, came: str) -> Failure:
    return Failure(mark=expected.mark, wanted=wanted, came=came, expected=expected)
