"""What the supervisors are told at once: who waits for an answer that is late."""

import msgspec

from bot.ports import Alert, DeskAlerts
from bot.service.case import Case
from bot.service.desk.cards import DESK, name_of
from bot.service.work import Work
from storage import agents, alerts, handoffs
from storage.alerts import Outcome, What
from storage.database import Connection
from storage.handoffs import Handoff


def raise_alert(work: Work, case: Case, handoff: Handoff, what: What, seconds: float, agent: str | None) -> bool:
    """Tell the supervisors, if the settings say where. False when nobody is told."""
    chat = work.installation.supervisors
    if chat is None:
        return False
    alarm = alerts.Alarm(handoff_id=handoff.id, what=what, seconds=seconds, agent_id=agent, at=work.now)
    _show(work, case, str(chat), alerts.add(work.connection, str(chat), alarm))
    return True


def settle(work: Work, case: Case, handoff: str, outcome: Outcome) -> None:
    """What was late is so no more: the alerts that told of it say how it ended."""
    chat = work.installation.supervisors
    if chat is not None:
        for batch in sorted(alerts.settle(work.connection, handoff, outcome)):
            _show(work, case, str(chat), batch)


def _show(work: Work, case: Case, chat: str, batch: str) -> None:
    if batch not in work.alerted:
        work.alerted.add(batch)
        work.book_elsewhere(case, DESK, chat, DeskAlerts(chat=chat, batch=batch))


def up_to_date(connection: Connection, shown: DeskAlerts, language: str) -> DeskAlerts:
    """The message as it should stand now, with customers' names in the desk's language where they have none."""
    found = alerts.of_batch(connection, shown.batch)
    lines = tuple(line for each in found if (line := _line(connection, each, language)) is not None)
    return msgspec.structs.replace(shown, alerts=lines, replaces=found[0].message_id if found else None)


def _line(connection: Connection, alert: alerts.Alert, language: str) -> Alert | None:
    handoff = handoffs.get(connection, alert.handoff_id)
    if handoff is None:
        return None
    return Alert(
        handoff=handoff.id,
        number=handoff.number,
        customer=name_of(connection, handoff, language),
        queue=handoff.queue,
        what=alert.what,
        seconds=alert.seconds,
        agent_name=agents.name_of(connection, alert.agent_id),
        outcome=alert.outcome,
        thread=handoff.thread,
    )
