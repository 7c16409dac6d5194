"""One step as it stands in the file, and the flow around it that its nested lists are flattened into."""

from collections.abc import Callable
from collections.abc import Mapping as ByKind
from typing import NamedTuple, TypedDict

from bot.engine.flow import END, Branch, FlowSettings, Noop, Step
from bot.engine.reading.findings import Findings
from bot.engine.reading.leniency import with_named_collect
from bot.engine.reading.values import read_condition
from bot.problems import Mark, did_you_mean, nearest
from bot.yaml_fields import Fields, text_of, word_of
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar

STEP_KEYS = frozenset({"id", "next", "description", "metadata"})
STEP_KINDS = (
    "action", "call", "callback", "collect", "follow_up", "handoff", "hours", "language", "link", "menu", "noop", "say",
    "set_slots", "survey", "ticket", "ticket_state",
)  # fmt: skip
CALM_STEP_KINDS = frozenset({"action", "call", "collect", "link", "noop", "set_slots"})
BRANCH_KEYS = frozenset({"if", "then", "else", "next"})  # the last of which is a slip
MAX_ID_LENGTH = 200
MAX_MADE_ID = 180  # so that a number still fits
MAX_HINTS = 200  # looking for the nearest of many names takes its time, and so many are no slips of the hand


class Shape(TypedDict):
    """What every step is made with."""

    id: str
    next: tuple[Branch, ...]


class StepSource(NamedTuple):
    """A step whose id and `next` are known; its kind's reader does the rest."""

    kind: str
    subject: Node
    fields: Fields[Findings]
    flow: "FlowSource"
    shape: Shape

    @property
    def found(self) -> Findings:
        """Where to report."""
        return self.flow.found

    def then(self, key: str) -> str | None:
        """A Then under a key of the step: where it leads, none when the key is absent."""
        node = self.fields.get(key)
        return None if node is None else self.flow.read_then(node, f"'{key}'", self.shape, key)

    def noop(self) -> Noop:
        """What stands in for a step that can't be read."""
        return Noop(**self.shape)


class Pending(NamedTuple):
    """A step list whose ids are given out, but whose steps are not yet read."""

    kind: str
    node: Mapping
    id: str


class Target(NamedTuple):
    """A step that is named before it is known whether it exists."""

    name: str
    mark: Mark
    what: str


