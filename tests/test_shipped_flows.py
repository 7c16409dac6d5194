"""The flows that ship, and every example of the guide to writing them, are read without a problem to mend."""

import re
from pathlib import Path

import pytest

from bot.engine.reader import read_flows
from bot.problems import as_text

FLOWS = Path(__file__).parents[1] / "flows"
EXAMPLES = [
    example
    for example in re.findall(
        r"^```yaml\n(.*?)^```", (FLOWS / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    if not example.startswith("test_cases")  # played by the tests of the guide
]


def test_the_shipped_flows_have_no_errors() -> None:
    files = {f"flows/{file.name}": file.read_bytes() for file in FLOWS.glob("*.yaml")}
    reading = read_flows(files)
    assert reading.flow_set is not None, as_text(reading.problems)
    assert reading.flow_set.start == "main_menu"


@pytest.mark.parametrize("place", range(len(EXAMPLES)))
def test_every_example_of_the_guide_is_a_good_file(place: int) -> None:
    reading = read_flows({f"flows/README.md example {place + 1}": EXAMPLES[place]})
    assert as_text(reading.problems) == ""
    assert reading.flow_set is not None


def test_the_guide_has_examples() -> None:
    assert len(EXAMPLES) >= 8
