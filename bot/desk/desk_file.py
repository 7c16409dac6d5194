"""The desk's file: queues, calendars, departments and canned answers; or problems at file:line:column."""

from typing import Any, Literal, cast

from bot.content import Value
from bot.desk.calendar_keys import by_language, read_calendar
from bot.desk.canned import read_canned
from bot.desk.hours import Calendar
from bot.problems import Mark, Problem, did_you_mean, listed
from bot.yaml_fields import Fields, NodeProblems, seconds_of
from bot.yaml_nodes import Entry, Mapping, Node, Scalar, read_yaml

Distribution = Literal["manual", "longest_idle", "least_busy", "round_robin", "last_agent"]
DISTRIBUTIONS = ("manual", "longest_idle", "least_busy", "round_robin", "last_agent")
MOST_QUEUES = 500  # each is compared with each
SECTIONS = frozenset({"queues", "calendars", "departments", "canned"})
QUEUE_KEYS = frozenset({
    "default", "calendar", "skills", "distribution", "offer_seconds", "service_level", "max_wait", "max_waiting",
    "overflow", "dispositions", "release_unanswered", "tell_place_every", "silent_after", "callbacks",
    "return_to_agent", "priority",
})  # fmt: skip
ALWAYS = "always"
MAX_OFFER_SECONDS = 3600
MAX_PRIORITY = 1000
MAX_WAITING = 100_000
MAX_TRIES = 20
MAX_CHAT = 2**52  # beyond it Telegram has no numbers
SHORTEST_TELLING = 30.0  # seconds: more often is not polite
SHORTEST_SILENCE = 60.0


class Queue(Value, frozen=True, kw_only=True):
    """A line of customers. The service level is the share `target` that an agent answers `within_seconds`.

    Later answers are due `next_seconds` after the customer wrote, if they are watched. Before either is missed it is
    warned of, when the share `warn_at` of the time is over. Who has taken a customer and does not write within
    `release_unanswered_seconds` loses them to the queue. All of it is counted in the queue's opening hours.

    A place that changed is told every `tell_place_every_seconds`, and never again after the first time if that is none.
    Who says nothing for `silent_after_seconds` is asked whether they are there; nobody is when that is none.

    `priority` is added to that of the hand-off: an agent of several queues is offered who has more of it first. Who
    writes again within `return_to_agent_seconds` is offered to the agent whom they had, before all others.
    """

    name: str
    default: bool = False
    calendar: str = ALWAYS
    skills: tuple[str, ...] = ()
    priority: int = 0
    distribution: Distribution = "manual"
    offer_seconds: int = 30
    return_to_agent_seconds: float | None = None
    target: float = 0.8
    within_seconds: float = 60.0
    next_seconds: float | None = None
    warn_at: float = 0.8
    release_unanswered_seconds: float | None = 600.0
    max_wait_seconds: float | None = None
    tell_place_every_seconds: float | None = 120.0
    silent_after_seconds: float | None = None
    max_waiting: int | None = None
    overflow: str | None = None
    dispositions: tuple[str, ...] = ()
    call_tries: int = 3
    call_again_seconds: float = 1800.0  # after a call that nobody answered


class Department(Value, frozen=True, kw_only=True):
    """Who takes tickets, and within which time; `title` is by language.

    `chat` is where they see them: a group in Telegram or somebody's private chat with the bot, by its number.
    """

    name: str
    title: dict[str, str] = {}
    due_seconds: float | None = None
    chat: int | None = None


class Desk(Value, frozen=True, kw_only=True):
    """The agents' side as its file describes it. `canned` answers are by name and language (`*` for every language)."""

    queues: dict[str, Queue]
    calendars: dict[str, Calendar]
    default_queue: str
    departments: dict[str, Department] = {}
    canned: dict[str, dict[str, str]] = {}

    def queue_named(self, name: str) -> Queue:
        """The queue of this name, or else the default one: flows of an older revision may name what is gone."""
        return self.queues.get(name) or self.queues[self.default_queue]

    def calendar_of(self, queue: str) -> Calendar:
        """The opening hours of a queue. Raises KeyError when there is no such queue."""
        return self.calendars[self.queues[queue].calendar]

    def department_chats(self) -> frozenset[int]:
        """Where departments see their tickets, of those that have a chat of their own."""
        return frozenset(one.chat for one in self.departments.values() if one.chat is not None)


class DeskNames(Value, frozen=True, kw_only=True):
    """What flows may name."""

    queues: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()


class DeskReading(Value, frozen=True, kw_only=True):
    """What came of the file: the desk when there is no error, and all problems.

    The names are there also when some of what they name is broken, but not when the file is no YAML.
    """

    desk: Desk | None
    names: DeskNames | None
    problems: tuple[Problem, ...] = ()


