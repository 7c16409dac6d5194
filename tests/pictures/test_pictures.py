"""Pictures of the flows that ship: nothing is left out, nothing overlaps, every text stays in its box."""

import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree.ElementTree import fromstring

import msgspec
import pytest
from playwright.async_api import Browser
from pygraphviz import AGraph

from bot.engine.flow import END, FlowSet
from bot.engine.leading import targets
from bot.engine.reader import read_flows
from bot.pictures.arranging import WIDEST, arrange
from bot.pictures.boxes import MOST_NOTES, WIDTH, Box, boxes_of
from bot.pictures.flow_map import map_of_flows
from bot.pictures.flow_picture import BEGINNING, picture_of_flow
from bot.pictures.layout import Layout
from bot.pictures.picture import Figures, Picture
from bot.pictures.plain_text import as_dot, as_mermaid, is_too_much_for_mermaid
from bot.pictures.svg import as_svg
from bot.pictures.words import WORDS, word

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "fa", "ar", "he")
OUTSIDE = """() => {
  const outside = []
  for (const box of document.querySelectorAll('svg > g > g')) {
    const frame = box.querySelector('rect').getBoundingClientRect()
    for (const text of box.querySelectorAll('text')) {
      const line = text.getBoundingClientRect()
      if (line.left < frame.left || line.right > frame.right || line.bottom > frame.bottom) {
        outside.push(text.textContent)
      }
    }
  }
  return outside
}"""


def flow_set_of(source: str) -> FlowSet:
    reading = read_flows({"flows/main.yaml": source})
    assert reading.flow_set is not None, reading.problems
    return reading.flow_set


@pytest.fixture(scope="module")
def shop() -> FlowSet:
    reading = read_flows({path.name: path.read_bytes() for path in sorted((ROOT / "flows").glob("*.yaml"))})
    assert reading.flow_set is not None
    return reading.flow_set


@pytest.fixture(scope="module")
def everything() -> FlowSet:
    return flow_set_of((ROOT / "tests" / "engine" / "everything.yaml").read_text(encoding="utf-8"))


def pictures(flow_set: FlowSet, language: str) -> list[Picture]:
    return [map_of_flows(flow_set, language), *(picture_of_flow(flow_set, name, language) for name in flow_set.flows)]


