"""How this installation behaves: the settings file and the environment, checked and frozen.

A key is `section.name`. The file is TOML with one table for each section; the environment variable of a key is
`SWITCHBOARD_<SECTION>__<NAME>` and wins over the file. Secrets come from the environment alone, or from the file that
`SWITCHBOARD_<SECTION>__<NAME>_FILE` names.
"""

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from bot.authored_files import content_of
from bot.yaml_signs import MAX_BYTES

DEFAULT_FILE = Path("config/settings.toml")
TELEGRAM_API = "https://api.telegram.org"
DEMO_ACTIONS = "bot.actions.demo"

PREFIX = "SWITCHBOARD_"
NOT_A_SETTING = re.compile(
    r"SWITCHBOARD_(CONFIG|REQUIRE_\w+)"
    # Kubernetes describes a service called "switchboard" to its neighbours by names like these.
    r"|SWITCHBOARD_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?)"
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

PASSWORD = re.compile(r"(?P<account>//[^:/@]*):(?P<password>.*)@")  # of a database URL; may itself hold an @


class SettingsError(Exception):
    """The settings cannot be used. The text is one line: the key, what is wrong, what to do."""


class Secret(str):
    """Text to be used and not shown: its repr hides it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One table of the settings file."""


class Database(Section, frozen=True, kw_only=True):
    """Where everything is kept."""

    url: Secret = Secret("sqlite:///var/switchboard.db")

    @property
    def address(self) -> str:
        """The URL as it may be shown: without password and parameters."""
        return PASSWORD.sub(r"\g<account>@", self.url).partition("?")[0]


class FlowFiles(Section, frozen=True, kw_only=True):
    """What the bot says, and when a change of it is published."""

    path: str = "flows"
    publish: Literal["on_change", "manual"] = "on_change"


class Http(Section, frozen=True, kw_only=True):
    """The one port that serves web chat, webhook, health and metrics. Port 0 takes any free one.

    `trusted_proxies` are addresses and networks that say, in X-Forwarded-For, for whom they speak.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()


class Telegram(Section, frozen=True, kw_only=True):
    """The bot's account and the agents' groups in Telegram. Without a token Telegram is off."""

    token: Secret | None = None
    api_url: str = TELEGRAM_API
    mode: Literal["polling", "webhook"] = "polling"
    webhook_secret: Secret | None = None
    desk_chat_id: tuple[int, ...] = ()
    admin_chat_id: int | None = None
    supervisor_chat_id: int | None = None
    messages_per_second: float = 30.0
    messages_per_chat_per_second: float = 1.0
    messages_per_group_per_minute: float = 20.0


class WebChat(Section, frozen=True, kw_only=True):
    """The chat page and the widget for other sites."""

    allowed_origins: tuple[str, ...] = ()
    max_file_mb: float = 20.0
    new_visitors_per_ip_per_minute: float = 60.0
    files_per_ip_per_minute: float = 60.0


class Actions(Section, frozen=True, kw_only=True):
    """Where custom actions run. At most one of the two is given; with neither, `package` is the demo's."""

    package: str | None = None
    server_url: str | None = None


class DeskFile(Section, frozen=True, kw_only=True):
    """Queues, calendars and departments."""

    path: str = "config/desk.yaml"


class Business(Section, frozen=True, kw_only=True):
    """Whose desk this is, and what its days, weeks and months are."""

    name: str = "Switchboard"
    time_zone: str = "UTC"
    calendar: Literal["gregorian", "jalali"] = "gregorian"
    weekend: tuple[Weekday, ...] = ("sat", "sun")


class Log(Section, frozen=True, kw_only=True):
    """What is logged, and for whose eyes."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, with the defaults of the shipped file."""

    database: Database = Database()
    flows: FlowFiles = FlowFiles()
    http: Http = Http()
    telegram: Telegram = Telegram()
    webchat: WebChat = WebChat()
    actions: Actions = Actions(package=DEMO_ACTIONS)
    desk: DeskFile = DeskFile()
    business: Business = Business()
    log: Log = Log()


SECTIONS: dict[str, type[Section]] = {section.name: section.type for section in msgspec.structs.fields(Settings)}
KEYS: dict[str, Any] = {
    f"{name}.{key.name}": key.type for name, section in SECTIONS.items() for key in msgspec.structs.fields(section)
}
SECRETS = ("telegram.token", "telegram.webhook_secret", "database.url")
ADDRESSES = {"http.public_url", "telegram.api_url", "actions.server_url"}


def variable(key: str) -> str:
    """The environment variable that sets a key."""
    return PREFIX + key.upper().replace(".", "__")


VARIABLES = {variable(key): key for key in KEYS} | {variable(key) + "_FILE": key for key in SECRETS}


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings file and the environment.

    Without `path`, the file is the one `SWITCHBOARD_CONFIG` names, or else `config/settings.toml`, which may be
    missing: everything has a default. Raises SettingsError on the first thing that is wrong.
    """
    if path is None and environ.get("SWITCHBOARD_CONFIG"):
        path = Path(environ["SWITCHBOARD_CONFIG"])
    if path is None and not DEFAULT_FILE.exists():
        values: dict[str, Any] = {}
    else:
        values = _from_file(path or DEFAULT_FILE)
    values |= _from_environment(environ)
    for key in ADDRESSES & values.keys():
        values[key] = values[key].rstrip("/")
    if not values.keys() & {"actions.package", "actions.server_url"}:
        values["actions.package"] = DEMO_ACTIONS
    tables: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for key, value in values.items():
        section, _, name = key.partition(".")
        tables[section][name] = value
    settings = msgspec.convert(tables, Settings)
    for problem in _problems(settings):
        raise SettingsError(problem)
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    """What the file gives: each key with a value of its type."""
    try:
        content = content_of(path)
        if len(content) > MAX_BYTES:
            raise SettingsError(f"{path} is larger than 1 MiB")
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}): set SWITCHBOARD_CONFIG to another") from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from None
    values: dict[str, Any] = {}
    for section, table in tables.items():
        if section not in SECTIONS:
            raise SettingsError(_unknown(f"[{section}] in {path}", "section", section, SECTIONS))
        if not isinstance(table, dict):
            raise SettingsError(f"{section} in {path} must be a section: write [{section}] and its keys below it")
        for name, value in table.items():
            key = f"{section}.{name}"
            if key not in KEYS:
                raise SettingsError(_unknown(f"{key} in {path}", "setting", key, KEYS))
            values[key] = _typed(key, value, f"{key} in {path}")
            if key in SECRETS and (key != "database.url" or _has_password(values[key])):
                raise SettingsError(f"{key} holds a secret and must not stand in {path}: set {variable(key)} instead")
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """What the environment gives: each key with a value of its type. An empty variable is one that is not set."""
    values: dict[str, Any] = {}
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX) or not text.strip() or NOT_A_SETTING.fullmatch(name):
            continue
        if name not in VARIABLES:
            raise SettingsError(_unknown(name, "setting", name, VARIABLES))
        key = VARIABLES[name]
        if key in values:
            raise SettingsError(f"{variable(key)} and {name} are both set: keep one of them")
        if name == variable(key):
            values[key] = _typed(key, text.strip(), name, numbers_as_text=True)
        else:
            values[key] = Secret(_read_secret(name, Path(text.strip())))
    return values


def _read_secret(name: str, path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} names {path}, which cannot be read: {error}") from None
    if not secret:
        raise SettingsError(f"{name} names {path}, which is empty: write the secret into it")
    return secret


def _typed(key: str, value: Any, where: str, *, numbers_as_text: bool = False) -> Any:
    """`value` as the type of its key. Where a list is wanted, one value or a comma-separated text does too."""
    kind = KEYS[key]
    if get_origin(kind) is tuple and not isinstance(value, list):
        value = [part.strip() for part in str(value).split(",") if part.strip()]
        numbers_as_text = True
    try:
        typed = msgspec.convert(value, kind, strict=not numbers_as_text, dec_hook=_as_secret)
    except msgspec.ValidationError:
        shown = "" if key in SECRETS else f", not {value!r}"
        raise SettingsError(f"{where} must be {_in_words(kind)}{shown}") from None
    if typed in ("", None):
        raise SettingsError(f"{where} is empty: give a value, or leave it out to have the default")
    return typed


def _as_secret(kind: type[Any], value: Any) -> Any:
    if not isinstance(value, str):
        raise msgspec.ValidationError
    return kind(value)


def _in_words(kind: Any) -> str:
    if get_origin(kind) is tuple:
        return f"a list, each entry {_in_words(get_args(kind)[0])}"
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    if kind in (int, int | None):
        return "a whole number"
    return "a number" if kind is float else "text"


def _unknown(where: str, what: str, name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
    return f"{where} is no {what} of Switchboard: {advice}"


def _problems(settings: Settings) -> Iterator[str]:
    """What is wrong though each value has its type, one line each."""
    yield from _database_problems(settings.database)
    yield from _http_problems(settings.http)
    yield from _telegram_problems(settings.telegram, settings.http)
    yield from _rate_problems(settings.telegram)
    yield from _webchat_problems(settings.webchat)
    yield from _actions_problems(settings.actions)
    yield from _business_problems(settings.business)


def _database_problems(database: Database) -> Iterator[str]:
    if not re.fullmatch(r"sqlite:///[^:?].*|postgresql\+psycopg://.*", database.url):
        yield "database.url must begin with sqlite:/// and a file, or with postgresql+psycopg://"


def _http_problems(http: Http) -> Iterator[str]:
    if not 0 <= http.port <= 65535:
        yield f"http.port must be between 0 and 65535, not {http.port}"
    if http.public_url is not None and not _is_address(http.public_url):
        yield f"http.public_url must be an address like https://support.example.com, not {http.public_url!r}"
    for proxy in http.trusted_proxies:
        if not _is_network(proxy):
            yield f"http.trusted_proxies must hold addresses and networks like 10.0.0.0/8, not {proxy!r}"


def _telegram_problems(telegram: Telegram, http: Http) -> Iterator[str]:
    if telegram.token is not None and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", telegram.token):
        yield "telegram.token does not look like 123456:ABC-def: copy the whole token that @BotFather gave"
    if not _is_address(telegram.api_url):
        yield f"telegram.api_url must be an address like http://127.0.0.1:8081, not {telegram.api_url!r}"
    if telegram.mode == "webhook":
        if http.public_url is None:
            yield "telegram.mode is webhook and http.public_url is not set: set it, or telegram.mode to polling"
        elif not http.public_url.startswith("https://") and telegram.api_url == TELEGRAM_API:
            yield f"http.public_url must begin with https:// for Telegram's webhook, not be {http.public_url!r}"
    if telegram.webhook_secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", telegram.webhook_secret):
        yield "telegram.webhook_secret must be 1 to 256 letters, digits, _ and -: Telegram takes no other"
    yield from _chat_problems(telegram)


def _chat_problems(telegram: Telegram) -> Iterator[str]:
    if telegram.desk_chat_id and telegram.token is None:
        yield f"telegram.desk_chat_id is set and telegram.token is not: set {variable('telegram.token')}"
    for name in ("admin_chat_id", "supervisor_chat_id"):
        chat = getattr(telegram, name)
        if chat is not None and telegram.token is None:
            yield f"telegram.{name} is set and telegram.token is not: set {variable('telegram.token')}"
        if chat == 0:
            yield f"telegram.{name} 0 is no chat: it is the id of a group, or of a person who has started the bot"
    for chat in telegram.desk_chat_id:
        if chat >= 0:
            yield f"telegram.desk_chat_id {chat} is no group: the id of a group begins with a minus"
    if len(set(telegram.desk_chat_id)) < len(telegram.desk_chat_id):
        yield "telegram.desk_chat_id names a group twice: name each once"


def _rate_problems(telegram: Telegram) -> Iterator[str]:
    for name in ("messages_per_second", "messages_per_chat_per_second", "messages_per_group_per_minute"):
        rate = getattr(telegram, name)
        if not (math.isfinite(rate) and rate > 0):
            yield f"telegram.{name} must be more than 0, not {rate:g}"


def _webchat_problems(webchat: WebChat) -> Iterator[str]:
    for origin in webchat.allowed_origins:
        if not _is_address(origin) or urlsplit(origin).path:
            yield f"webchat.allowed_origins must hold origins like https://shop.example.com, not {origin!r}"
    for name in ("max_file_mb", "new_visitors_per_ip_per_minute", "files_per_ip_per_minute"):
        number = getattr(webchat, name)
        if not (math.isfinite(number) and number > 0):
            yield f"webchat.{name} must be more than 0, not {number:g}"


def _actions_problems(actions: Actions) -> Iterator[str]:
    if actions.package is not None and actions.server_url is not None:
        yield "actions.package and actions.server_url are both set: actions run in one place, keep one of them"
    if actions.server_url is not None and not _is_address(actions.server_url):
        yield f"actions.server_url must be an address like http://127.0.0.1:5055, not {actions.server_url!r}"


def _business_problems(business: Business) -> Iterator[str]:
    try:
        ZoneInfo(business.time_zone)
    except (KeyError, ValueError, OSError):
        near = difflib.get_close_matches(business.time_zone, available_timezones(), n=1) or ["Europe/Berlin"]
        yield f"business.time_zone {business.time_zone!r} is no time zone: write a name like {near[0]}"
    if len(set(business.weekend)) == len(get_args(Weekday)):
        yield "business.weekend takes the whole week: leave at least one working day"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.query
    except ValueError:
        return False


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _has_password(url: str) -> bool:
    found = PASSWORD.search(url)
    return bool(found and found["password"]) or "password=" in url.partition("?")[2]
