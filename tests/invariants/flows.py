"""Flows in which every input shows: what was said comes back by name."""

SLOW = "Looking…"  # said when an action takes long, which is chance

FLOWS = """
settings: {languages: [en], queue: support}
slots:
  word: {type: text}
  thing: {type: text}
  found: {type: text}
actions: [action_look_up, action_fail]
flows:
  main:
    start: true
    description: one thing after another
    steps:
      - say: Welcome.
      - id: top
        menu: Which way?
        options:
          - {label: Say a word, value: word, then: [{call: words, next: top}]}
          - {label: Look it up, value: look, then: [{call: looking, next: top}]}
          - {label: Break it, value: break, then: [{call: breaking, next: top}]}
          - {label: Talk to a person, value: person, then: [{handoff: support, next: top}]}
  words:
    description: says a word back
    if: False
    steps:
      - {collect: word, ask: A word?}
      - say: "Heard {word}."
  looking:
    description: looks a thing up
    if: False
    steps:
      - {collect: thing, ask: What thing?}
      - action: action_look_up
        timeout: 60s
        slow: Looking…
      - say: "Found {found}."
  breaking:
    description: runs an action that fails
    if: False
    steps:
      - {collect: thing, ask: Break what?}
      - action: action_fail
        on_error: [{say: It broke.}]
  dictation:
    description: word after word
    triggers: [/dictation]
    steps:
      - id: again
        call: words
        next: again
"""

DESK = """
queues:
  support: {default: true, max_waiting: 10000, dispositions: [solved, spam]}
"""
