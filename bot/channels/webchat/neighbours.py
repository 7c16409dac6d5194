"""How much may come from one place of the net, where many visitors or one script may sit."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web

from bot.channels.webchat.visitors import Patience
from bot.service.limits import Pace
from bot.settings import WebChat

log = logging.getLogger(__name__)

FORWARDED = "X-Forwarded-For"
HOUSEHOLD_BITS = 64  # of an IPv6 address: whoever has one has all that begin like it
LANGUAGE = "en"
TOO_MUCH = {
    "en": "Too much has come from your network. Please try again in {seconds} seconds.",
    "fa": "از شبکهٔ شما درخواست‌های زیادی رسیده است. لطفاً {seconds} ثانیهٔ دیگر دوباره تلاش کنید.",
    "ar": "وصلت طلبات كثيرة من شبكتكم. يُرجى المحاولة مجددًا بعد {seconds} ثانية.",
    "he": "הגיעו יותר מדי בקשות מהרשת שלך. אפשר לנסות שוב בעוד {seconds} שניות.",
}


class Neighbours:
    """The limits of each place, as this process sees it. `trusted` proxies say for whom they speak."""

    def __init__(self, settings: WebChat, trusted: Sequence[str]) -> None:
        self._trusted = [ip_network(each, strict=False) for each in trusted]
        self._newcomers = Patience(_pace(settings.new_visitors_per_ip_per_minute))
        self._files = Patience(_pace(settings.files_per_ip_per_minute))
        self._has_warned = False

    def place_of(self, request: web.Request) -> str | None:
        """Where on the net the request comes from; none where that can't be known, and for the same machine, a network
        of one's own or the doorstep of a container: then nobody is held up for others.
        """
        return self.place(request.remote or "", request.headers.getall(FORWARDED, ()))

    def place(self, remote: str, forwarded: Iterable[str]) -> str | None:
        """The same, of a connection from there that speaks for others.

        A proxy adds on the right whom it speaks for, so that what is to the left of one that is not trusted is hearsay.
        """
        chain = [part.strip() for part in ",".join(forwarded).split(",") if part.strip()]
        peer = _address(remote)
        if peer is not None and chain and not self._trusts(peer) and (peer.is_private or peer.is_loopback):
            self._warn(peer)
            return None
        while peer is not None and chain and self._trusts(peer):
            peer = _address(chain.pop())
        return _place(peer) if peer is not None and peer.is_global else None

    def newcomer_waits(self, place: str | None, now: datetime) -> float:
        """How many seconds somebody new has to wait there; 0 for one who may come in, who then counts."""
        return self._newcomers.wait_seconds(place, now) if place is not None else 0.0

    def file_waits(self, place: str | None, now: datetime) -> float:
        """The same for a file."""
        return self._files.wait_seconds(place, now) if place is not None else 0.0

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)

    def _warn(self, peer: IPv4Address | IPv6Address) -> None:
        if not self._has_warned:
            self._has_warned = True
            log.warning("proxy_not_trusted", extra={"peer": str(peer), "setting": "http.trusted_proxies"})


def too_much(wait_seconds: float, accepted: str) -> web.HTTPTooManyRequests:
    """The answer to whom has to wait, in the first of the languages that their browser accepts and we speak."""
    seconds = int(wait_seconds) + 1
    codes = (part.strip()[:2].lower() for part in accepted.split(","))
    text = TOO_MUCH[next((code for code in codes if code in TOO_MUCH), LANGUAGE)].format(seconds=seconds)
    return web.HTTPTooManyRequests(text=text, headers={"Retry-After": str(seconds)})


def _pace(per_minute: float) -> Pace:
    return Pace(interval_seconds=60.0 / per_minute, burst=max(1, int(per_minute)))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address, none where there is no such; some proxies add the port."""
    host = (
        text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0] if text.count(":") == 1 else text
    )
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _place(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, HOUSEHOLD_BITS), strict=False))
