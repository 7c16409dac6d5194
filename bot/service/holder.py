"""Under which name a process holds rows of the outbox."""

from datetime import datetime, timedelta

LEASE_SECONDS = 15.0  # what a process that died had in hand waits for so long
LEASE = timedelta(seconds=LEASE_SECONDS)


class Holder:
    """The name with which this process leases rows.

    A commit whose answer was lost may have been kept, and has then leased rows to a process that does not know of them.
    So it goes on under another name: what is booked from then on waits behind those rows, as behind any that are held
    elsewhere, and whatever is held under the old names by nobody who knows is let go.
    """

    def __init__(self, process: str) -> None:
        self.process = process  # what all its names begin with
        self._number = 0
        self._searched_until: datetime | None = None

    @property
    def name(self) -> str:
        """The present name, in the alphabet behind all earlier ones; a transaction uses the one that it began with."""
        return f"{self.process}.{self._number:09}"

    def take_new_name(self) -> None:
        """What is held under the old ones is held elsewhere from now on."""
        self._number += 1

    def lose_sight(self, now: datetime) -> None:
        """There may be rows under this name that nobody here knows of, or there soon will be."""
        self.take_new_name()
        self._searched_until = now + LEASE

    def must_search(self, now: datetime) -> bool:
        """Whether rows may be held under old names, which nobody knows of and whose lease has not run out yet."""
        return self._searched_until is not None and now <= self._searched_until
