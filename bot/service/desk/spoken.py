"""What was said in a conversation, as agents read it who take it over."""

from collections.abc import Iterable, Iterator

from bot.content import Attachment, Content
from bot.engine.formats import kind_of_file
from bot.events import AgentSaid, BotSaid, CustomerSaid, HandoffTaken, from_json
from bot.service.desk.words import desk_word
from storage.event_log import Entry

FOR_AGENTS = ("customer_said", "bot_said", "agent_said", "handoff_taken")


def spoken_lines(entries: Iterable[Entry], customer: str, language: str) -> list[tuple[str, str]]:
    """Who said what, as agents read it in their language when they take a conversation over."""
    return list(_spoken(entries, customer, language))


def _spoken(entries: Iterable[Entry], customer: str, language: str) -> Iterator[tuple[str, str]]:
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
                yield customer, in_words(content, language)
            case BotSaid(content=content):
                yield desk_word("bot", language), in_words(content, language)
            case AgentSaid(agent=agent, content=content):
                yield names.get(agent, agent), in_words(content, language)


def in_words(content: Content, language: str) -> str:
    """A message as one text; what is not text is named in brackets."""
    parts = [content.text.text]
    if content.attachment is not None:
        kind, name = kind_of_file(content.attachment.kind, language), _name(content.attachment)
        parts.append(f"[{kind}: {name}]" if name else f"[{kind}]")
    if content.place is not None:
        parts.append(f"[{content.place.latitude:.5f}, {content.place.longitude:.5f}]")
    if content.contact is not None:
        parts.append(f"[{' '.join(filter(None, (content.contact.name, content.contact.phone)))}]")
    return " ".join(filter(None, parts))


def _name(attachment: Attachment) -> str | None:
    """What it is called, or where on the web it is; our own names of files tell people nothing."""
    return attachment.name or (attachment.file if attachment.file.startswith("http") else None)
