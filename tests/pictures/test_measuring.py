"""Lines that are broken stay within their width and lose no word."""

from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.measuring import ISOLATE, ISOLATED, MARK, width_of, wrapped

WORDS = st.text(st.sampled_from("abcdWM سفارشنורה🎁 ½{}_"), max_size=80)


@given(WORDS, st.integers(60, 300))
def test_no_line_is_wider_than_it_may_be(text: str, width: int) -> None:
    lines = wrapped(text, 13, width, 1_000)
    assert all(width_of(line, 13) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(WORDS, st.integers(1, 3))
def test_what_is_left_out_is_marked(text: str, most: int) -> None:
    lines, all_of_them = wrapped(text, 13, 80, most), wrapped(text, 13, 80, 1_000)
    assert len(lines) == min(most, len(all_of_them))
    assert (lines != all_of_them) == (len(all_of_them) > most)
    assert all(line.endswith(MARK) for line in lines[-1:] if lines != all_of_them)


def test_what_is_isolated_stays_so_over_the_end_of_a_line() -> None:
    lines = wrapped(f"اگر {ISOLATE}order_state is delayed{ISOLATED} باشد", 13, 90, 9)
    assert len(lines) > 2
    assert all(line.count(ISOLATE) == line.count(ISOLATED) for line in lines)


def test_a_long_word_is_cut_and_not_left_out() -> None:
    [line] = wrapped(f"جریان · {ISOLATE}pattern_customer_satisfaction{ISOLATED}", 13, 200, 1)
    assert "pattern_custom" in line
    assert width_of(line, 13) <= 200
    assert line.count(ISOLATE) == line.count(ISOLATED) == 1
