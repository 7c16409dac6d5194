"""What was said in a conversation, as agents read it who take it over."""

from collections.abc import Iterable, Iterator

from bot.content import Content
from bot.events import AgentSaid, BotSaid, CustomerSaid, HandoffTaken, from_json
from storage.event_log import Entry

FOR_AGENTS = ("customer_said", "bot_said", "agent_said", "handoff_taken")


def spoken_lines(entries: Iterable[Entry], customer: str) -> list[tuple[str, str]]:
    """Who said what, as agents read it when they take a conversation over; the bot is `Bot`."""
    return list(_spoken(entries, customer))


def _spoken(entries: Iterable[Entry], customer: str) -> Iterator[tuple[str, str]]:
    names: dict[str, str] = {}
    for entry in entries:
        if entry.kind not in FOR_AGENTS:
            continue
        match from_json(entry.body):
            case HandoffTaken(agent=agent, agent_name=name):
                names[agent] = name
            case CustomerSaid(tapped=str(label)):
                yield customer, label
            case CustomerSaid(content=content):
                yield customer, in_words(content)
            case BotSaid(content=content):
                yield "Bot", in_words(content)
            case AgentSaid(agent=agent, content=content):
                yield names.get(agent, agent), in_words(content)


def in_words(content: Content) -> str:
    """A message as one text; what is not text is named in brackets."""
    parts = [content.text.text]
    if content.attachment is not None:
        parts.append(f"[{content.attachment.kind}: {content.attachment.name or content.attachment.file}]")
    if content.place is not None:
        parts.append(f"[{content.place.latitude:.5f}, {content.place.longitude:.5f}]")
    if content.contact is not None:
        parts.append(f"[{content.contact.name or ''} {content.contact.phone}]")
    return " ".join(filter(None, parts))
