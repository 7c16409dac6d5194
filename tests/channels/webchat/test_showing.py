"""What of the log a customer's page shows."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from bot.channels.webchat.showing import File, Message, Run, file_of, items_of, runs_of, shown_of
from bot.content import Attachment, Choice, Content, RichText, Span
from bot.events import (
    ActionRequested,
    AgentEdited,
    AgentSaid,
    AnyEvent,
    BotSaid,
    ConversationOpened,
    CustomerSaid,
    HandoffRequested,
    NoteWritten,
    SlotsSet,
    TurnFailed,
)
from bot.service.transcripts import Line

HELLO = Content(text=RichText(text="hello"))


def runs(text: str, *spans: Span) -> list[Run]:
    return list(runs_of(RichText(text=text, spans=spans)))


def test_a_text_is_cut_where_its_style_changes() -> None:
    bold, link = Span(start=0, end=8, style="bold"), Span(start=4, end=12, style="link", url="https://a.example")
    assert runs("one two three", bold, link) == [
        Run(text="one ", bold=True),
        Run(text="two ", bold=True, url="https://a.example"),
        Run(text="thre", url="https://a.example"),
        Run(text="e"),
    ]


def test_a_text_of_nothing_but_links_costs_what_any_other_does() -> None:
    made = runs("https://a.example " * 30_000)
    assert [run.url for run in made] == ["https://a.example", None] * 30_000


def test_places_count_characters_and_not_their_halves() -> None:
    assert runs("🛋️ sofa", Span(start=3, end=7, style="bold")) == [Run(text="🛋️ "), Run(text="sofa", bold=True)]


def test_spans_beyond_the_text_do_no_harm() -> None:
    assert runs("ab", Span(start=1, end=99, style="italic")) == [Run(text="a"), Run(text="b", italic=True)]
    assert runs("", Span(start=0, end=5, style="bold")) == []
    assert "".join(run.text for run in runs("ab", Span(start=5, end=9, style="bold"))) == "ab"


@pytest.mark.parametrize("url", ["https://a.example/?q=1", "http://a.example", "mailto:a@b.example", "tel:+97144040"])
def test_links_lead_to_the_web_to_mail_and_to_telephones(url: str) -> None:
    assert [run.url for run in runs("x", Span(start=0, end=1, style="link", url=url))] == [url]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//a.example",
        "/chat/files/x",
        "https://a.example\n",
        "",
    ],
)
def test_links_lead_nowhere_else(url: str) -> None:
    assert [run.url for run in runs("x", Span(start=0, end=1, style="link", url=url))] == [None]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://a.example/b?c=d.", ["https://a.example/b?c=d"]),
        ("(https://a.example)", ["https://a.example"]),
        ("ببینید: https://a.example/راهنما، بعد", ["https://a.example/راهنما"]),
        ("https://a.example and http://b.example!", ["https://a.example", "http://b.example"]),
        ("javascript:alert(1) a@b.example www.a.example", []),
        ("https://", []),
    ],
)
def test_bare_addresses_of_the_web_become_links(text: str, urls: list[str]) -> None:
    made = runs(text)
    assert "".join(run.text for run in made) == text
    assert [run.url for run in made if run.url] == urls


def test_an_address_inside_a_link_or_code_stays_as_it_is() -> None:
    whole = Span(start=0, end=17, style="link", url="https://b.example")
    assert [run.url for run in runs("https://a.example", whole)] == ["https://b.example"]
    assert [run.url for run in runs("https://a.example", Span(start=0, end=17, style="code"))] == [None]


@pytest.mark.parametrize(
    ("file", "url"),
    [
        ("upload:" + "k" * 32, "chat/files/" + "k" * 32),
        ("https://a.example/lamp.png", "https://a.example/lamp.png"),
        ("telegram:AgAC", None),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,x", None),
        ("/etc/passwd", None),
    ],
)
def test_files_are_fetched_from_us_or_from_the_web(file: str, url: str | None) -> None:
    assert file_of(Attachment(kind="photo", file=file, name="a.png")) == File(kind="photo", url=url, name="a.png")


@pytest.mark.parametrize(
    "event",
    [
        NoteWritten(agent="a1", text="rude"),
        SlotsSet(values={"card": "4111"}),
        TurnFailed(error="KeyError at x.py:1"),
        HandoffRequested(
            handoff="h", queue="q", flow="f", step="s", reason="step", note="rich", collected=(("a", "b"),)
        ),
        CustomerSaid(content=Content(text=RichText(text="/start lamp"))),
    ],
)
def test_the_houses_own_affairs_stay_inside(event: AnyEvent) -> None:
    assert shown_of(event) is None


def test_nothing_is_shown_beside_what_is_said() -> None:
    def fields(event: AnyEvent) -> dict[str, Any]:
        made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(shown_of(event)))
        return made

    assert fields(AgentSaid(agent="a1", content=HELLO, message_id="7")) == {
        "kind": "message",
        "by": "agent",
        "runs": [{"text": "hello"}],
        "id": "7",
    }
    assert fields(AgentEdited(agent="a1", content=HELLO, message_id="7"))["edited"] is True
    assert fields(ActionRequested(call_id="c.a1.1", action="secret", flow="f", step="s", timeout_seconds=5)) == {
        "kind": "works",
        "call": "c.a1.1",
        "busy": True,
    }


def test_texts_of_the_house_run_in_the_direction_of_the_conversation_and_a_customers_as_they_were_typed() -> None:
    def shown(language: str, *said: AnyEvent) -> list[str]:
        spoken: dict[str, str] = {}
        opened = ConversationOpened(channel="webchat", language=language, revision="r", flow="f", entry=None)
        lines = [
            Line(conversation="c", number=number, at=datetime(2026, 3, 21, tzinfo=UTC), event=event)
            for number, event in enumerate((opened, *said), 1)
        ]
        before, after = items_of(lines[:1], spoken), items_of(lines[1:], spoken)
        assert len(list(before)) == 1
        return [run.text for item in after if isinstance(item.shown, Message) for run in item.shown.runs]

    content = Content(text=RichText(text="Premium card چیست؟"))
    said = BotSaid(content=content), AgentSaid(agent="a", content=content, message_id="1")
    assert shown("fa", *said) == ["\u200fPremium card چیست؟"] * 2
    assert shown("en", *said) == ["Premium card چیست؟"] * 2
    assert shown("fa", CustomerSaid(content=content, message_id="1")) == ["Premium card چیست؟"]


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        (BotSaid(content=HELLO), None),
        (BotSaid(content=HELLO, menu=True, choices=(Choice(label="a", token="1.1.0"),)), "question"),
        (BotSaid(content=HELLO, choices=(Choice(label="Back", token="1.1.b", role="back"),)), "question"),
        (BotSaid(content=HELLO, expects="file"), "question"),
        (BotSaid(content=HELLO, choices=(Choice(label="⭐", token="s.c.s1.1", role="survey"),)), "survey"),
        (BotSaid(content=HELLO, choices=(Choice(label="a", token="b.1.0"),)), "links"),
        (BotSaid(content=HELLO, choices=(Choice(label="a", token="t.x.t1.7", role="aside"),)), "links"),
    ],
)
def test_a_page_knows_for_how_long_buttons_are_good(said: BotSaid, asks: str | None) -> None:
    assert msgspec.to_builtins(shown_of(said)).get("asks") == asks


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://a.example/files/manual%20%D9%81%D8%A7.pdf?v=2#page", "manual فا.pdf"),
        ("https://a.example/picture", None),
        ("https://a.example", None),
        ("https://a.example/..", None),
    ],
)
def test_a_file_of_the_web_is_called_as_it_is_there(address: str, name: str | None) -> None:
    assert file_of(Attachment(kind="document", file=address)).name == name
