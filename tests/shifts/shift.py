"""A shift as its people live it: what each of them does next is a matter of what they see, their habits and a die.

Every word carries who says it and to whom: `c7-2` is the second thing that customer 7 writes, `Ali-c7-12` is for them.
"""

import asyncio
import random
import re
import time
from collections.abc import Iterator

from tests.botapi.people import Person, Seen
from tests.botapi.server import BotApiServer
from tests.shifts.floor import FIRST_CUSTOMER, QUEUES, Job

CUSTOMER = re.compile(r"Customer (\d+)")
GLANCE_SECONDS = 0.1
PATIENCE_SECONDS = 90.0
AGAIN_SECONDS = 1.0
NEGLECT_SECONDS = 5.0  # longer than the desk bears with it


class Customer:
    """Asks for a team, writes now and then, and mostly waits until somebody is done with them."""

    def __init__(self, server: BotApiServer, number: int, die: random.Random) -> None:
        self.number = number
        self.person = server.customer(FIRST_CUSTOMER + number, f"Customer {number}")
        self.said: list[str] = []
        self.has_blocked = False
        self._die = random.Random(die.random())

    async def visit(self, queue: str, flood: int = 0) -> None:
        """From the first word to the last."""
        await self._ask(queue)
        fate = self._die.random()
        for _ in range(flood):
            await self._say()
        while not self._is_over():
            await asyncio.sleep(self._die.uniform(0.3, 1.2))
            if self._is_over():
                return
            if fate < 0.05:
                self.has_blocked = True
                await self.person.block()
                return
            if fate < 0.20 and await self._leave("Leave the queue" if fate < 0.14 else "Call me back"):
                return
            if self._die.random() < 0.5:
                await self._say()

    async def _ask(self, queue: str) -> None:
        await self.person.start()
        await self.person.wait_for("Which team?", button=queue, within=PATIENCE_SECONDS)
        await self.person.tap(queue)
        await self.person.wait_for(
            where=lambda seen: "finding someone" in seen.text or "sorry" in seen.text, within=PATIENCE_SECONDS
        )

    async def _say(self) -> None:
        word = f"c{self.number}-{len(self.said) + 1}"
        self.said.append(word)
        await self.person.say(word)

    async def _leave(self, label: str) -> bool:
        """By the button, while it stands there."""
        if not any(label in seen.labels for seen in self.person.screen()):
            return False
        await self.person.tap(label)
        if label == "Call me back":
            asked = await self.person.wait_for(where=_is_next, within=PATIENCE_SECONDS)
            if "Which number" not in asked.text:
                return False
            await self.person.say("+49 30 901820")
        return True

    def _is_over(self) -> bool:
        return any("is closed. Thank you!" in seen.text or "We're sorry" in seen.text for seen in self.person.screen())


def _is_next(seen: Seen) -> bool:
    """What follows a wish to be called: the question for the number, or somebody was faster."""
    return "Which number" in seen.text or "has joined" in seen.text or "is closed" in seen.text