def read_desk(file: str, source: str | bytes, time_zone: str = "UTC") -> DeskReading:
    """Read and check the desk's file; `time_zone` is that of calendars that name none."""
    found = NodeProblems()
    document = read_yaml(file, source, found)
    sections = _sections(document, file, found)
    calendars = {
        name: read_calendar(name, entry.value, found, time_zone) for name, entry in sections["calendars"].items()
    }
    calendars.setdefault(ALWAYS, Calendar(name=ALWAYS, time_zone=time_zone))
    queues = {name: _read_queue(name, entry.value, found) for name, entry in sections["queues"].items()}
    _check_queues(queues, calendars, sections["queues"], found)
    departments = {name: _read_department(name, entry.value, found) for name, entry in sections["departments"].items()}
    canned = {name: read_canned(name, entry.value, found) for name, entry in sections["canned"].items()}
    default = _default_queue(queues, sections["queues"], document.mark if document else Mark(file), found)
    desk = Desk(queues=queues, calendars=calendars, default_queue=default, departments=departments, canned=canned)
    names = DeskNames(queues=frozenset(queues), calendars=frozenset(calendars), departments=frozenset(departments))
    if not isinstance(document, Mapping):
        return DeskReading(desk=None, names=None, problems=found.sorted())
    return DeskReading(desk=None if found.failed else desk, names=names, problems=found.sorted())


def _sections(document: Node | None, file: str, found: NodeProblems) -> dict[str, dict[str, Entry]]:
    sections: dict[str, dict[str, Entry]] = {section: {} for section in SECTIONS}
    if isinstance(document, Mapping):
        fields = Fields(document, found, "the desk's file")
        fields.only(SECTIONS)
        for section in sections:
            node = fields.get(section)
            is_empty = isinstance(node, Scalar) and node.value is None
            inner = None if is_empty else fields.mapping(section)
            sections[section] = inner.entries if inner else {}
    elif document is not None:
        found.wrong_type(document, "the file", f"a mapping with {', '.join(sorted(SECTIONS))}")
    return sections


def _read_queue(name: str, node: Node, found: NodeProblems) -> Queue:
    if not isinstance(node, Mapping):
        found.wrong_type(node, f"the queue '{name}'", "a mapping")
        return Queue(name=name)
    fields = Fields(node, found, "a queue")
    fields.only(QUEUE_KEYS)
    service_level = _read_service_level(fields)
    unanswered = fields.get("release_unanswered")
    max_wait = fields.get("max_wait")
    return Queue(
        name=name,
        default=fields.boolean("default", False),
        calendar=fields.word("calendar") or ALWAYS,
        skills=tuple(skill for skill, _ in fields.words("skills")),
        priority=fields.whole("priority", -MAX_PRIORITY, MAX_PRIORITY) or 0,
        distribution=cast(Distribution, fields.choice("distribution", DISTRIBUTIONS, "manual")),
        offer_seconds=fields.whole("offer_seconds", 1, MAX_OFFER_SECONDS) or 30,
        return_to_agent_seconds=_seconds_or_never(fields.get("return_to_agent"), found, "'return_to_agent'"),
        target=service_level.get("target", 0.8),
        within_seconds=service_level.get("within", 60.0),
        next_seconds=service_level.get("next"),
        warn_at=service_level.get("warn_at", 0.8),
        release_unanswered_seconds=_seconds_or_never(unanswered, found, "'release_unanswered'")
        if unanswered
        else 600.0,
        max_wait_seconds=seconds_of(max_wait, found, "'max_wait'")[0] if max_wait is not None else None,
        tell_place_every_seconds=_at_least(SHORTEST_TELLING, fields, "tell_place_every")
        if fields.given("tell_place_every")
        else 120.0,
        silent_after_seconds=_at_least(SHORTEST_SILENCE, fields, "silent_after"),
        max_waiting=fields.whole("max_waiting", 1, MAX_WAITING),
        overflow=_word_or_none(fields, "overflow"),
        dispositions=tuple(word for word, _ in fields.words("dispositions")),
        **_read_callbacks(fields),
    )


def _word_or_none(fields: Fields[NodeProblems], key: str) -> str | None:
    node = fields.get(key)
    return None if isinstance(node, Scalar) and node.value is None else fields.word(key)


def _seconds_or_never(node: Node | None, found: NodeProblems, what: str) -> float | None:
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return None
    return seconds_of(node, found, what)[0]


def _at_least(shortest: float, fields: Fields[NodeProblems], key: str) -> float | None:
    node = fields.get(key)
    seconds = _seconds_or_never(node, fields.found, f"'{key}'")
    if node is not None and seconds is not None and seconds < shortest:
        fields.found.error(node, "out-of-range", f"'{key}' should be {shortest:.0f} seconds or more")
    return seconds


