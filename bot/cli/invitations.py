"""`switchboard agent invite`: a link that makes whoever opens it first an agent."""

from argparse import Namespace

from bot.cli.desk import known_queues, usable_desk
from bot.cli.failures import CommandFailed
from bot.cli.houses import open_house
from bot.cli.writing import print_json
from bot.ports import ChannelBusy
from bot.service.desk.invitations import Invitation
from bot.settings import Settings, variable


async def invite(arguments: Namespace, settings: Settings) -> int:
    """Print the link. Raises CommandFailed."""
    queues = known_queues(arguments.queue, usable_desk(settings), settings)
    bot = await _bot_name(settings)
    async with open_house(settings) as house:
        made = await house.invitations.invite("", arguments.role, queues)
    link = f"https://t.me/{bot}?start={made.payload}"
    if arguments.format == "json":
        print_json({"link": link, "role": arguments.role, "queues": made.queues, "until": made.until.isoformat()})
    else:
        print(_shown(made, link, arguments.role))
    return 0


def _shown(made: Invitation, link: str, role: str) -> str:
    until = f"{made.until:%Y-%m-%d %H:%M}"
    return f"{link}\nwhoever opens it first is: {role}, {', '.join(made.queues)}; it works once, until {until}"


async def _bot_name(settings: Settings) -> str:
    """What the bot is called in Telegram, where the link is opened."""
    telegram = settings.telegram
    if telegram.token is None:
        raise CommandFailed(f"an invitation is opened in Telegram, which is off: set {variable('telegram.token')}")
    # Loading Telegram's library takes seconds, which no other command shall wait for.
    from bot.channels.telegram.api import Api
    from bot.channels.telegram.identity import Identity

    api = Api(telegram.api_url, telegram.token)
    try:
        return await Identity(api).username()
    except ChannelBusy as busy:
        raise CommandFailed(f"Telegram does not tell the bot's name ({busy.reason}): see telegram.token") from busy
    finally:
        await api.close()
