"""Two agents alone with the bot and four customers, who do what comes to their minds: nobody reads what is for others.

The checker knows nothing of the house. It reads the agent's screen as the agent does, and then looks at all customers.
"""

import asyncio
import random
import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from storage import outbox
from storage.database import Connection
from tests.botapi.people import Person, Seen
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, FLOWS, REZA, ask
from tests.channels.telegram.served import Shop
from tests.channels.telegram.test_private_desk import at_work

STEPS = 50
IN_SIGHT = 6
PATIENCE = 0.8
NAMES = ("Sara", "Mona", "Lea", "Nima")
GOES_TO = re.compile(r"(?:What you write (?:here|now) goes|Sent) to #\d+ (\w+)")
HEAD = re.compile(r"^(?:\W+ )?#\d+ (\w+)")
REFUSALS = ("Not sent", "Not done")


class Wandering:
    """A random walk, and what must be true at each of its steps."""

    def __init__(
        self, shop: Shop, server: BotApiServer, agents: list[Person], customers: list[Person], seed: int
    ) -> None:
        self.shop, self.server, self.agents = shop, server, agents
        self.customers = {customer.user.first_name: customer for customer in customers}
        self.die = random.Random(seed)
        self.written: dict[str, str | None] = {}  # each agent's words, and whom they may reach
        self.numbers = iter(range(10_000))
        self.have_asked: set[str] = set()
        self.rarely = (self.command, self.repeat)
        self.sent = 0

    async def settle(self) -> None:
        """Until everything that was said has had its effect."""
        await self.server.all_delivered()
        while await self.shop.database.read(self.unsent):  # noqa: ASYNC110 - nothing rings when all is sent
            await asyncio.sleep(0.005)

    def unsent(self, connection: Connection) -> int:
        return outbox.depth(connection, self.shop.clock.now()).pending

    async def begin(self) -> None:
        """Everybody asks for a person, and each agent has two of them."""
        for number, (name, customer) in enumerate(self.customers.items()):
            await ask(customer)
            await self.settle()
            self.have_asked.add(name)
            await self.agents[number % 2].tap("Take")
            await self.settle()

    async def step(self) -> None:
        often = (self.ask, self.press, self.write, self.hurry)
        deed = self.die.choice((*often, *often, self.write, self.answer, self.answer, self.speak, *self.rarely))
        await deed(self.die.choice(self.agents))
        await self.settle()

    async def ask(self, _agent: Person) -> None:
        """Who has asked before seldom begins anew: it ends what was."""
        name = self.die.choice(NAMES)
        if name in self.have_asked and self.die.random() < PATIENCE:
            return
        self.have_asked.add(name)
        customer = self.customers[name]
        await customer.start()
        await self.settle()
        menus = [seen for seen in customer.screen() if "Talk to a person" in seen.labels]
        if menus:
            await customer.tap("Talk to a person", on=menus[-1])

    async def speak(self, _agent: Person) -> None:
        await self.die.choice(list(self.customers.values())).say(f"question {next(self.numbers)}")

    async def press(self, agent: Person) -> None:
        """Any button, however old; the words that a question holds may then reach whom the button names."""
        shown = [seen for seen in agent.screen() if seen.buttons][-IN_SIGHT:]
        if not shown:
            return
        message = self.die.choice(shown)
        label = self.die.choice([label for label in message.labels if label not in ("Transfer", "Close")] or [""])
        if not label:
            return
        if message.text.startswith("Not sent yet."):
            asked_about = agent.chat.posts[message.message_id].reply_to or 0
            text = agent.chat.posts[asked_about].text
            assert not self.reached(text)
            self.written[text] = label.split()[-1]
        await agent.tap(label, on=message)

    async def write(self, agent: Person) -> None:
        await self.say(agent, self.faced(agent), None)

    async def hurry(self, agent: Person) -> None:
        """Choose somebody, and write before the house has said a word to that."""
        shown = [(seen, label) for seen in agent.screen() for label in seen.labels if label.startswith("✍️")]
        if shown:
            message, label = self.die.choice(shown[-IN_SIGHT:])
            await agent.tap(label, on=message)
            await self.say(agent, label.split()[-1], None)

    async def answer(self, agent: Person) -> None:
        replied = self.die.choice(agent.screen()[-2 * IN_SIGHT :] or [None])
        if replied is not None:
            await self.say(agent, self.about(replied), replied)

    async def say(self, agent: Person, whom: str | None, replied: Seen | None) -> None:
        text = f"words {next(self.numbers)}"
        self.written[text] = whom
        said = await agent.say(text, reply_to=replied)
        await self.settle()
        if self.reached(text):
            self.sent += 1
            return
        told = [one for one in agent.screen() if agent.chat.posts[one.message_id].reply_to == said.message_id]
        assert [one for one in told if one.from_bot and one.text.startswith(REFUSALS)], (text, agent.shown())

    async def command(self, agent: Person) -> None:
        other = "Reza" if agent.user.user_id == ALI else "Ali"
        await agent.command(
            self.die.choice(("/close spam", "/release", f"/transfer {other}", "/switch", "/take", "/take"))
        )

    async def repeat(self, _agent: Person) -> None:
        """Telegram brings again what it brought before."""
        updates = list(self.server.feed.everything)
        self.server.deliver_again(self.die.choice(updates[-8:]), times=1)

    # What the screen says

    def faced(self, agent: Person) -> str | None:
        """To whom words go, by the newest message that says so."""
        says = [(seen.changed, found[1]) for seen in agent.screen() if (found := GOES_TO.search(seen.text))]
        return max(says)[1] if says else None

    def about(self, seen: Seen) -> str | None:
        """Whom a message is about: by its own words, or by where the agent's words went."""
        if not seen.from_bot:
            return next(iter(self.reached(seen.text)), None)
        found = HEAD.search(seen.text) or GOES_TO.search(seen.text)
        return found[1] if found else None

    def reached(self, text: str) -> list[str]:
        """Who has read these words of an agent's."""
        return [
            name
            for name, customer in self.customers.items()
            for seen in customer.screen()
            if seen.from_bot and seen.text == text
        ]

    def check(self) -> None:
        for text, whom in self.written.items():
            assert self.reached(text) in ([], [whom]), (text, whom, self.reached(text))


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_words_ever_reach_another_customer(
    tmp_path: Path, server: BotApiServer, stack: AsyncExitStack, seed: int
) -> None:
    shop = Shop(tmp_path, server, FLOWS)
    await shop.open(stack)
    agents = []
    for name, telegram_id in (("Ali", ALI), ("Reza", REZA)):
        await shop.agents.add(name, telegram_id=telegram_id, queues=["support"])
        agents.append(await at_work(server.customer(telegram_id, name)))
    customers = [server.customer(100 + number, name) for number, name in enumerate(NAMES)]
    wandering = Wandering(shop, server, agents, customers, seed)
    await wandering.begin()
    for _ in range(STEPS):
        await wandering.step()
        wandering.check()
    assert wandering.sent > 5
