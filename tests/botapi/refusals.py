"""Telegram's refusals, in Telegram's own words.

Texts are those of the public Bot API server (github.com/tdlib/telegram-bot-api) and of TDLib, whose messages it passes
on with a lower-case first letter.
"""

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
TWO_POLLERS = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_IS_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
WEBHOOK_WAS_SET = "Conflict: terminated by setWebhook request"


class RefusalError(Exception):
    """An answer with ok: false.

    code is both the HTTP status and error_code. bots_mistake marks what a careful bot can avoid whatever people and
    Telegram do (limits, types, markup); those are recorded as violations, the others are life.
    """

    def __init__(
        self,
        code: int,
        description: str,
        *,
        bots_mistake: bool = False,
        retry_after: int | None = None,
        migrate_to_chat_id: int | None = None,
        why: str = "",
    ) -> None:
        super().__init__(description)
        self.why = why
        self.code = code
        self.description = description
        self.bots_mistake = bots_mistake
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id

    def wire(self) -> dict[str, object]:
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        parameters = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to_chat_id}
        given = {name: value for name, value in parameters.items() if value is not None}
        if given:
            answer["parameters"] = given
        return answer


def bad_request(words: str) -> RefusalError:
    """Refused because of how things stand: the message is gone, the topic closed, nothing changed."""
    return RefusalError(400, f"Bad Request: {words}")


def mistake(words: str) -> RefusalError:
    """Refused because the request itself could never be right."""
    return RefusalError(400, f"Bad Request: {words}", bots_mistake=True)


def forbidden(words: str) -> RefusalError:
    return RefusalError(403, f"Forbidden: {words}")


def too_many_requests(retry_after: int, *, bots_mistake: bool, why: str = "") -> RefusalError:
    """retry_after is in whole seconds; `why` is for whoever reads of the mistake."""
    words = f"Too Many Requests: retry after {retry_after}"
    return RefusalError(429, words, retry_after=retry_after, bots_mistake=bots_mistake, why=why)
