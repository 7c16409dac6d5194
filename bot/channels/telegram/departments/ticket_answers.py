"""What agents are told of what they did with a ticket."""

from bot.channels.direction import isolated
from bot.channels.telegram.wording.words import word
from bot.service.departments.ticket_acts import TicketAnswer


def told(answer: TicketAnswer, done: str, language: str | None) -> str:
    """The word `done`, or why it was not."""
    if answer.done:
        return word(done, language)
    match answer.why:
        case "theirs":
            return word("ticket_theirs", language, agent=isolated(answer.agent_name or "?", language))
        case "over" | "gone" | "nothing":
            return word(f"ticket_{answer.why}", language)
        case _:
            return word("old_button", language)
