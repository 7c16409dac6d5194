"""The desk at a glance, as agents and supervisors read it: who waits, and who is doing what."""

from collections.abc import Iterator

from bot.channels.direction import isolated, line_of
from bot.channels.telegram.desk.lists import counted
from bot.channels.telegram.rendering import bold, joined, plain
from bot.channels.telegram.wording.words import WORDS, word
from bot.content import RichText
from bot.engine.formats import duration, native_digits
from bot.service.desk.view import AgentView, DeskView, WaitingView

SIGNS = {"available": "🟢", "away": "🟠", "break": "☕", "offline": "⚪"}
WAITS = "🟡"
BETWEEN = " · "


def desk_text(view: DeskView, language: str) -> RichText:
    """Everything that this agent may see."""
    count = counted(len(view.waiting), language)
    head = word("queue_waiting", language, count=count) if view.waiting else word("queue_empty", language)
    closed = [queue.name for queue in view.queues if not queue.is_open]
    notes = (word("queue_closed", language, queue=isolated(name, language)) for name in closed)
    return joined(
        bold(line_of(head, language)),
        *(_line(_waiting(one, language), language) for one in view.waiting),
        *(_line(plain(note), language) for note in notes),
        plain("\n\n"),
        agents_text(view, language),
    )


def agents_text(view: DeskView, language: str) -> RichText:
    """Who works here, and whom they have."""
    if not view.agents:
        return plain(word("agents_none", language))
    head = word("agents_head", language, count=counted(len(view.agents), language))
    lines = (piece for agent in view.agents for piece in _agent(agent, language))
    return joined(bold(line_of(head, language)), *lines)


def _line(text: RichText, language: str) -> RichText:
    return joined(plain(f"\n{line_of('', language)}"), text)


def _waiting(waiting: WaitingView, language: str) -> RichText:
    facts = [isolated(waiting.queue, language), duration(waiting.seconds, language)]
    if waiting.offered_to is not None:
        facts.append(word("queue_offered", language, agent=isolated(waiting.offered_to, language)))
    name = f"#{waiting.number} {isolated(waiting.customer, language)}"
    return joined(plain(f"{WAITS} "), bold(name), plain(BETWEEN + BETWEEN.join(facts)))


def _agent(agent: AgentView, language: str) -> Iterator[RichText]:
    state = word(f"presence_{agent.presence}", language)
    if agent.seconds is not None:
        state = word("presence_for", language, state=state, time=duration(agent.seconds, language))
    if agent.reason:
        state = f"{state} ({isolated(_reason(agent.reason, language), language)})"
    facts = [state, isolated(native_digits(f"{agent.load}/{agent.capacity}", language), language)]
    if agent.role != "agent":
        facts.insert(0, word(f"role_{agent.role}", language))
    name = isolated(agent.name, language)
    yield _line(joined(plain(f"{SIGNS[agent.presence]} "), bold(name), plain(BETWEEN + BETWEEN.join(facts))), language)
    for held in agent.customers:
        shown = f"#{held.number} {isolated(held.customer, language)}"
        facts = [shown, isolated(held.queue, language), duration(held.seconds, language)]
        yield _line(plain(f"   {BETWEEN.join(facts)}"), language)


def _reason(reason: str, language: str) -> str:
    """Why they are away: their own words, or what the house has found, in the reader's language."""
    name = f"away_{reason.replace(' ', '_')}"
    return word(name, language) if name in WORDS else reason
