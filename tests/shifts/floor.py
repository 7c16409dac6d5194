"""The desk that a shift is worked at: real processes, a strict Bot API server, a forum group and two private chats."""

from pathlib import Path

from bot.content import Value
from bot.service.desk.agents import Agents
from bot.service.installation import SystemClock
from storage.database import Database
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.invariants.house import House

DESK_CHAT = -1001
FIRST_AGENT, FIRST_CUSTOMER = 200, 1000
QUEUES = ("support", "sales", "orders", "care")

DESK = """
queues:
  support: {default: true, max_waiting: 1000, dispositions: [solved, spam], release_unanswered: 4s}
  sales: {distribution: longest_idle, offer_seconds: 2, max_waiting: 1000, release_unanswered: 4s}
  orders: {distribution: round_robin, offer_seconds: 2, max_waiting: 1000, release_unanswered: 4s}
  care: {distribution: least_busy, offer_seconds: 3, overflow: sales, max_wait: 8s, max_waiting: 1000,
         release_unanswered: 4s, return_to_agent: 1h}
"""

FLOWS = """
settings: {languages: [en], survey_after: {handoff: csat}}
flows:
  main:
    start: true
    description: which team
    steps:
      - menu: Which team?
        options:
OPTIONS
surveys:
  csat: {kind: csat, ask: How did we do?, scale: 1-5, thanks: Thank you!}
""".replace(
    "OPTIONS",
    "\n".join(
        f"          - {{label: {queue}, value: {queue}, then: [{{handoff: {queue}, next: END}}]}}" for queue in QUEUES
    ),
)


class Job(Value, frozen=True, kw_only=True):
    """What somebody was hired for."""

    name: str
    queues: tuple[str, ...]
    capacity: int
    role: str = "agent"
    is_private: bool = False


JOBS = (
    Job(name="Ali", queues=("support", "sales"), capacity=4),
    Job(name="Mina", queues=("sales", "orders", "care"), capacity=3),
    Job(name="Reza", queues=("support", "orders", "care"), capacity=3, is_private=True),
    Job(name="Noor", queues=("sales", "care"), capacity=2, is_private=True),
    Job(name="Dana", queues=QUEUES, capacity=5, role="supervisor"),
)


def build(folder: Path, server: BotApiServer, database_url: str) -> House:
    house = House.build(folder, server, database_url, FLOWS)
    (folder / "desk.yaml").write_text(DESK, encoding="utf-8")
    server.forum(DESK_CHAT)
    return house


async def hire(server: BotApiServer, database: Database) -> dict[str, Person]:
    """Everybody, by name: in the group, or in a private chat that they have opened."""
    agents, people = Agents(database=database, clock=SystemClock()), {}
    for number, job in enumerate(JOBS, FIRST_AGENT):
        await agents.add(
            job.name,
            telegram_id=number,
            queues=job.queues,
            capacity=job.capacity,
            role="supervisor" if job.role == "supervisor" else "agent",
            works_privately=job.is_private,
        )
        if job.is_private:
            people[job.name] = server.customer(number, job.name, started=True)
        else:
            people[job.name] = server.member(server.world.chats[DESK_CHAT], number, job.name)
    return people
