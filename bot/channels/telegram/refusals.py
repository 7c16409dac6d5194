"""What Telegram's refusals mean.

Texts are those of the public Bot API server, which passes on TDLib's; they are compared without case.
"""

from typing import NoReturn

from bot.ports import ChannelBusy, ChannelRefused

MISCONFIGURED_SECONDS = 60.0  # until a token or a right is put in order, asking more often helps nobody
DEFAULT_RETRY_SECONDS = 5.0  # a limit that does not say for how long


class TelegramRefusal(Exception):
    """Telegram understood the call and said no. `description` is its reason, in English."""

    def __init__(self, method: str, code: int, description: str, migrate_to_chat_id: int | None = None) -> None:
        super().__init__(f"{method}: {code} {description}")
        self.method = method
        self.code = code
        self.description = description
        self.migrate_to_chat_id = migrate_to_chat_id

    def says(self, *words: str) -> bool:
        """Whether the reason contains any of these words."""
        reason = self.description.lower()
        return any(word in reason for word in words)

    @property
    def nothing_changed(self) -> bool:
        """The edit was of no effect because all is as wanted."""
        return self.says("message is not modified", "topic_not_modified")

    @property
    def cannot_edit(self) -> bool:
        """The message is gone, too old, or of another kind than the edit: what it shall say must be sent anew."""
        return self.code == 400 and self.says(
            "message to edit not found",
            "message can't be edited",
            "message_id_invalid",
            "there is no text in the message to edit",
            "there is no caption in the message to edit",
            "message identifier is not specified",
        )

    @property
    def thread_gone(self) -> bool:
        """The topic was deleted."""
        return self.says("message thread not found", "topic_deleted", "topic_id_invalid", "thread not found")

    @property
    def may_not_delete(self) -> bool:
        """The bot has no right to delete a topic with all that is in it."""
        return self.says("rights to delete")

    @property
    def thread_closed(self) -> bool:
        return self.says("topic_closed")

    @property
    def chat_unusable(self) -> bool:
        """The group is gone, or is no forum, or the bot may not work in it: somebody has to put that in order."""
        return self.code == 403 or self.says(
            "chat not found", "chat is not a forum", "not enough rights", "have no rights", "chat_admin_required"
        )

    @property
    def chat_lost(self) -> bool:
        """This person can't be reached here any more."""
        return self.code == 403 or self.says("chat not found", "peer_id_invalid", "user is deactivated")

    @property
    def misconfigured(self) -> bool:
        """The token is not, or no longer, that of a bot."""
        return self.code in (401, 404)


def give_up(refusal: TelegramRefusal) -> NoReturn:
    """Raise what delivery has to know of a message to a customer that was refused."""
    if refusal.misconfigured:
        raise ChannelBusy(refusal.description, MISCONFIGURED_SECONDS) from refusal
    if refusal.chat_lost:
        raise ChannelRefused("blocked", refusal.description) from refusal
    raise ChannelRefused("refused", refusal.description) from refusal
