"""The journey that every customer of the bench walks again and again: seven turns, and exactly what answers each.

The flow in bench/shop and the bare bot in bench/bare.py both say these words.
"""

from dataclasses import dataclass

FRONT = "Welcome to the shop. How can we help?"
BACK = "Back"  # our bot puts it below each question but the first
FIRST_LABELS = ("Track an order", "Opening hours", "Goodbye")
FRONT_LABELS = (*FIRST_LABELS, BACK)
ASK_ORDER = "What is your order number?"
ASK_LABELS = (BACK,)
ORDER = "48213"
TRACKED = f"Order {ORDER} is on its way."
BRANCHES = "Which branch do you visit?"
BRANCH_LABELS = ("Centre", "Harbour", BACK)
CENTRE = "Centre: Monday to Friday, 9:00 to 18:00."
CENTRE_LABELS = ("Back to the start", BACK)
FAREWELL = "Thank you for your visit. See you soon."
CHOSEN = "✓"


@dataclass(frozen=True, slots=True)
class Reply:
    """A message of the bot's as it stands on the screen; `edited` when it stood there before with other words."""

    text: str
    labels: tuple[str, ...] = ()
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What the customer types, or the label of the button that they tap, and what has changed on the screen then.

    `afterwards` is what changes behind the answer: a question that was answered by typing loses its buttons.
    """

    replies: tuple[Reply, ...]
    afterwards: tuple[Reply, ...] = ()
    types: str = ""
    taps: str = ""


def chosen(text: str, label: str) -> str:
    """A menu's text after a choice that led to something else than another menu."""
    return f"{text}\n\n{CHOSEN} {label}"


JOURNEY = (
    Turn(types="/start", replies=(Reply(FRONT, FIRST_LABELS),)),
    Turn(
        taps=FRONT_LABELS[0],
        replies=(Reply(chosen(FRONT, FRONT_LABELS[0]), edited=True), Reply(ASK_ORDER, ASK_LABELS)),
    ),
    Turn(
        types=ORDER,
        replies=(Reply(TRACKED), Reply(FRONT, FRONT_LABELS)),
        afterwards=(Reply(ASK_ORDER, edited=True),),
    ),
    Turn(taps=FRONT_LABELS[1], replies=(Reply(BRANCHES, BRANCH_LABELS, edited=True),)),
    Turn(taps=BRANCH_LABELS[0], replies=(Reply(CENTRE, CENTRE_LABELS, edited=True),)),
    Turn(taps=CENTRE_LABELS[0], replies=(Reply(FRONT, FRONT_LABELS, edited=True),)),
    Turn(types=FRONT_LABELS[2], replies=(Reply(FAREWELL),), afterwards=(Reply(FRONT, edited=True),)),
)


def calls_expected(turns: list[int]) -> dict[str, int]:
    """How often each method of the Bot API is called when each turn of the journey was taken so many times."""
    counts = {"sendMessage": 0, "editMessageText": 0, "editMessageReplyMarkup": 0, "answerCallbackQuery": 0}
    for turn, times in zip(JOURNEY, turns, strict=True):
        edited = sum(reply.edited for reply in turn.replies)
        counts["editMessageText"] += edited * times
        counts["sendMessage"] += (len(turn.replies) - edited) * times
        counts["editMessageReplyMarkup"] += len(turn.afterwards) * times
        counts["answerCallbackQuery"] += times if turn.taps else 0
    return counts