def test_every_way_of_every_step_is_drawn(shop: FlowSet, everything: FlowSet) -> None:
    for flow_set in (shop, everything):
        for flow in flow_set.flows.values():
            cards = {card.id: card for card in picture_of_flow(flow_set, flow.id, "en").cards}
            assert cards.keys() == {BEGINNING, *flow.steps}
            for step in flow.steps.values():
                drawn = {END if way.to is None else way.to for way in cards[step.id].ways}
                assert drawn <= set(targets(step)), (flow.id, step.id)
                needless = {branch.to for branch in step.next} if drawn else set()
                assert set(targets(step)) - drawn <= needless, (flow.id, step.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_boxes_overlap(shop: FlowSet, language: str) -> None:
    for picture in pictures(shop, language):
        boxes = boxes_of(picture)
        assert sorted(section.card.id for box in boxes for section in box.sections) == sorted(
            card.id for card in picture.cards
        )
        assert_apart(*arrange(boxes, language))


def assert_apart(boxes: tuple[Box, ...], layout: Layout) -> None:
    for one, other in combinations(boxes, 2):
        here, there = layout.places[one.id], layout.places[other.id]
        apart = abs(here.x - there.x) >= WIDTH or here.y >= there.y + other.height or there.y >= here.y + one.height
        assert apart, (one.id, other.id)


async def test_every_text_stays_in_its_box(shop: FlowSet, browser: Browser) -> None:
    """As a browser sets it, with the fonts of the machine."""
    page = await (await browser.new_context()).new_page()
    long = flow_set_of(
        f"flows: {{{'W' * 64}: {{start: true, description: {'M' * 90}, steps: [{{say: {'w' * 900}}}]}}}}"
    )
    many = {name: Figures(reached=123_456, ended=123_456) for name in long.flows}
    for language in LANGUAGES:
        large = picture_of_flow(long_way(), "main", language)
        for picture in (
            *pictures(shop, language),
            *pictures(long, language),
            large,
            map_of_flows(long, language, many),
        ):
            await page.set_content(as_svg(picture))
            assert await page.evaluate(OUTSIDE) == [], (picture.title, language)


def test_one_reads_from_the_right_where_one_does(shop: FlowSet) -> None:
    for language, is_mirrored in (("en", False), ("fa", True), ("he", True)):
        picture = picture_of_flow(shop, "track_order", language)
        _, layout = arrange(boxes_of(picture), language)
        assert (layout.places[BEGINNING].x > layout.places["ask"].x) == is_mirrored
        texts = fromstring(as_svg(picture)).findall(".//{*}text")
        directions = {text.get("direction", "ltr") for text in texts if re.search("[\u0590-\u06ff]", text.text or "")}
        assert directions == ({"rtl"} if is_mirrored else set())


def test_a_period_reads_from_the_right_beside_the_name_of_a_flow(shop: FlowSet) -> None:
    period = word("period", "he", first="2026-11-20", last="2026-11-23")
    drawn = fromstring(as_svg(picture_of_flow(shop, "faq", "he", {}, period))).findall(".//{*}text")
    [subtitle] = [text for text in drawn if "2026-11-23" in (text.text or "")]
    assert subtitle.get("direction") == "rtl"


def test_figures_stand_on_the_steps_where_somebody_rests(shop: FlowSet) -> None:
    figures = {("track_order", "ask"): Figures(reached=200, ended=50)}
    shown = as_svg(picture_of_flow(shop, "track_order", "en", figures, "in March"))
    assert "200 came – 50 ended here (25%)" in shown
    assert "0 came<" in shown  # `what_now`, and no share of nothing
    assert shown.count(" came") == 4
    assert "۲۰۰" in as_svg(picture_of_flow(shop, "track_order", "fa", figures))
    assert "3 came – 1 ended here (33%)" in as_svg(map_of_flows(shop, "en", {"faq": Figures(reached=3, ended=1)}))


DEAD_ENDS = """
settings: {queue: support}
flows:
  main:
    start: true
    description: d
    steps:
      - menu: Which?
        options:
          - {label: One, then: [{call: used, next: END}]}
          - {label: Two, then: END}
      - {id: never, say: Nobody sees this, next: END}
  used: {description: d, if: false, steps: [{say: Used}, {handoff: sales}]}
  unused: {description: d, if: false, steps: [{say: Unused}]}
"""


RATED = """
settings: {queue: support, survey_after: {handoff: csat}}
flows:
  main: {start: true, description: d, steps: [{survey: quick}, {ticket: ideas, title: An idea}, {handoff: support}]}
surveys:
  csat: {kind: csat, ask: Well?, on_low: {at_most: 2, ticket: complaints}}
  quick: {kind: csat, ask: Good?}
  spare: {kind: csat, ask: Never asked}
"""


def test_the_map_shows_people_departments_and_surveys() -> None:
    cards = {card.id: card for card in map_of_flows(flow_set_of(RATED), "en").cards}
    ways = {(card.id, way.to, way.how) for card in cards.values() for way in card.ways}
    assert ways == {
        ("flow main", "survey quick", "next"),
        ("flow main", "department ideas", "next"),
        ("flow main", "queue support", "next"),
        ("queue support", "survey csat", "next"),
        ("survey csat", "department complaints", "trouble"),
    }
    assert [name for name, card in cards.items() if card.lost] == ["survey spare"]


def test_dead_ends_are_seen() -> None:
    flow_set = flow_set_of(DEAD_ENDS)
    main = picture_of_flow(flow_set, "main", "en")
    assert [card.id for card in main.cards if card.lost] == ["never"]
    assert "nothing leads here" in as_svg(main)
    assert [way.to for card in main.cards for way in card.ways if way.label == "Two"] == [None]
    assert (main.ending, picture_of_flow(flow_set, "used", "en").ending) == ("end", "back to the caller")
    whole = map_of_flows(flow_set, "en")
    assert [card.id for card in whole.cards if card.lost] == ["flow unused"]
    ways = {(card.id, way.to, way.how) for card in whole.cards for way in card.ways}
    assert ways == {("flow main", "flow used", "call"), ("flow used", "queue sales", "next")}


FORTY = range(40)


def cities() -> FlowSet:
    """One menu of forty; most of its choices go on at one place."""
    options = "".join(
        f"{{label: City {number}, then: [{{say: Shop {number}, next: {'END' if number % 3 else 'more'}}}]}}, "
        for number in FORTY
    )
    more = "{id: more, menu: More?, options: [{label: Again, then: top}, {label: Enough, then: END}]}"
    steps = f"[{{id: top, menu: Which city?, options: [{options}]}}, {more}]"
    return flow_set_of(f"flows: {{main: {{start: true, description: d, steps: {steps}}}}}")


def long_way() -> FlowSet:
    """Forty menus, each behind the one before, and a word between them for who says no."""
    steps = "".join(
        f"{{id: m{number}, menu: Is it {number}?, options: [{{label: 'Yes', then: {after}}}, "
        f"{{label: 'No', then: [{{say: Not {number}, next: {after}}}]}}]}}, "
        for number in FORTY
        for after in [f"m{number + 1}" if number + 1 in FORTY else "END"]
    )
    return flow_set_of(f"flows: {{main: {{start: true, description: d, steps: [{steps}]}}}}")


def crowd_of_flows() -> FlowSet:
    """So many flows, with links to each other in every way, that Graphviz would take minutes."""
    hub = ", ".join(f"{{label: To {number}, then: [{{link: f{number}}}]}}" for number in range(150))
    flows = "".join(
        f"f{number}: {{description: d, if: false, steps: [{{menu: Well?, options: ["
        f"{{label: A, then: [{{link: f{number * 7 % 150}}}]}}, "
        f"{{label: B, then: [{{link: f{(number + 1) % 150}}}]}}]}}]}}, "
        for number in range(150)
    )
    main = f"main: {{start: true, description: d, steps: [{{menu: Which?, options: [{hub}]}}]}}"
    return flow_set_of(f"flows: {{{flows}{main}}}")


def drawn_ways(boxes: tuple[Box, ...]) -> set[tuple[str, str]]:
    """From which card a line or a jump leads to which; a jump by the mark of its goal."""
    marked = {box.mark: box.id for box in boxes if box.mark}
    ways = {(box.sections[-1].card.id, way.to) for box in boxes for way in box.out}
    for section in (section for box in boxes for section in box.sections):
        ways |= {(section.card.id, marked[row.jump[2:]] if row.jump else row.way.to) for row in section.rows}
        ways |= {(section.card.id, marked[goal]) for goal in re.findall(r"\d+", " ".join(section.jumps))}
    return {(source, to) for source, to in ways if to is not None}


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("flow_set", [cities(), long_way(), crowd_of_flows()], ids=["cities", "long_way", "crowd"])
def test_a_large_picture_can_be_looked_at(flow_set: FlowSet, language: str) -> None:
    """Nobody sees anything in one that is twenty thousand pixels wide, or that is never done."""
    for picture in pictures(flow_set, language)[:2]:
        boxes, layout = arrange(boxes_of(picture), language)
        assert layout.width <= WIDEST
        assert_apart(boxes, layout)
        joined = {(a.card.id, b.card.id) for box in boxes for a, b in pairwise(box.sections)}
        every_way = {(card.id, way.to) for card in picture.cards for way in card.ways if way.to is not None}
        assert drawn_ways(boxes) == every_way - joined
        assert all(len(section.jumps) < MOST_NOTES for box in boxes for section in box.sections)
        assert (word("goes_on_at", language) in as_svg(picture)) == any(box.mark for box in boxes)


def test_the_choices_of_a_long_menu_stand_beside_what_they_lead_to() -> None:
    boxes, layout = arrange(boxes_of(picture_of_flow(cities(), "main", "en")), "en")
    menu = next(box for box in boxes if box.id == "top")
    by_id = {box.id: box for box in boxes}
    [section] = menu.sections
    at = layout.places["top"].y + section.body
    for row in section.rows:
        assert row.way.to is not None
        place, shop = layout.places[row.way.to], by_id[row.way.to]
        assert at <= place.y + shop.height / 2 <= at + row.height, row.way.label
        at += row.height
    lines = [way for box in boxes for way in box.out if way.to == "more"]
    assert len(lines) == 1, "the other thirteen say where they go"


def test_mermaid_goes_down_where_columns_would_be_too_many() -> None:
    ways_down = [
        as_mermaid(picture_of_flow(flows, "main", "en")).split("flowchart ")[1][:2] for flows in (long_way(), cities())
    ]
    assert ways_down == ["TB", "LR"]


def test_what_mermaid_would_refuse_is_known() -> None:
    small, large = map_of_flows(cities(), "en"), picture_of_flow(crowd_of_flows(), "main", "en")
    assert not is_too_much_for_mermaid(small, as_mermaid(small))
    cards = tuple(msgspec.structs.replace(card, ways=card.ways * 4) for card in large.cards)
    assert is_too_much_for_mermaid(msgspec.structs.replace(large, cards=cards), "")
    assert is_too_much_for_mermaid(small, "x" * 50_001)


STRANGE = 'Say "<b>&amp;</b>"; #1 `x` *y* _z_ \\\\ {slot}'


def test_what_authors_write_is_data(everything: FlowSet) -> None:
    flow_set = flow_set_of(
        "slots: {slot: {type: text}}\n"
        f"flows: {{end: {{start: true, description: '{STRANGE}', name: '\"]: a', steps: [{{say: '{STRANGE}'}}]}}}}"
    )
    picture = picture_of_flow(flow_set, "end", "en")
    texts = [text.text for text in fromstring(as_svg(picture)).findall(".//{*}text")]
    assert any('"<b>&' in (text or "") for text in texts)
    nodes = [line for line in as_mermaid(picture).splitlines() if ":::" in line]
    assert len(nodes) == 2
    assert all(re.fullmatch(r'  n\d\["[^"<>`*_&\\]*(<br/>[^"<>`*_&\\]*)*"\]:::\w+', node) for node in nodes)
    for drawn in (picture, *pictures(everything, "en")):
        graph = AGraph(string=as_dot(drawn))
        ends = any(way.to is None for card in drawn.cards for way in card.ways)
        assert len(graph.nodes()) == len(drawn.cards) + ends
        graph.close()


def test_every_word_is_there_in_every_language() -> None:
    assert [name for name, spoken in WORDS.items() if spoken.keys() != set(LANGUAGES)] == []
    named = re.compile(r"\{(\w+)\}")
    assert [
        name
        for name, spoken in WORDS.items()
        if any(sorted(named.findall(text)) != sorted(named.findall(spoken["en"])) for text in spoken.values())
    ] == []