class FlowSource:
    """Collects the steps of one flow, flat, in the order of the file."""

    def __init__(self, name: str, found: Findings, settings: FlowSettings, readers: "StepReaders") -> None:
        self.name = name
        self.found = found
        self.settings = settings
        self.readers = readers
        self.steps: dict[str, Step] = {}
        self.explicit: dict[str, Mark] = {}
        self.misnamed: set[str] = set()  # ids below a key that was to be 'id'
        self.targets: list[Target] = []
        self.numbers: dict[str, int] = {}  # of the last step that was called by such a name

    def collect_ids(self, node: Node) -> None:
        """Learn the ids that authors gave, so that no generated id takes one of them."""
        if isinstance(node, Listing):
            for item in node.items:
                self.collect_ids(item)
        elif isinstance(node, Mapping):
            given = node.get("id")
            if isinstance(given, Scalar) and given.text:
                self.explicit.setdefault(given.text, given.mark)
            elif given is None:
                self.misnamed |= {name for entry in node.entries.values() if (name := _nearly_id(entry))}
            for entry in node.entries.values():
                self.collect_ids(entry.value)

    def read_list(
        self,
        items: tuple[Node, ...],
        after: tuple[Branch, ...] | None,
        path: str,
        beyond: tuple[Branch, ...] = (Branch(to=END),),
    ) -> str:
        """Read steps that follow one another; the id of the first, or END.

        What falls off the end goes to `after`; with none it is a branch of CALM, whose last step should say `next`,
        and goes `beyond` the step that branches when CALM's file does not say it.
        """
        waiting = [pending for item in items if (pending := self._open(item, path)) is not None]
        for place, pending in enumerate(waiting):
            is_last = place == len(waiting) - 1
            follows = after if is_last else (Branch(to=waiting[place + 1].id),)
            if pending.kind == "link" and not is_last and waiting[place + 1].id not in self.explicit:
                message = "'link' leaves the flow, so no step can follow it"
                self.found.error(pending.node, "link-not-last", message, "put it last, or remove what follows")
                self.broken()
            self._read(pending, follows, beyond)
        return waiting[0].id if waiting else END

    def _open(self, node: Node, path: str) -> Pending | None:
        if not isinstance(node, Mapping):
            hint = "remove the '-', or write what it does" if is_nothing(node) else None
            self.found.wrong_type(node, "a step", "a mapping such as '- say: Hello'", hint)
            self.broken()
            return None
        node = with_named_collect(node, self.found)
        description = node.get("description")
        if description is not None and not (is_nothing(description) and self.found.is_calms(node)):
            text_of(description, self.found, "'description'")
        kind = self._kind(node)
        step_id = self._given_id(node) or self._made_id(kind, node, path)
        self.found.step_marks[self.name, step_id] = node.mark
        self.steps[step_id] = Noop(id=step_id)  # keeps the place: the steps inside come after it
        return Pending(kind, node, step_id)

    def _read(self, pending: Pending, follows: tuple[Branch, ...] | None, beyond: tuple[Branch, ...]) -> None:
        node, kind = pending.node, pending.kind
        shape = Shape(id=pending.id, next=())
        given = node.get("next")
        if given is None and kind == "noop" and isinstance(node.get("noop"), Listing):
            given = node.get("noop")  # CALM's pages show the branches there too
        if given is not None:
            shape["next"] = self._read_next(given, pending.id, kind, beyond if follows is None else follows)
        elif follows is not None:
            shape["next"] = follows
        else:
            shape["next"] = (Branch(to=END),)
            if kind not in ("link", "noop", ""):
                shape["next"] = self._without_next(node, beyond)
        subject = None if kind == "next" else node.get(kind)
        if subject is None:
            if kind != "next":
                self.broken()
            self.steps[pending.id] = Noop(**shape)
            return
        source = StepSource(kind, subject, Fields(node, self.found, f"'{kind}'"), self, shape)
        self.steps[pending.id] = self.readers[kind](source)

    def _without_next(self, node: Mapping, beyond: tuple[Branch, ...]) -> tuple[Branch, ...]:
        """Where the last step of a branch goes that does not say it: an error in flows of this house."""
        if not self.found.is_calms(node):
            self.found.error(node, "missing-next", "the last step of a branch must say 'next'", "add 'next: END'")
            return (Branch(to=END),)
        self.found.warn(node, "missing-next", f"the last step of a branch does not say 'next': {_way(beyond)}")
        return beyond

    def _kind(self, node: Mapping) -> str:
        """The key that names the step; empty when none does, which is reported."""
        kinds = [key for key in node.entries if key in STEP_KINDS]
        if "handoff" in kinds and "hours" in kinds:
            kinds.remove("hours")
        if len(kinds) > 1:
            other = node.entries.pop(kinds[1])
            message = f"a step is one thing, and this is '{kinds[0]}' already"
            hint = f"begin a step of its own: '- {kinds[1]}: …'"
            self.found.error(other.key, "two-step-kinds", message, hint)
            self.broken()
        if kinds:
            return kinds[0]
        others = [key for key in node.entries if key not in STEP_KEYS]
        if not others and "next" in node.entries:
            self.found.warn(node, "no-step-kind", "this step only says where to go on", "add 'noop: true'")
            return "next"  # as the older files of CALM decide
        guess = next((key for key in others if nearest(key, STEP_KINDS)), others[0] if others else None)
        if guess is None:
            self.found.error(node, "unknown-step-kind", "this step does nothing", f"there are: {', '.join(STEP_KINDS)}")
        else:
            hint = did_you_mean(guess, STEP_KINDS) or f"there are: {', '.join(STEP_KINDS)}"
            if guess == "if":
                hint = "conditions stand in the 'next' of a step, such as '- noop: true'"
            self.found.error(node.entries[guess].key, "unknown-step-kind", f"'{guess}' is not a step", hint)
        return ""

    def _given_id(self, node: Mapping) -> str | None:
        given = node.get("id")
        word = None if given is None else word_of(given, self.found, "'id'")
        if word is None or given is None:
            return None
        if word == END or len(word) > MAX_ID_LENGTH:
            self.found.error(given, "bad-name", f"'{word[:40]}' can't be the id of a step")
            return None
        if word in self.steps:
            first = self.explicit[word]
            message = f"the id '{word}' stands twice; the first is on line {first.line}"
            self.found.error(given, "duplicate-step", message, "give one of them another id")
            self.broken()
            return None
        return word

    def _made_id(self, kind: str, node: Mapping, path: str) -> str:
        """A readable id of where the step is and what it does; stable while its neighbours change."""
        subject = node.get(kind)
        name = kind or "step"
        if isinstance(subject, Scalar) and kind in ("action", "collect", "call", "link", "survey"):
            name = subject.text if kind == "action" else f"{kind}_{subject.text}"
        name = path + name
        while len(name) > MAX_MADE_ID:  # where branches are nested deeply, the inner ones tell enough
            name = name.partition(".")[2] or name[:MAX_MADE_ID]
        number = self.numbers.get(name, 0) + 1
        made = name if number == 1 else f"{name}_{number}"
        while made in self.steps or made in self.explicit:
            number += 1
            made = f"{name}_{number}"
        self.numbers[name] = number
        return made

    def _read_next(self, node: Node, step_id: str, kind: str, beyond: tuple[Branch, ...]) -> tuple[Branch, ...]:
        if kind == "link" and not (self.found.is_calms(node) or (isinstance(node, Scalar) and node.text == END)):
            self.found.error(node, "link-not-last", "'link' leaves the flow, so it has no 'next'", "remove 'next'")
        if isinstance(node, Scalar):
            return (Branch(to=self.target(node, "next goes to")),)
        if isinstance(node, Mapping):
            self.found.wrong_type(node, "'next'", "a step id, END, or a list")
            self.broken()
            return (Branch(to=END),)
        if not any(isinstance(item, Mapping) and item.entries.keys() & {"if", "else", "then"} for item in node.items):
            if not node.items:
                self.found.warn_calm(node, "empty", "'next' is empty, as if it were END", "write 'next: END'")
            after = beyond if self.found.is_calms(node) else None  # CALM's pages leave out the last 'next'
            return (Branch(to=self.read_list(node.items, after, f"{step_id}.")),)
        return self._read_branches(node, step_id, beyond)

    def _read_branches(self, node: Listing, step_id: str, beyond: tuple[Branch, ...]) -> tuple[Branch, ...]:
        branches = []
        for place, item in enumerate(node.items):
            if not isinstance(item, Mapping):
                self.found.wrong_type(item, "a branch of 'next'", "a mapping with 'if' and 'then', or with 'else'")
                self.broken()
                continue
            is_last = place == len(node.items) - 1
            branch = self._read_branch(item, step_id, place, beyond)
            if branch is not None:
                branches.append(branch)
            if "else" in item.entries and not is_last:
                message = "no branch after 'else' is ever reached"
                self.found.error(item.entries["else"].key, "else-not-last", message, "put '- else:' last, and once")
        last = node.items[-1]
        if isinstance(last, Mapping) and "else" not in last.entries and last.entries.keys() & BRANCH_KEYS:
            self._without_else(last, beyond)
        if not branches or branches[-1].condition is not None:
            branches.extend(beyond)
        return tuple(branches)

    def _without_else(self, node: Node, beyond: tuple[Branch, ...]) -> None:
        if self.found.is_calms(node):
            message = f"no '- else:' closes the branches of 'next': when no 'if' holds, {_way(beyond)}"
            self.found.warn(node, "missing-else", message)
            return
        self.found.error(node, "missing-else", "the branches of 'next' must be closed by '- else:'")
        self.broken()

    def _read_branch(self, item: Mapping, step_id: str, place: int, beyond: tuple[Branch, ...]) -> Branch | None:
        fields = Fields(item, self.found, "a branch of 'next'")
        if {"if", "else"} <= item.entries.keys():
            hint = "begin it with a '-' of its own: '- else: …'"
            self.found.error(item.entries["else"].key, "unknown-key", "'else' is a branch beside that of 'if'", hint)
            self.broken()
            return None
        others = [entry.key for name, entry in item.entries.items() if name not in BRANCH_KEYS]
        if item.entries.keys().isdisjoint({"if", "else"}) and (others or not item.entries):
            self._note_no_branch(others[0] if others else Scalar(item.mark, None, "{}"))
            return None
        beside = item.entries.get("next")
        if beside is not None and ("else" in item.entries or "then" in item.entries):
            del item.entries["next"]
            self.found.warn(beside.key, "no-effect", "the branch says already where it goes, so this has no effect")
        elif beside is not None:
            del item.entries["next"]
            self.found.error(beside.key, "unknown-key", "a branch says where it goes with 'then', not with 'next'")
            fields.meant.add("then")
        if "else" in item.entries:
            fields.only({"else"})
            return Branch(to=self._read_branch_then(item.entries["else"].value, f"{step_id}.else.", beyond))
        fields.only({"if", "then"})
        condition, then = fields.required("if"), fields.required("then")
        if condition is None or then is None:
            self.broken()
            return None
        path = f"{step_id}.if." if place == 0 else f"{step_id}.if_{place + 1}."
        to = self._read_branch_then(then, path, beyond)
        return Branch(to=to, condition=read_condition(condition, self.found, "'if'") or "false")

    def _note_no_branch(self, key: Scalar) -> None:
        hint = "write '- if: …' with 'then', or '- else: …'; steps stand below 'then'"
        self.found.error(key, "unknown-key", f"'{key.text}' begins no branch of 'next'", hint)
        self.broken()

    def _read_branch_then(self, node: Node, path: str, beyond: tuple[Branch, ...]) -> str:
        if isinstance(node, Scalar):
            return self.target(node, "the branch goes to")
        if isinstance(node, Mapping):
            self.found.wrong_type(node, "a branch", "a step id, END, or a list of steps")
            self.broken()
            return END
        if not node.items:
            self.found.warn_calm(node, "empty", "the branch is empty, as if it were END", "write END")
        return self.read_list(node.items, None, path, beyond)

    def read_then(self, node: Node, what: str, shape: Shape, branch: str) -> str:
        """A step id, END, or a list of steps that goes on at the step's own `next` when it falls off its end."""
        if isinstance(node, Scalar):
            return self.target(node, f"{what} goes to")
        if isinstance(node, Mapping):
            self.found.wrong_type(node, what, "a step id, END, or a list of steps", "begin the step with '- '")
            self.broken()
            return END
        path = f"{shape['id']}.{branch}."
        if node.items:
            return self.read_list(node.items, shape["next"], path)
        empty = f"{path}noop"
        self.steps[empty] = Noop(id=empty, next=shape["next"])
        return empty

    def target(self, node: Scalar, what: str) -> str:
        """The named step, which is looked up when the flow is read; END when there is no name."""
        name = word_of(node, self.found, "the next step")
        if name is None:
            self.broken()
            return END
        self.targets.append(Target(name, node.mark, what))
        return name

    def check_targets(self) -> None:
        """Report the named steps that don't exist."""
        known = self.steps.keys() | self.misnamed | {END}
        missing = [target for target in self.targets if target.name not in known]
        for place, target in enumerate(missing):
            self.broken()
            hint = None
            if ("flow", target.name) in self.found.marks:
                hint = f"it is a flow: go over to it with '- link: {target.name}', or there and back with '- call:'"
            elif place < MAX_HINTS:
                hint = did_you_mean(target.name, [*self.explicit, END]) or did_you_mean(target.name, list(self.steps))
            hint = hint or f"give a step of this flow 'id: {target.name}', or name one that there is"
            message = f"{target.what} '{target.name}', which is not a step"
            self.found.error(target.mark, "unknown-step", message, hint)

    def broken(self) -> None:
        """Note that the graph of this flow is not what its author sees."""
        self.found.broken_flows.add(self.name)


def _nearly_id(entry: Entry) -> str | None:
    key = entry.key.text.casefold()
    is_near = len(key) <= 3 and "i" in key and "d" in key and nearest(key, ["id"]) is not None
    return entry.value.text if is_near and isinstance(entry.value, Scalar) else None


def is_nothing(node: Node) -> bool:
    """Whether nothing stands there."""
    return isinstance(node, Scalar) and node.value is None


def _way(beyond: tuple[Branch, ...]) -> str:
    return "the flow ends" if beyond[0].to == END else f"the flow goes on at '{beyond[0].to}', which follows"


StepReaders = ByKind[str, Callable[[StepSource], Step]]
