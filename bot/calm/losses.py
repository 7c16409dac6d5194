"""What CALM cannot say, each with the place where the flows say it."""

from collections.abc import Mapping

from bot.problems import Mark, Problems
from bot.yaml_nodes import Mapping as MappingNode
from bot.yaml_nodes import read_yaml

CODE = "not-in-calm"
Place = tuple[str, str]


class Losses(Problems):
    """Notes what is lost in steps, by flow and id, and in what has a name, by section and name."""

    def __init__(self, files: Mapping[str, str | bytes], steps: Mapping[Place, Mark]) -> None:
        super().__init__()
        self._steps = dict(steps)
        self._named = _named(files)
        self._anywhere = Mark(min(files, default="flows"))

    def stand_together(self, flow: str, step: str, beside: str) -> None:
        """What is lost of one step is lost where the other one stands, of which it was made."""
        if (flow, beside) in self._steps:
            self._steps[flow, step] = self._steps[flow, beside]

    def of_step(self, flow: str, step: str, what: str, instead: str | None = None) -> None:
        """A step says what CALM can't; `instead` is what is written for it, or what is left to do."""
        mark = self._steps.get((flow, step)) or self._named.get(("flows", flow), self._anywhere)
        self.warn(mark, CODE, what, instead)

    def of(self, section: str, name: str, what: str, instead: str | None = None) -> None:
        """A flow, a survey or a setting says what CALM can't."""
        self.warn(self._named.get((section, name), self._anywhere), CODE, what, instead)

    def names(self, section: str, name: str) -> bool:
        """Whether the files say something by that name."""
        return (section, name) in self._named


def _named(files: Mapping[str, str | bytes]) -> dict[Place, Mark]:
    """Where each name of each section stands."""
    marks: dict[Place, Mark] = {}
    for file, content in files.items():
        document = read_yaml(file, content, Problems())
        for section, entry in document.entries.items() if isinstance(document, MappingNode) else ():
            if isinstance(entry.value, MappingNode):
                marks |= {(section, name): each.key.mark for name, each in entry.value.entries.items()}
    return marks