class Desk:
    """One agent at work, in the group or in their private chat."""

    def __init__(self, job: Job, person: Person, others: list[str], die: random.Random) -> None:
        self.job = job
        self.person = person
        self.said: list[tuple[str, int, int | None]] = []  # the word, its message and its topic
        self.gone: set[str] = set()  # customers who write no more: nothing makes a topic again that was theirs
        self._others = others
        self._die = random.Random(die.random())
        self._seen: set[tuple[int, str]] = set()  # offers and cards that were looked at
        self._pressed: dict[int, float] = {}  # cards, and when they last pressed Take there
        self._neglected: set[str] = set()
        self._comes_back: list[asyncio.Task[None]] = []
        self._left: dict[str, int] = {}  # words that each customer is still to hear

    async def work(self) -> None:
        """Until the shift is over."""
        while True:
            await asyncio.sleep(self._die.uniform(GLANCE_SECONDS, 3 * GLANCE_SECONDS))
            for place, card in list(self._cards()):
                await self._look(place, card)
            if self._die.random() < 0.01:
                await self._pause()

    def _cards(self) -> Iterator[tuple[Person, Seen]]:
        """Every message with buttons that concerns a customer, with where it stands."""
        if self.job.is_private:
            for seen in self.person.screen():
                if seen.buttons:
                    yield self.person, seen
            return
        for topic in self.person.topics():
            if not topic.closed:
                place = self.person.in_topic(topic)
                for seen in place.screen():
                    if seen.buttons:
                        yield place, seen

    async def _look(self, place: Person, card: Seen) -> None:
        name = place.topic.name if not self.job.is_private else card.text
        found = CUSTOMER.search(name)
        if found is None or not self._stands(place, card):
            return
        if "Accept" in card.labels and (self.job.is_private or f"Offered to {self.job.name}" in card.text):
            await self._answer_offer(place, card)
        elif "Take" in card.labels and (self.job.is_private or "Waiting" in card.text):
            await self._press_take(place, card)
        elif "Release" in card.labels and (self.job.is_private or f"{self.job.name} has it." in card.text):
            await self._serve(place, card, found[1])

    def _stands(self, place: Person, card: Seen) -> bool:
        post = place.chat.posts.get(card.message_id)
        return post is not None and (self.job.is_private or not place.topic.deleted)

    async def _press_take(self, place: Person, card: Seen) -> None:
        """Now and then again: somebody may have been faster and given the customer back, or they had too many."""
        now = time.monotonic()
        if now > self._pressed.get(card.message_id, 0.0) + AGAIN_SECONDS:
            self._pressed[card.message_id] = now
            await place.tap("Take", on=card)

    async def _answer_offer(self, place: Person, card: Seen) -> None:
        if (card.message_id, card.text) in self._seen:
            return
        self._seen.add((card.message_id, card.text))
        chance = self._die.random()
        if chance < 0.75:
            await place.tap("Accept", on=card)
        elif chance < 0.85:
            await place.tap("Decline", on=card)

    async def _serve(self, place: Person, card: Seen, customer: str) -> None:
        """A word after the other, and then an end; some are forgotten."""
        if customer in self._neglected:
            return
        if customer not in self._left:
            if self._die.random() < 0.04:
                self._neglected.add(customer)
                self._comes_back.append(asyncio.create_task(self._come_back(customer)))
                return
            self._left[customer] = self._die.randint(1, 3)
        if self._left[customer] > 0:
            self._left[customer] -= 1
            await self._write(place, card, f"{self.job.name}-c{customer}-{len(self.said)}")
            return
        del self._left[customer]
        await self._end(place, card, customer)

    async def _write(self, place: Person, card: Seen, word: str) -> None:
        sent = await place.say(word, reply_to=card if self.job.is_private else None)
        self.said.append((word, sent.message_id, place.thread_id))

    async def _end(self, place: Person, card: Seen, customer: str) -> None:
        chance = self._die.random()
        if chance < 0.08:
            await place.tap("Release", on=card)
        elif chance < 0.16:
            await self._command(place, card, f"/transfer {self._die.choice(QUEUES)}")
        elif chance < 0.24:
            await self._command(place, card, f"/transfer {self._die.choice(self._others)}")
        elif chance < 0.30 and not self.job.is_private and customer not in self.gone:
            await place.delete_topic()
        else:
            await self._command(place, card, "/close")

    async def _command(self, place: Person, card: Seen, text: str) -> None:
        await place.say(text, reply_to=card if self.job.is_private else None)

    async def _come_back(self, customer: str) -> None:
        """Who never wrote to somebody is away, until they say otherwise."""
        await asyncio.sleep(NEGLECT_SECONDS)
        self._neglected.discard(customer)
        await self.person.say("/back")

    async def _pause(self) -> None:
        await self.person.say("/away")
        await asyncio.sleep(self._die.uniform(0.3, 1.0))
        await self.person.say("/back")
