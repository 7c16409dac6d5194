"""Who a visitor of the web chat is, whose pages may speak for them, and how fast they may write."""

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.service.limits import Pace, next_slot

VISITOR = re.compile(r"[A-Za-z0-9_-]{43}")
PACE = Pace(interval_seconds=1.0, burst=12)  # nobody taps faster for long; a script does
REMEMBERED = 10_000  # visitors whose pace is known; who wrote longest ago is forgotten
PORTS = {"http": 80, "https": 443}


def new_visitor() -> str:
    """A secret that nobody can guess. Who has it is this visitor."""
    return secrets.token_urlsafe(32)


def is_visitor(text: str) -> bool:
    """Whether the text has the form of such a secret."""
    return VISITOR.fullmatch(text) is not None


def address_of(visitor: str) -> str:
    """What the house knows the visitor by. It does not give the secret away."""
    return hashlib.sha256(visitor.encode()).hexdigest()[:32]


def may_speak(origin: str | None, host: str, public_url: str | None, allowed: Collection[str]) -> bool:
    """Whether a page of this origin may open a line: ours, wherever it is reached, and those that the settings allow.

    Programs send no origin; they have no visitor's secret in their hands unless the visitor gave it to them.
    """
    if origin is None or origin in allowed:
        return True
    scheme, place = _place_of(origin)
    # TLS may end at a proxy that passes the name on, so that only the page knows its scheme.
    return place is not None and (
        place == _place_of(f"{scheme}://{host}")[1] or (scheme, place) == _place_of(public_url)
    )


def _place_of(url: str | None) -> tuple[str, tuple[str, int] | None]:
    """Scheme, and name with port; a port left out is the scheme's own. No place where it is no address of the web."""
    try:
        parts = urlsplit(url or "")
        return parts.scheme, (parts.hostname or "", parts.port or PORTS[parts.scheme])
    except (ValueError, KeyError):
        return "", None


class Patience:
    """Keeps one of many from crowding out the others: a burst, then one input in so much time."""

    def __init__(self, pace: Pace = PACE) -> None:
        self._pace = pace
        self._spoken_for: OrderedDict[str, datetime] = OrderedDict()

    def wait_seconds(self, who: str, now: datetime) -> float:
        """How long this input has to wait before it may come again; 0 when it may come in now, which then counts."""
        at, spoken_for = next_slot(self._pace, self._spoken_for.get(who), now)
        if at > now:
            return (at - now) / timedelta(seconds=1)
        self._spoken_for[who] = spoken_for
        self._spoken_for.move_to_end(who)
        if len(self._spoken_for) > REMEMBERED:
            self._spoken_for.popitem(last=False)
        return 0.0
