"""What agents are told when nothing was done."""

from bot.channels.direction import isolated
from bot.channels.telegram.wording.words import word
from bot.service.desk.agent_acts import Answer

WORDED = frozenset({"nobody_there", "unknown_agent", "unknown_queue", "open", "said_before"})


def refusal(answer: Answer, language: str | None) -> str:
    """Why it was not done."""
    match answer.why:
        case "theirs":
            return word("taken_by_other", language, agent=isolated(answer.agent_name or "?", language))
        case "offered":
            return word("offered_to_other", language, agent=isolated(answer.agent_name or "?", language))
        case "full" | "away" if answer.agent_name is not None:
            return word(f"other_{answer.why}", language, agent=isolated(answer.agent_name, language))
        case "full" | "away":
            return word(f"you_are_{answer.why}", language)
        case "waiting":
            return word("not_yours", language)
        case _ if answer.why in WORDED:
            return word(answer.why, language)
        case _:
            return word("over", language)


def not_sent(answer: Answer, language: str | None) -> str:
    """Why the customer did not get it."""
    match answer.why:
        case "theirs":
            return word("not_sent_other", language, agent=isolated(answer.agent_name or "?", language))
        case "over" | "unknown":
            return word("not_sent_over", language)
        case _:
            return word("not_sent_because", language, reason=refusal(answer, language))
