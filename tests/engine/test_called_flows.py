"""What a called flow has asked: its caller knows it, and nobody is served an old answer."""

from tests.engine.customers import CustomerOf, program_of

FLOWS = """
slots:
  word: {type: text}
flows:
  front:
    start: true
    description: a menu above a menu
    steps:
      - menu: Front
        options:
          - {label: More, then: [{call: more}]}
          - {label: Dictate, then: [{call: dictate}]}
          - {label: Greet, then: [{call: greet}]}
  more:
    description: not the start, and a menu all the same
    steps:
      - id: top
        menu: More
        options:
          - {label: Ask, then: [{call: ask, next: top}]}
          - {label: Other, then: [{call: other, next: top}]}
  ask:
    description: asks
    steps:
      - {collect: word, ask: A word?}
      - say: "Heard {word}."
  other:
    description: asks for the same
    steps:
      - {collect: word, ask: Another?}
      - say: "Noted {word}."
  dictate:
    description: the same flow again and again
    steps:
      - {id: again, call: ask, next: again}
  greet:
    description: uses what the flow below it asked
    steps:
      - call: ask
      - menu: "Well, {word}"
        options:
          - {label: Again, then: [{call: ask}, {call: other}]}
      - say: "Bye {word}."
"""


def customer() -> CustomerOf:
    who = CustomerOf(program_of(FLOWS))
    who.starts()
    return who


def test_called_again_it_asks_again() -> None:
    who = customer()
    assert who.taps("Dictate") == ["A word?"]
    assert who.says("one") == ["Heard one.", "A word?"]
    assert who.says("two") == ["Heard two.", "A word?"]


def test_behind_a_menu_the_answers_of_the_last_choice_are_gone() -> None:
    who = customer()
    who.taps("More")
    assert who.taps("Ask") == ["A word?"]
    assert who.says("one") == ["Heard one.", "More"]
    assert who.taps("Other") == ["Another?"]
    assert who.says("two") == ["Noted two.", "More"]


def test_the_caller_knows_what_was_said() -> None:
    who = customer()
    who.taps("Greet")
    assert who.says("Sara") == ["Heard Sara.", "Well, Sara"]
    assert who.taps("Again") == ["A word?"]
    heard = who.says("Lena")
    assert heard[:3] == ["Heard Lena.", "Noted Lena.", "Bye Lena."], "what its caller knows it does not ask"
