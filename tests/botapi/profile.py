"""Methods about the bot itself, chats, members, files and callback queries."""

import re
from collections.abc import Callable

from tests.botapi.chats import Chat, Membership
from tests.botapi.entities import Wire
from tests.botapi.params import Params
from tests.botapi.refusals import QUERY_TOO_OLD, bad_request, mistake
from tests.botapi.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMANDS_LIMIT = 100
ANSWER_LIMIT = 200
PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, params: Params) -> Wire:
    return world.bot.wire() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def answer_callback_query(world: World, params: Params) -> bool:
    """One answer a query. Raises RefusalError 400 for a second one, a mistake, and for one too late."""
    query = world.queries.find(params.text("callback_query_id"))
    if query is None or query.expired:
        raise bad_request(QUERY_TOO_OLD)
    if query.answers:
        raise mistake(QUERY_TOO_OLD)
    if len(params.text("text")) > ANSWER_LIMIT:
        raise mistake("MESSAGE_TOO_LONG")
    query.answers.append({name: params.values[name] for name in ("text", "show_alert", "url") if params.has(name)})
    query.answered.set()
    if world.lax:
        world.queries.forget(query.query_id)
    world.touch(world.chats[query.chat_id])
    return True


def get_file(world: World, params: Params) -> Wire:
    file = world.files.for_download(params.text("file_id"))
    return file.wire() | {"file_path": file.path}


def get_chat(world: World, params: Params) -> Wire:
    chat = world.known_chat(params.values.get("chat_id"))
    if chat.type != "private" and chat.members[world.bot.user_id].status in ("left", "kicked"):
        world.reachable_chat(params)
    wire = chat.wire() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.pinned:
        wire["pinned_message"] = chat.message(chat.posts[chat.pinned[-1]], nested=True)
    return wire


def get_chat_member(world: World, params: Params) -> Wire:
    chat = world.reachable_chat(params)
    return _member(world, chat, params).wire()


def _member(world: World, chat: Chat, params: Params) -> Membership:
    user_id = params.integer("user_id") or 0
    if user_id not in world.users:
        raise bad_request("PARTICIPANT_ID_INVALID" if user_id else "invalid user_id specified")
    return chat.members.get(user_id, Membership(world.users[user_id], "left"))


def get_chat_administrators(world: World, params: Params) -> list[Wire]:
    chat = world.reachable_chat(params)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    return [member.wire() for member in chat.members.values() if member.status in ("creator", "administrator")]


def get_chat_member_count(world: World, params: Params) -> int:
    chat = world.reachable_chat(params)
    return sum(member.status not in ("left", "kicked") for member in chat.members.values())


def leave_chat(world: World, params: Params) -> bool:
    chat = world.reachable_chat(params)
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    world.set_bot_status(chat, "left", by=world.bot)
    return True


def ban_chat_member(world: World, params: Params) -> bool:
    chat = world.reachable_chat(params)
    if not chat.members[world.bot.user_id].may("can_restrict_members"):
        raise bad_request("not enough rights to restrict/unrestrict chat member")
    member = _member(world, chat, params)
    if member.status in ("creator", "administrator"):
        raise bad_request("user is an administrator of the chat")
    chat.members[member.user.user_id] = Membership(member.user, "kicked")
    return True


def create_invite_link(world: World, params: Params) -> Wire:
    chat = world.reachable_chat(params)
    if not chat.members[world.bot.user_id].may("can_invite_users"):
        raise bad_request("not enough rights to manage chat invite link")
    return {
        "invite_link": f"https://t.me/+{abs(chat.chat_id):x}",
        "creator": world.bot.wire(),
        "creates_join_request": params.flag("creates_join_request"),
        "is_primary": False,
        "is_revoked": False,
    }


def _command_list(params: Params) -> tuple[str, str]:
    scope = params.json("scope") or {"type": "default"}
    place = ":".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise mistake("invalid language code specified")
    return place, language


def set_my_commands(world: World, params: Params) -> bool:
    commands = params.json("commands")
    if len(commands) > COMMANDS_LIMIT:
        raise mistake("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        name, description = command["command"].removeprefix("/"), command["description"]
        if not COMMAND.fullmatch(name):
            raise mistake("BOT_COMMAND_INVALID")
        if not 1 <= len(description.strip()) <= 256:
            raise mistake("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_command_list(params)] = commands
    return True


def get_my_commands(world: World, params: Params) -> list[Wire]:
    return world.commands.get(_command_list(params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop(_command_list(params), None)
    return True


def set_profile(name: str) -> Callable[[World, Params], bool]:
    """setMyName, setMyDescription or setMyShortDescription."""

    def call(world: World, params: Params) -> bool:
        if len(params.text(name)) > PROFILE_LIMITS[name]:
            raise mistake(f"bot {name.replace('_', ' ')} is too long")
        world.profile[name, params.text("language_code")] = params.text(name)
        return True

    return call


def get_profile(name: str) -> Callable[[World, Params], Wire]:
    def call(world: World, params: Params) -> Wire:
        default = world.bot.first_name if name == "name" else ""
        own = world.profile.get((name, params.text("language_code")))
        return {name: own or world.profile.get((name, ""), default)}

    return call


def set_chat_menu_button(world: World, params: Params) -> bool:
    world.menu_buttons[params.integer("chat_id")] = params.json("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(world: World, params: Params) -> Wire:
    return world.menu_buttons.get(params.integer("chat_id"), {"type": "commands"})


def get_user_profile_photos(world: World, params: Params) -> Wire:
    if params.integer("user_id") not in world.users:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}
