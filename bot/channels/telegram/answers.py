"""What agents are told when nothing was done."""

from bot.channels.telegram.words import word
from bot.service.agent_acts import Answer


def refusal(answer: Answer, language: str | None) -> str:
    """Why it was not done."""
    match answer.why:
        case "theirs":
            return word("taken_by_other", language, agent=answer.agent_name or "?")
        case "waiting":
            return word("not_yours", language)
        case "nobody_there":
            return word("nobody_there", language)
        case _:
            return word("over", language)


def not_sent(answer: Answer, language: str | None) -> str:
    """Why the customer did not get it."""
    if answer.why == "theirs":
        return word("not_sent_other", language, agent=answer.agent_name or "?")
    return word("not_sent_over", language)
