"""Settings: the file, the environment, and one line for whatever is wrong with them."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.settings import KEYS, SECRETS, Secret, Settings, SettingsError, load_settings, variable

TOKEN = "123456789:AAExampleExampleExampleExampleExample"
SHIPPED = Path("config/settings.toml")
EXAMPLES_OF_NONE = ("http.public_url", "actions.server_url", "telegram.admin_chat_id", "telegram.supervisor_chat_id")


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path | None, environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(path, environ)
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_the_shipped_file_changes_nothing() -> None:
    assert load_settings(SHIPPED, {}) == Settings()


def test_the_shipped_file_shows_every_key_with_its_default(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    shown = set()
    for section, keys in re.findall(r"^\[(\w+)\](.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL):
        shown |= {f"{section}.{name}" for name in re.findall(r"^# (\w+) = ", keys, re.MULTILINE)}
    assert shown == KEYS.keys() - {"telegram.token", "telegram.webhook_secret"}
    examples = "|".join(key.partition(".")[2] for key in EXAMPLES_OF_NONE)
    uncommented = re.sub(rf"^# (?!(?:{examples}) )(\w+ = )", r"\1", text, flags=re.MULTILINE)
    assert load_settings(written(tmp_path, uncommented), {}) == Settings()


def test_the_example_of_secrets_names_them_all() -> None:
    named = re.findall(r"^(\w+)=", Path("config/env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) == {variable(key) for key in SECRETS}


def test_without_a_file_everything_has_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, {}) == Settings()


def test_another_file_is_named_by_the_environment(tmp_path: Path) -> None:
    path = written(tmp_path, "[http]\nport = 9000\n")
    assert load_settings(None, {"SWITCHBOARD_CONFIG": str(path)}).http.port == 9000


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    assert str(missing) in refusal(None, {"SWITCHBOARD_CONFIG": str(missing)})


def test_the_environment_wins_and_is_typed(tmp_path: Path) -> None:
    path = written(tmp_path, '[http]\nport = 9000\nhost = "::1"\n[business]\nname = "Blue Shop"\n')
    settings = load_settings(
        path,
        {
            "SWITCHBOARD_HTTP__PORT": "9001",
            "SWITCHBOARD_TELEGRAM__TOKEN": TOKEN,
            "SWITCHBOARD_TELEGRAM__MESSAGES_PER_SECOND": "2.5",
            "SWITCHBOARD_TELEGRAM__DESK_CHAT_ID": "-1001, -1002",
            "SWITCHBOARD_WEBCHAT__ALLOWED_ORIGINS": "https://a.example,https://b.example:8443",
            "SWITCHBOARD_BUSINESS__WEEKEND": "fri",
        },
    )
    assert (settings.http.port, settings.http.host, settings.business.name) == (9001, "::1", "Blue Shop")
    assert settings.telegram.messages_per_second == 2.5
    assert settings.telegram.desk_chat_id == (-1001, -1002)
    assert settings.webchat.allowed_origins == ("https://a.example", "https://b.example:8443")
    assert settings.business.weekend == ("fri",)


@pytest.mark.parametrize("written_as", ["-1001", '"-1001"', "[-1001]"])
def test_one_desk_group_may_be_written_plainly(tmp_path: Path, written_as: str) -> None:
    path = written(tmp_path, f"[telegram]\ndesk_chat_id = {written_as}\n")
    assert load_settings(path, {"SWITCHBOARD_TELEGRAM__TOKEN": TOKEN}).telegram.desk_chat_id == (-1001,)


def test_an_empty_variable_is_not_set() -> None:
    environ = {"SWITCHBOARD_TELEGRAM__TOKEN": "", "SWITCHBOARD_HTTP__PORT": " ", "SWITCHBOARD_CONFIG": ""}
    assert load_settings(None, environ) == Settings()


def test_names_that_kubernetes_gives_are_left_alone() -> None:
    environ = {
        "SWITCHBOARD_SERVICE_HOST": "10.0.0.1",
        "SWITCHBOARD_SERVICE_PORT_HTTP": "8080",
        "SWITCHBOARD_PORT_8080_TCP_ADDR": "10.0.0.1",
        "SWITCHBOARD_REQUIRE_BROWSER": "1",
    }
    assert load_settings(None, environ) == Settings()


def test_a_secret_comes_from_the_file_that_its_variable_names(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(TOKEN + "\n", encoding="utf-8")
    assert load_settings(None, {"SWITCHBOARD_TELEGRAM__TOKEN_FILE": str(secret)}).telegram.token == TOKEN


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_secret_file_must_hold_a_secret(tmp_path: Path, content: str | None) -> None:
    secret = tmp_path / "token"
    if content is not None:
        secret.write_text(content, encoding="utf-8")
    line = refusal(None, {"SWITCHBOARD_TELEGRAM__TOKEN_FILE": str(secret)})
    assert "SWITCHBOARD_TELEGRAM__TOKEN_FILE" in line
    assert str(secret) in line


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    environ = {"SWITCHBOARD_TELEGRAM__TOKEN": TOKEN, "SWITCHBOARD_TELEGRAM__TOKEN_FILE": str(tmp_path / "token")}
    assert "keep one" in refusal(None, environ)


@pytest.mark.parametrize(
    "text",
    [
        f'[telegram]\ntoken = "{TOKEN}"\n',
        '[telegram]\nwebhook_secret = "hush"\n',
        '[database]\nurl = "postgresql+psycopg://desk:hush@db/desk"\n',
        '[database]\nurl = "postgresql+psycopg://desk@db/desk?password=hush"\n',
    ],
)
def test_a_secret_must_not_stand_in_the_file(tmp_path: Path, text: str) -> None:
    line = refusal(written(tmp_path, text), {})
    assert "secret" in line
    assert re.search(r"set SWITCHBOARD_\w+__\w+", line)
    assert "hush" not in line
    assert TOKEN not in line


def test_no_secret_is_ever_shown() -> None:
    settings = load_settings(
        None,
        {
            "SWITCHBOARD_TELEGRAM__TOKEN": TOKEN,
            "SWITCHBOARD_TELEGRAM__WEBHOOK_SECRET": "hush-webhook",
            "SWITCHBOARD_DATABASE__URL": "postgresql+psycopg://desk:hush@p@ss@db.example/desk?sslpassword=hush",
        },
    )
    shown = f"{settings} {settings!r} {settings.telegram} {settings.database} {settings.database.address}"
    assert TOKEN not in shown
    assert "hush" not in shown
    assert settings.database.address == "postgresql+psycopg://desk@db.example/desk"


def test_the_address_of_a_database_without_a_password_is_its_url() -> None:
    assert Settings().database.address == "sqlite:///var/switchboard.db"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[http]\nprot = 8080\n", ("http.prot", "did you mean http.port?")),
        ("[telegarm]\nmode = 'polling'\n", ("[telegarm]", "did you mean telegram?")),
        ("http = 8080\n", ("http", "[http]")),
        ("[http]\nport = '8080'\n", ("http.port", "a whole number, not '8080'")),
        ("[http]\nport = true\n", ("http.port", "a whole number")),
        ("[http]\nport = 65536\n", ("http.port", "65535")),
        ("[http]\nhost = ''\n", ("http.host", "empty")),
        ("[http]\npublic_url = 'support.example.com'\n", ("http.public_url", "https://")),
        ("[telegram]\nmode = 'webhok'\n", ("telegram.mode", "polling, webhook")),
        ("[telegram]\nmode = 'webhook'\n", ("telegram.mode", "http.public_url")),
        ("[telegram]\nmessages_per_second = 0\n", ("telegram.messages_per_second", "more than 0")),
        ("[telegram]\nmessages_per_second = nan\n", ("telegram.messages_per_second", "more than 0")),
        ("[telegram]\napi_url = 'ftp://x'\n", ("telegram.api_url", "http://")),
        ("[telegram]\ndesk_chat_id = ['desk']\n", ("telegram.desk_chat_id", "a whole number")),
        ("[telegram]\ndesk_chat_id = -1001\n", ("telegram.desk_chat_id", "SWITCHBOARD_TELEGRAM__TOKEN")),
        ("[telegram]\nadmin_chat_id = 'admins'\n", ("telegram.admin_chat_id", "a whole number")),
        ("[telegram]\nadmin_chat_id = -1001\n", ("telegram.admin_chat_id", "SWITCHBOARD_TELEGRAM__TOKEN")),
        ("[telegram]\nsupervisor_chat_id = -1001\n", ("telegram.supervisor_chat_id", "SWITCHBOARD_TELEGRAM__TOKEN")),
        ("[webchat]\nallowed_origins = ['https://a.example/shop']\n", ("webchat.allowed_origins", "/shop")),
        ("[webchat]\nmax_file_mb = -1\n", ("webchat.max_file_mb", "more than 0")),
        ("[actions]\npackage = 'a'\nserver_url = 'http://b'\n", ("actions.package", "actions.server_url")),
        ("[business]\ntime_zone = 'Asia/Tehrn'\n", ("business.time_zone", "Asia/Tehran")),
        ("[business]\ntime_zone = '../etc/passwd'\n", ("business.time_zone", "name like")),
        ("[business]\ncalendar = 'persian'\n", ("business.calendar", "jalali")),
        ("[business]\nweekend = ['sunday']\n", ("business.weekend", "sun")),
        ("[business]\nweekend = 'mon,tue,wed,thu,fri,sat,sun'\n", ("business.weekend", "working day")),
        ("[database]\nurl = 'postgresql://db/desk'\n", ("database.url", "postgresql+psycopg://")),
        ("[database]\nurl = 'sqlite:///:memory:'\n", ("database.url", "a file")),
        ("[http\n", ("not TOML", "line 1")),
        (f"a = {'[' * 100_000}", ("not TOML",)),
        (f"[http]\nport = {'1' * 5_000}", ("not TOML", "digits")),
        (f"#{'a' * 2_000_000}", ("larger than 1 MiB",)),
    ],
)
def test_what_is_wrong_in_the_file_is_said_in_one_line(tmp_path: Path, text: str, expected: tuple[str, ...]) -> None:
    line = refusal(written(tmp_path, text), {})
    for part in expected:
        assert part in line


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SWITCHBOARD_TELEGRAM_TOKEN": TOKEN}, "did you mean SWITCHBOARD_TELEGRAM__TOKEN?"),
        ({"SWITCHBOARD_HTTP__PROT": "1"}, "did you mean SWITCHBOARD_HTTP__PORT?"),
        ({"SWITCHBOARD_HTTP__PORT": "eighty"}, "SWITCHBOARD_HTTP__PORT must be a whole number, not 'eighty'"),
        ({"SWITCHBOARD_TELEGRAM__TOKEN": "123456"}, "telegram.token"),
        ({"SWITCHBOARD_TELEGRAM__WEBHOOK_SECRET": "not allowed"}, "telegram.webhook_secret"),
        ({"SWITCHBOARD_TELEGRAM__TOKEN": TOKEN, "SWITCHBOARD_TELEGRAM__DESK_CHAT_ID": "1001"}, "minus"),
        ({"SWITCHBOARD_TELEGRAM__TOKEN": TOKEN, "SWITCHBOARD_TELEGRAM__DESK_CHAT_ID": "-1,-1"}, "twice"),
    ],
)
def test_what_is_wrong_in_the_environment_is_said_in_one_line(environ: dict[str, str], expected: str) -> None:
    line = refusal(None, environ)
    assert expected in line
    assert TOKEN not in line


def test_telegram_needs_https_for_its_webhook_but_a_server_of_ones_own_does_not() -> None:
    environ = {
        "SWITCHBOARD_TELEGRAM__TOKEN": TOKEN,
        "SWITCHBOARD_TELEGRAM__MODE": "webhook",
        "SWITCHBOARD_HTTP__PUBLIC_URL": "http://support.example.com/",
    }
    assert "https://" in refusal(None, environ)
    own = load_settings(None, environ | {"SWITCHBOARD_TELEGRAM__API_URL": "http://127.0.0.1:8081/"})
    assert own.telegram.api_url == "http://127.0.0.1:8081"
    assert own.http.public_url == "http://support.example.com"


def test_with_an_action_server_no_package_runs_in_the_bot() -> None:
    actions = load_settings(None, {"SWITCHBOARD_ACTIONS__SERVER_URL": "http://127.0.0.1:5055"}).actions
    assert (actions.package, actions.server_url) == (None, "http://127.0.0.1:5055")


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(AttributeError):
        Settings().http.port = 1  # type: ignore[misc]


@example(key="http.public_url", text="a\nb")
@given(st.sampled_from(sorted(KEYS)), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
def test_any_text_is_a_value_or_one_line(key: str, text: str) -> None:
    try:
        load_settings(None, {variable(key): text})
    except SettingsError as error:
        line = str(error)
    else:
        return
    assert key in line or variable(key) in line
    assert "\n" not in line


def test_a_secret_is_plain_text_to_who_uses_it() -> None:
    assert f"bot{Secret('1:a')}" == "bot1:a"
