"""What a reading of flows brings to light besides the flows: problems, and who names whom where."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Literal, NamedTuple

from bot.content import Json
from bot.engine.flow import Text
from bot.problems import Mark
from bot.yaml_fields import NodeProblems
from bot.yaml_nodes import Node

NameKind = Literal["flow", "slot", "response", "action", "queue", "calendar", "survey", "language", "department"]

TextRole = Literal["message", "caption", "label", "words"]


class Use(NamedTuple):
    """Somebody names something. `how`: `read` takes a value, `fill` gives one, `weak` may name what only code knows.

    `what` says who names it, in an author's words: `link goes to`.
    """

    kind: NameKind
    name: str
    mark: Mark
    what: str
    how: Literal["read", "fill", "weak"] = "read"


class Given(NamedTuple):
    """A value that the files give a slot. `who` gives it, or compares with it: the flow itself, or what is tapped."""

    slot: str
    value: Json
    mark: Mark
    who: Literal["flow", "button", "option", "condition"]


class Said(NamedTuple):
    """A text of the flows, and how it will be shown."""

    text: Text
    mark: Mark
    role: TextRole


class Findings(NodeProblems):
    """Filled by the readers, judged by the checks."""

    def __init__(self) -> None:
        super().__init__()
        self.uses: list[Use] = []
        self._places: dict[tuple[NameKind, str], list[Mark]] = {}  # of the uses, in their order
        self.said: list[Said] = []
        self.intents: list[tuple[str, tuple[str, ...], Mark]] = []  # that buttons name, with their entities
        self.given: list[Given] = []
        self.compared: list[tuple[str, str, Mark, str]] = []  # slots and texts, and what compares them
        self.understood: list[tuple[str, str, Mark]] = []  # slot, CALM's mapping that fills it from what people say
        self.running: list[tuple[str, str, Mark]] = []  # slot, action that CALM runs by itself to fill it
        self.is_since_39 = False  # whether a slot has a mapping that came with CALM 3.9 or later
        self.unfilled: dict[str, Mark] = {}  # by slot: a mapping 'custom' that names no action, where it has no other
        self.unasked: list[tuple[str, str, str, Mark]] = []  # flow, step, slot: `collect` without a question of its own
        self.conditions: list[str] = []  # all that are read, as they are written
        self.persisted: list[tuple[str, str, Mark]] = []  # flow, slot
        self.keeps: list[tuple[str, bool, Mark]] = []  # flow, and what `reset_after_flow_ends` of a question says
        self.mixed: list[Mark] = []  # where `and` and `or` meet without parentheses
        self.bare: list[
            tuple[str, Mark, str]
        ] = []  # words of conditions that are no name of anything, and what reads them
        self.braces: list[tuple[str, str, Mark]] = []  # what may have been meant to show a value: of what, as written
        self.undeclared: frozenset[str] = frozenset()  # languages that some texts are written in, and no file declares
        self.calm_files: frozenset[str] = frozenset()  # that show that they are CALM's, or stand beside such
        self.lone_files: frozenset[str] = frozenset()  # of CALM's, without any domain
        self.silence_seconds: float | None = None  # on the telephone, as CALM's endpoints.yml says
        self.agents: set[str] = set()  # CALM's language-model agents, by name
        self.broken_flows: set[str] = set()  # whose steps could not all be read: their graph is not judged
        self.lists = False  # whether options made of a list are being read, whose texts show `{item}`
        self.broken_files = False  # a name may be missing only because its file can't be read
        self.step_marks: dict[tuple[str, str], Mark] = {}  # by flow and step
        self.marks: dict[tuple[str, str], Mark] = {}  # where something is defined, by kind and name

    @property
    def plain_texts(self) -> bool:
        """Whether any text is written without a language."""
        return any("*" in said.text.by_language for said in self.said)

    def is_calms(self, where: Node | Mark) -> bool:
        """Whether this stands in a file of CALM's."""
        return (where if isinstance(where, Mark) else where.mark).file in self.calm_files

    def warn_calm(self, where: Node | Mark, code: str, message: str, hint: str | None = None) -> None:
        """Note what CALM takes and must be mended in flows of this house."""
        report = self.warn if self.is_calms(where) else self.error
        report(where, code, message, hint)

    def use(
        self, kind: NameKind, name: str, mark: Mark, what: str, how: Literal["read", "fill", "weak"] = "read"
    ) -> None:
        """Note that something is named here, to be looked up when everything is read."""
        self.uses.append(Use(kind, name, mark, what, how))
        self._places.clear()

    def named_at(self, kind: NameKind, name: str, step: Mark) -> Mark:
        """Where the step that begins there names it."""
        if not self._places:
            for use in sorted(self.uses, key=lambda use: use.mark):
                self._places.setdefault((use.kind, use.name), []).append(use.mark)
        marks = self._places.get((kind, name), [])
        place = bisect_left(marks, step)
        return marks[place] if place < len(marks) and marks[place].file == step.file else step

    def used(self, kind: NameKind, *, how: Iterable[str] = ("read", "fill", "weak")) -> set[str]:
        """All names of this kind that are named in one of these ways."""
        ways = frozenset(how)
        return {use.name for use in self.uses if use.kind == kind and use.how in ways}
