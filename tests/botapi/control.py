"""The same stage by HTTP, for tests whose server is another process.

POST /control/stage/<method>   {"given": {...}}: a method of the server
POST /control/person/<method>  {"chat_id", "user_id", "thread_id", "given": {...}}: what one person does or sees
POST /control/log              {"method", "chat_id", "since"}: calls, violations, open queries and more

Answers {"result": ...}, or 409 {"failed": why} where the method raised AssertionError.
"""

import inspect
from typing import Any, Protocol

from aiohttp import web

from tests.botapi.calls import CallLog
from tests.botapi.chats import Chat, Topic
from tests.botapi.entities import Wire
from tests.botapi.feed import UpdateFeed
from tests.botapi.people import Person, Seen
from tests.botapi.queries import CallbackQuery
from tests.botapi.world import World

STAGE_METHODS = frozenset(
    {
        "customer",
        "group",
        "forum",
        "member",
        "drag_in",
        "kick",
        "demote",
        "promote",
        "block",
        "deactivate",
        "delete_topic",
        "close_topic",
        "turn_topics_off",
        "upgrade",
        "expire_queries",
        "fail_next",
        "fail_sometimes",
        "recover",
        "deliver_again",
        "all_delivered",
    }
)


class Server(Protocol):
    world: World
    feed: UpdateFeed
    log: CallLog
    violations: list[str]


class Control:
    """People are kept between requests: each remembers what they last did."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._people: dict[tuple[int, int, int | None], Person] = {}

    async def handle(self, request: web.BaseRequest) -> web.Response:
        _, _, room, *rest = request.path.split("/")
        wish: Wire = await request.json() if request.can_read_body else {}
        try:
            match room, rest:
                case "stage", [method] if method in STAGE_METHODS:
                    result = await self._call(getattr(self._server, method), wish.get("given", {}))
                case "person", [method] if not method.startswith("_") and callable(getattr(Person, method, None)):
                    result = await self._call(getattr(self._person(wish), method), wish.get("given", {}))
                case "log", []:
                    result = self._log(wish)
                case _:
                    return web.json_response({"failed": f"no {request.path}"}, status=404)
        except AssertionError as failure:
            return web.json_response({"failed": str(failure)}, status=409)
        return web.json_response({"result": self._shown(result)})

    def _person(self, wish: Wire) -> Person:
        key = (wish["chat_id"], wish["user_id"], wish.get("thread_id"))
        if key not in self._people:
            world = self._server.world
            self._people[key] = Person(world, world.users[key[1]], world.chats[key[0]], key[2])
        return self._people[key]

    async def _call(self, method: Any, given: Wire) -> object:
        result = method(**{name: self._meant(name, value) for name, value in given.items()})
        return await result if inspect.isawaitable(result) else result

    def _meant(self, name: str, value: Any) -> object:
        """Chats come as their id, messages as they were seen, people as chat and user, contents as text."""
        if name == "chat":
            return self._server.world.chats[value]
        if name in ("on", "reply_to", "message") and value is not None:
            return Seen(**{**value, "author": self._server.world.users[value["author"]]})
        if name == "by":
            return self._person(value)
        return value.encode() if name == "content" else value

    def _shown(self, result: object) -> object:
        match result:
            case list():
                return [self._shown(item) for item in result]
            case Seen():
                return {name: getattr(result, name) for name in Seen.__slots__} | {"author": result.author.user_id}
            case Person():
                return {"chat_id": result.chat.chat_id, "user_id": result.user.user_id, "thread_id": result.thread_id}
            case Chat():
                return {"chat_id": result.chat_id}
            case Topic():
                return {"thread_id": result.thread_id, "name": result.name, "closed": result.closed}
            case CallbackQuery():
                return {"query_id": result.query_id, "answers": result.answers}
        return result

    def _log(self, wish: Wire) -> Wire:
        server, method, chat_id = self._server, wish.get("method"), wish.get("chat_id")
        since = int(wish.get("since", 0))
        calls = [
            {
                "method": call.method,
                "params": call.params,
                "chat_id": call.chat_id,
                "at": call.at,
                "error": call.error,
                "took_effect": call.took_effect,
            }
            for call in server.log.calls[since:]
            if method in (None, call.method) and chat_id in (None, call.chat_id)
        ]
        return {
            "calls": calls,
            "counts": dict(server.log.counts),
            "violations": server.violations,
            "unanswered": [query.query_id for query in server.world.queries.unanswered()],
            "pending": [update.update_id for update in server.feed.pending.values()],
            "updates": list(server.feed.everything),
        }
