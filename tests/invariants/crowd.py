"""Customers who know what they are to be told, and look closely."""

import asyncio
import math
import random
from dataclasses import dataclass, field

from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.invariants.waiting import until

PATIENCE_SECONDS = 180.0  # a process may die, start again, and wait for the leases of the dead one
THINKING_SECONDS = 0.3
BURST = 4


@dataclass(slots=True)
class Customer:
    """What they said and tapped, and the messages that this must be answered with, in order."""

    person: Person
    said: list[str] = field(default_factory=list)
    due: list[str] = field(default_factory=list)

    @property
    def chat_id(self) -> int:
        return self.person.chat.chat_id

    async def start(self) -> None:
        """From the first word to the menu."""
        self.said.append("/start")
        self.due += ["Welcome.", "Which way?"]
        newest = self._newest()
        await self.person.start()
        await self._see("Which way?", newest)

    async def say_word(self, word: str) -> None:
        """By the menu, by hand."""
        await self._tap("Say a word", "A word?")
        await self._say(word, f"Heard {word}.")

    async def look_up(self, thing: str) -> None:
        """The same with an action in it."""
        await self._tap("Look it up", "What thing?")
        await self._say(thing, f"Found <{thing}>.")

    async def begin_dictation(self) -> None:
        self.said.append("/dictation")
        self.due.append("A word?")
        newest = self._newest()
        await self.person.command("/dictation")
        await self._see("A word?", newest)

    async def dictate(self, words: list[str]) -> None:
        """All words at once, without waiting for an answer."""
        for word in words:
            self.said.append(word)
            self.due += [f"Heard {word}.", "A word?"]
        newest = self._newest()
        for word in words:
            await self.person.say(word)
        await self._see(f"Heard {words[-1]}.", newest)

    async def _tap(self, label: str, question: str) -> None:
        self.said.append(label)
        self.due.append(question)
        newest = self._newest()
        await self.person.tap(label)
        await self._see(question, newest)

    async def _say(self, text: str, answer: str) -> None:
        self.said.append(text)
        self.due += [answer, "Which way?"]
        newest = self._newest()
        await self.person.say(text)
        await self._see("Which way?", newest)

    def _newest(self) -> int:
        return max(self.person.chat.posts, default=0)

    async def _see(self, text: str, before: int) -> None:
        """A message of its own: an old question that loses its buttons only now, since a process died, is no answer."""
        await self.person.wait_for(
            text, where=lambda seen: seen.text == text and seen.message_id > before, within=PATIENCE_SECONDS
        )


class Crowd:
    """Customers who come back again and again, each at their own pace, until they are sent home."""

    def __init__(self, server: BotApiServer, *, walking: int, dictating: int = 0, seed: int = 0) -> None:
        numbers = range(1000, 1000 + walking + dictating)
        self.customers = [Customer(server.customer(number, f"Customer {number}")) for number in numbers]
        self._walking = walking
        self._die = random.Random(seed)
        self._turns: float = math.inf
        self._tasks: list[asyncio.Task[None]] = []

    def come(self, turns: float = math.inf) -> None:
        """They begin, one after the other, within a moment; each leaves after so many turns."""
        self._turns = turns
        for place, customer in enumerate(self.customers):
            walk = self._walk if place < self._walking else self._dictate
            self._tasks.append(asyncio.create_task(walk(customer)))

    def go_on(self) -> None:
        """Raises what a customer met, if one met something wrong."""
        for task in self._tasks:
            if task.done():
                task.result()

    @property
    def turns_taken(self) -> int:
        return sum(len(customer.said) for customer in self.customers)

    async def taken(self, turns: int) -> None:
        """Waits until they have said so much more. Raises what a customer met."""
        wanted = self.turns_taken + turns

        async def enough() -> bool:
            self.go_on()
            return self.turns_taken >= wanted

        await until(enough, PATIENCE_SECONDS, f"nobody says {turns} things more")

    async def go_home(self) -> None:
        """Everybody finishes what they are at. Raises AssertionError for who got no answer."""
        if self._turns == math.inf:
            self._turns = 0
        await asyncio.gather(*self._tasks)

    async def _walk(self, customer: Customer) -> None:
        await self._think()
        await customer.start()
        turn = 0
        while turn < self._turns:
            turn += 1
            name = f"{customer.chat_id}-{turn}"
            await (customer.look_up(name) if self._die.random() < 0.3 else customer.say_word(name))
            await self._think()

    async def _dictate(self, customer: Customer) -> None:
        await self._think()
        await customer.begin_dictation()
        turn = 0
        while turn < self._turns:
            turn += 1
            await customer.dictate([f"{customer.chat_id}-{turn}-{number}" for number in range(BURST)])
            await self._think()

    async def _think(self) -> None:
        """Nobody waits for this: it spreads the load."""
        await asyncio.sleep(self._die.uniform(0, THINKING_SECONDS))
