"""What customers, agents and authors write is data: it comes back as it was, and does nothing."""

import asyncio
from itertools import pairwise
from pathlib import Path

from storage.database import Database
from tests.botapi.server import BotApiServer
from tests.invariants.checker import at_rest
from tests.invariants.crowd import Customer
from tests.invariants.flows import FLOWS
from tests.invariants.house import House

TEXTS = (
    "<b>bold</b> & <script>alert(1)</script>",
    "*bold* _italic_ `code` [link](http://example.org) ||spoiler||",
    "{word} {customer.name} {session.position} {{ 7 * 7 }} {% raw %} ${HOME} %s %(word)s",
    "'; DROP TABLE conversations; --",
    '{"kind": "conversation_closed"}',
    "/SetSlots(word=mine)",
    "../../../../etc/passwd",
    "a\u200bb\u200dc\ufeffd",
    "z̡̢̛̗̘̙̜̝̞" * 40,
    "👩‍👩‍👧‍👦" * 200,
    "a\nb\n\n\nc",
    "x" * 3900,
    "http://example.org/?a=1&b=<2>",
    "None",
    "=cmd|' /C calc'!A0",
)
TOKENS = ("", " ", "0.0.0", "1.1", "s.", "s.x.5", "p", "../..", "'; --", "é" * 20, "1.99999999999999999999.0", "take x")
ASKS = "{collect: word, ask: A word?}"
HARMFUL = {
    "a tag": FLOWS.replace("Welcome.", "!!python/object/apply:os.system ['touch harmed']"),
    "aliases": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi")),
    "depth": "flows: " + "[" * 20_000,
    "size": "flows: {}\n#" + "x" * 2_000_000,
    "bytes": "flows: \x00\x01",
    "a pattern": FLOWS.replace(
        ASKS, "{collect: word, ask: A word?, rejections: [{if: \"slots.word matches '(('\", utter: utter_no}]}"
    ),
}
SLOW_PATTERN = "^(a|a)+$"
SLOW_FLOWS = FLOWS.replace(
    ASKS,
    f"{{collect: word, ask: A word?, rejections: [{{if: \"slots.word matches '{SLOW_PATTERN}'\", utter: utter_no}}]}}",
).replace("flows:\n", "responses: {utter_no: [{text: Not this.}]}\nflows:\n", 1)
PATIENCE_SECONDS = 60.0


async def test_texts_and_buttons_are_data(server: BotApiServer, tmp_path: Path, postgres_database: str) -> None:
    house = House.build(tmp_path / "house", server, postgres_database)
    sara = Customer(server.customer(100, "<i>Sara</i> {word} */_"))
    async with house.process() as process:
        await sara.start()
        for text in TEXTS:
            await sara.say_word(text.strip())
        menu = await sara.person.wait_for("Which way?", ever=True)
        for token in TOKENS:
            query = sara.person.forge(token, on=menu)
            await query.answer(within=PATIENCE_SECONDS)
        database = Database(postgres_database)
        await at_rest(server, database)
        shown = [seen for seen in sara.person.screen() if seen.from_bot and seen.text.startswith("Heard")]
        assert [seen.text for seen in shown] == [f"Heard {text.strip()}." for text in TEXTS]
        assert not [kind for seen in shown for kind in seen.entities if kind["type"] in ("bold", "italic", "code")]
        await database.close()
        await sara.say_word("still here")
        process.check_sound()


async def test_a_harmful_file_is_refused_and_a_slow_pattern_holds_nobody_up(
    server: BotApiServer, tmp_path: Path
) -> None:
    house = House.build(tmp_path / "house", server, f"sqlite:///{tmp_path / 'switchboard.db'}", SLOW_FLOWS)
    sara, ali = Customer(server.customer(100, "Sara")), Customer(server.customer(101, "Ali"))
    async with house.process() as process:
        await sara.start()
        await ali.start()
        for source in HARMFUL.values():
            told = len(process.lines)
            house.write_flows(source)
            await process.says("flows_refused", within=PATIENCE_SECONDS, where=told)
        await asyncio.gather(sara.say_word("a" * 60 + "!"), ali.say_word("quick"))
        await sara.say_word("fine")
    assert not (house.folder / "run" / "harmed").exists()
