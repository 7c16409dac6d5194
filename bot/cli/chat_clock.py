"""The clock of a conversation in the terminal: it begins where one likes, and can be moved ahead."""

from datetime import UTC, datetime, timedelta


class ChatClock:
    """Runs on from `begins`, or from the present."""

    def __init__(self, begins: datetime | None = None) -> None:
        self._ahead = timedelta() if begins is None else begins - datetime.now(UTC)

    def now(self) -> datetime:
        """The moment that it is in the conversation, in UTC."""
        return datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Go ahead to this moment; the clock never goes back."""
        self._ahead += max(moment - self.now(), timedelta())
