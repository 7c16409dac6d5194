"""What a publication does to customers who are in the middle of something: told before, done after."""

import sys
from argparse import Namespace

from bot.cli.failures import CommandFailed
from bot.cli.houses import leave_to_others
from bot.cli.writing import print_table
from bot.engine.flow import FlowSet
from bot.service.house import House
from bot.service.migration import Plan, Restart, Standing
from storage.database import DatabaseDown


def restart_of(arguments: Namespace) -> Restart | None:
    """Who shall begin again; none when running conversations are left alone."""
    if arguments.restart:
        return "stuck" if arguments.migrate else "everybody"
    return "nobody" if arguments.migrate else None


async def confirmed(house: House, revision: str, flow_set: FlowSet, arguments: Namespace) -> bool:
    """Tell what would become of running conversations, and ask where that is no small thing."""
    restart = restart_of(arguments)
    if restart is None:
        return True
    plan = await house.migration().plan(revision, flow_set, restart)
    _tell(plan)
    if arguments.yes or not (plan.stuck or plan.restart):
        return True
    print("Publish? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _tell(plan: Plan) -> None:
    print(f"of the running conversations {plan.move} go over, {plan.restart} begin again, {plan.stay} stay as they are")
    if plan.stuck:
        print("customers who can't go over from where they stand:")
        rows = [(each.customers, each.flow, each.step, _why(each), each.revision) for each in plan.stuck]
        print_table(("customers", "flow", "step", "why", "of revision"), rows)


def _why(standing: Standing) -> str:
    return "the step is gone" if standing.slot is None else f"'{standing.slot}' can't hold their answer any more"


async def take_over(house: House, revision: str, arguments: Namespace) -> None:
    """Let running conversations go on with the revision, as far as that is wished. Raises CommandFailed."""
    restart = restart_of(arguments)
    if restart is None:
        return
    try:
        outcome = await house.migration().take_over(revision, restart)
        await leave_to_others(house)
    except DatabaseDown as down:
        told = f"while running conversations were taken over to {revision}, the database stopped answering ({down})"
        raise CommandFailed(f"{told}: the same command, given again, goes on with the others") from down
    print(f"of the conversations {outcome.moved} went over, {outcome.restarted} began again, {outcome.stayed} stayed")
    if outcome.overtaken:
        other = "somebody has published another revision meanwhile: see `switchboard flows history`"
        raise CommandFailed(f"the other conversations were not taken over, as {other}")