def _read_service_level(fields: Fields[NodeProblems]) -> dict[str, float]:
    """What is given of it: shares of 1, and seconds."""
    node = fields.mapping("service_level")
    if node is None:
        return {}
    inner = Fields(node, fields.found, "'service_level'")
    inner.only({"target", "within", "next", "warn_at"})
    given: dict[str, float | None] = {}
    for key, example in (("target", "0.8 for 80 %"), ("warn_at", "0.8 for four fifths of the time")):
        share = given[key] = inner.number(key)
        if share is not None and not 0 < share <= 1:
            fields.found.error(node.entries[key].value, "out-of-range", f"'{key}' is a share, such as {example}")
    for key in ("within", "next"):
        given[key] = _seconds_or_never(inner.get(key), fields.found, f"'{key}'")
    return {key: value for key, value in given.items() if value is not None}


def _read_callbacks(fields: Fields[NodeProblems]) -> dict[str, Any]:
    """How often a number is called, and after how long again."""
    node = fields.mapping("callbacks")
    if node is None:
        return {}
    inner = Fields(node, fields.found, "'callbacks'")
    inner.only({"tries", "again_after"})
    again = inner.get("again_after")
    seconds, is_read = seconds_of(again, fields.found, "'again_after'") if again is not None else (None, True)
    if again is not None and seconds is None and is_read:
        fields.found.error(again, "out-of-range", "'again_after' is a time: to call once only, let 'tries' be 1")
    given = {"call_tries": inner.whole("tries", 1, MAX_TRIES), "call_again_seconds": seconds}
    return {key: value for key, value in given.items() if value is not None}


def _check_queues(
    queues: dict[str, Queue], calendars: dict[str, Calendar], entries: dict[str, Entry], found: NodeProblems
) -> None:
    """Report calendars and queues that are named and don't exist, and queues that overflow in a circle."""
    if len(queues) > MOST_QUEUES:
        first = next(iter(entries.values()))
        found.error(first.key.mark, "too-many", f"these are {len(queues)} queues, and a desk has at most {MOST_QUEUES}")
        return
    for name, queue in queues.items():
        body = entries[name].value
        if queue.calendar not in calendars and isinstance(body, Mapping):
            close = did_you_mean(queue.calendar, calendars) or f"there are: {listed(calendars)}"
            where = body.entries["calendar"].value
            found.error(
                where, "unknown-calendar", f"'calendar' names '{queue.calendar}', which is not a calendar", close
            )
        if queue.overflow is None or not isinstance(body, Mapping):
            continue
        where = body.entries["overflow"].value
        if queue.overflow not in queues:
            hint = did_you_mean(queue.overflow, queues) or f"there are: {listed(queues)}"
            found.error(where, "unknown-queue", f"'overflow' goes to '{queue.overflow}', which is not a queue", hint)
        elif name in _overflows(name, queues):
            found.error(where, "endless-loop", f"'{name}' overflows in a circle", "let one of them keep its customers")


def _overflows(name: str, queues: dict[str, Queue]) -> set[str]:
    """The queues that are reached by overflow."""
    reached: set[str] = set()
    following = queues[name].overflow
    while following is not None and following in queues and following not in reached:
        reached.add(following)
        following = queues[following].overflow
    return reached


def _default_queue(queues: dict[str, Queue], entries: dict[str, Entry], mark: Mark, found: NodeProblems) -> str:
    """The queue that says `default`, or the only one."""
    marked = [name for name, queue in queues.items() if queue.default]
    for other in marked[1:]:
        found.error(entries[other].key, "two-defaults", f"'{marked[0]}' is the default queue already")
    if marked or len(queues) == 1:
        return marked[0] if marked else next(iter(queues))
    if not found.failed:
        message = "no queue is the default one" if queues else "there is no queue"
        found.error(entries[next(iter(entries))].key if entries else mark, "no-default", message, "add 'default: true'")
    return ""


def _read_department(name: str, node: Node, found: NodeProblems) -> Department:
    if not isinstance(node, Mapping):
        found.wrong_type(node, f"the department '{name}'", "a mapping")
        return Department(name=name)
    fields = Fields(node, found, "a department")
    fields.only({"name", "due", "chat"})
    title, due = fields.get("name"), fields.get("due")
    chat = fields.whole("chat", -MAX_CHAT, MAX_CHAT)
    if chat == 0:
        found.error(node.entries["chat"].value, "out-of-range", "'chat' is 0, which is no chat's number")
    return Department(
        name=name,
        title=by_language(title, found, "'name'") if title is not None else {},
        due_seconds=seconds_of(due, found, "'due'")[0] if due is not None else None,
        chat=chat,
    )
