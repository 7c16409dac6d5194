"""A clinic's flows, with every step and every key of the language, in four languages."""

from pathlib import Path

from bot.desk.desk_file import DeskNames
from bot.engine.flow import FlowSet
from bot.engine.reader import Reading, read_flows

FOLDER = Path(__file__).parent / "flows_clinic"
DESK = DeskNames(
    queues=frozenset({"reception", "nurses"}), calendars=frozenset({"daytime"}), departments=frozenset({"complaints"})
)


def reading() -> Reading:
    return read_flows({path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yaml"))}, DESK)


def clinic() -> FlowSet:
    read = reading()
    assert read.flow_set is not None, read.problems
    return read.flow_set
