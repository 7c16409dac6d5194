"""The customers: each walks the journey again and again and checks every answer."""

import asyncio
import itertools
import random
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from bench.journey import JOURNEY, Reply, Turn
from tests.botapi.chats import Post
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer

T = TypeVar("T")

FIRST_ID = 100_000
PATIENCE_SECONDS = 20.0
LOOKED_AT = 6  # of the newest messages: the ones that a turn of the journey can change


class WrongAnswer(Exception):
    """The bot did not say what it should, or not as often."""


class Walker:
    """One customer. `taken` counts how often each turn of the journey was taken."""

    def __init__(self, person: Person) -> None:
        self.taken = [0] * len(JOURNEY)
        self._person = person
        self._place = 0
        self._afterwards: tuple[Reply, ...] = ()  # what may still change behind the last answer

    async def take_turn(self) -> None:
        """Take the next turn of the journey. Raises WrongAnswer."""
        place, self._place = self._place, (self._place + 1) % len(JOURNEY)
        turn = JOURNEY[place]
        mark = self._person.world.moment()
        await self._act(turn)

        def answers() -> list[Post] | None:
            found = self._changed_since(mark)
            return found if len(found) >= len(turn.replies) else None

        found = await self._person.chat.bell.wait_until(answers, PATIENCE_SECONDS)
        if found is None:
            raise WrongAnswer(f"turn {place + 1} was lost: {self._shown(mark)} within {PATIENCE_SECONDS:g} s")
        if tuple(map(_reply, found)) != turn.replies:
            raise WrongAnswer(f"turn {place + 1} was answered by {self._shown(mark)}")
        self._afterwards = turn.afterwards
        self.taken[place] += 1

    async def _act(self, turn: Turn) -> None:
        if turn.types:
            await self._person.say(turn.types)
            return
        for post in self._newest():
            if data := _token(post, turn.taps):
                self._person.forge(data, on=post)
                return
        raise WrongAnswer(f"there is no button {turn.taps!r}")

    def _newest(self) -> Iterator[Post]:
        posts = itertools.islice(reversed(self._person.chat.posts.values()), LOOKED_AT)
        return (post for post in posts if post.author is self._person.world.bot)

    def _changed_since(self, mark: int) -> list[Post]:
        changed = (post for post in self._newest() if post.changed > mark and _reply(post) not in self._afterwards)
        return sorted(changed, key=lambda post: post.changed)

    def _shown(self, mark: int) -> list[Reply]:
        return [_reply(post) for post in self._changed_since(mark)]


def walkers(server: BotApiServer, count: int) -> list[Walker]:
    """So many customers in chats of their own."""
    return [Walker(server.customer(FIRST_ID + number, f"Customer {number}")) for number in range(count)]


async def as_fast_as_answered(customers: Sequence[Walker], seconds: float) -> int:
    """Everybody writes again as soon as they are answered. Gives the number of turns."""
    end = time.perf_counter() + seconds

    async def walk(customer: Walker) -> int:
        turns = 0
        while time.perf_counter() < end:
            await customer.take_turn()
            turns += 1
        return turns

    return sum(await together([walk(customer) for customer in customers]))


async def at_random(customers: Sequence[Walker], turns_per_second: float, seconds: float) -> list[float]:
    """Turns begin at random moments, so many a second, however long answers take. Gives each one's seconds.

    Each is of somebody who waits for no answer, as buttons are tapped when they are there. When everybody waits, the
    next turn comes late, and the wait counts.
    """
    moments, choices = random.Random(0), random.Random(0)
    free = list(customers)
    somebody = asyncio.Event()
    latencies: list[float] = []

    async def take(customer: Walker, began: float) -> None:
        await customer.take_turn()
        latencies.append(time.perf_counter() - began)
        free.append(customer)
        somebody.set()

    moment = start = time.perf_counter()
    with first_failure():
        async with asyncio.TaskGroup() as turns:
            while (moment := moment + moments.expovariate(turns_per_second)) < start + seconds:
                await asyncio.sleep(max(0.0, moment - time.perf_counter()))
                began = time.perf_counter()  # the clock that wakes us is late by up to a millisecond
                while not free:
                    somebody.clear()
                    await somebody.wait()
                turns.create_task(take(free.pop(choices.randrange(len(free))), began))
    return latencies


async def together(walks: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All of them at once. The first failure ends them all."""
    with first_failure():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(walk) for walk in walks]
    return [task.result() for task in tasks]


@contextmanager
def first_failure() -> Iterator[None]:
    """Raise the first failure of a group of tasks by itself."""
    try:
        yield
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures


def _buttons(post: Post) -> list[dict[str, str]]:
    return [button for row in post.inline_keyboard["inline_keyboard"] for button in row] if post.inline_keyboard else []


def _reply(post: Post) -> Reply:
    labels = tuple(button["text"] for button in _buttons(post))
    return Reply(post.text, labels, edited=post.edit_date is not None)


def _token(post: Post, label: str) -> str | None:
    return next((button["callback_data"] for button in _buttons(post) if button["text"] == label), None)
