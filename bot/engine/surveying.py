"""Ratings: who is asked and how, scores that come by button or number, a comment when it was bad.

Nobody is held up by a survey, and its buttons stay good until it expires, whatever became of the conversation.
"""

from datetime import timedelta
from typing import Literal

import msgspec

from bot.content import Choice
from bot.engine.asking import reach
from bot.engine.conversation import OpenSurvey, Wait
from bot.engine.flow import AskSurvey, Survey
from bot.engine.formats import native_digits
from bot.engine.normal import normalise
from bot.engine.patterns import CUSTOMER_SATISFACTION, is_pattern
from bot.engine.speech import message, response, say, say_wording, words
from bot.engine.talk import Place, Talk, places
from bot.events import BotSaid, InputIgnored, SurveyAnswered, SurveyCommented, SurveySent, TicketCommented, TicketOpened

PATIENCE = timedelta(minutes=10)  # a score or a comment that comes later does not hold the flow up
MAX_COMMENT = 2000
IN_A_ROW = ((2, 6), (4, 4))  # so many signs, so many scores; five stars beside four would be cut off on a telephone
MOST_SIGNS = 5  # stars on one button; more of them nobody counts
FACES = ("😡", "🙁", "😐", "🙂", "😍")

After = Literal["handoff", "self_service", "step"]


def run_survey(talk: Talk, step: AskSurvey) -> Place:
    """Ask, and wait a while for the answer; go on at once when this customer was asked lately, or just now.

    Who chose a language in the middle of it, or the like, is asked the same once more.
    """
    survey = talk.program.surveys.get(step.survey)
    sent = next((sent for sent in reversed(talk.surveys) if sent.name == step.survey), None)
    if survey is not None and sent is not None and talk.now < sent.sent_at + PATIENCE:
        if sent.score is not None or not _rested_here(talk):
            return talk.next_of(step)
        _rest(talk, sent, _ask(talk, survey, sent))
        return None
    asked = send(talk, step.survey, _after(talk))
    if asked is None:
        return talk.next_of(step)
    reach(talk, "survey")
    _rest(talk, talk.surveys[-1], asked)
    return None


def _after(talk: Talk) -> After:
    """A rating of the pattern of ratings is one of the end, as the settings' own are."""
    if talk.stack[-1].flow != CUSTOMER_SATISFACTION:
        return "step"
    return "self_service" if talk.served_by is None else "handoff"


def _rested_here(talk: Talk) -> bool:
    """Whether the turn began at this very step."""
    before = talk.before.stack
    return bool(before) and places(before[-1:]) == places(talk.stack[-1:])


def _rest(talk: Talk, opened: OpenSurvey, asked: BotSaid) -> None:
    talk.wait = Wait(
        number=talk.next_wait(),
        kind="survey",
        since=talk.now,
        asked=asked.content.text,
        scores=asked.choices,
        columns=asked.columns,
        draft=opened.survey,
        times_out_at=opened.sent_at + PATIENCE,
    )


def send(talk: Talk, name: str, after: After) -> BotSaid | None:
    """Send the survey, unless the customer was asked within its `once_per`; who is rated is frozen now."""
    survey = talk.program.surveys.get(name)
    if survey is None or _asked_lately(talk, survey):
        return None
    opened = OpenSurvey(
        survey=f"{talk.id}.s{len(talk.surveys) + 1}",
        name=name,
        sent_at=talk.now,
        expires_at=talk.now + timedelta(seconds=survey.expires_seconds),
    )
    talk.surveys = (*talk.surveys, opened)
    talk.know(surveyed={**talk.customer.surveyed, name: talk.now})
    talk.record(
        SurveySent(
            survey=opened.survey,
            name=name,
            survey_kind=survey.kind,
            after=after,
            expires_at=opened.expires_at.isoformat(),
            agent=talk.served_by,
            queue=talk.served_queue,
            flow=_rated_flow(talk),
        )
    )
    return _ask(talk, survey, opened)


def _rated_flow(talk: Talk) -> str | None:
    """The flow that asks, or the last one that ended where the start or a pattern asks, or nothing runs any more."""
    asks = talk.frame.flow if talk.frame is not None else None
    if asks is None or asks == talk.program.flow_set.start or is_pattern(asks):
        return talk.last_flow
    return asks


def _asked_lately(talk: Talk, survey: Survey) -> bool:
    last = talk.customer.surveyed.get(survey.name)
    if last is None or survey.once_per_seconds is None:
        return False
    return talk.now - last < timedelta(seconds=survey.once_per_seconds)


def _ask(talk: Talk, survey: Survey, opened: OpenSurvey) -> BotSaid:
    flow, step = talk.where
    asked = message(talk, survey.ask)
    choices = tuple(
        Choice(label=label, token=f"s.{opened.survey}.{score}", key=str(score), role="survey")
        for score, label in labels(talk, survey).items()
    )
    *before, last = asked.contents()
    talk.record(*(BotSaid(content=content) for content in before))
    longest = max((len(choice.label) for choice in choices), default=0)
    columns = min(len(choices), next((most for length, most in IN_A_ROW if longest <= length), 1))
    said = BotSaid(content=last, choices=choices, columns=columns, flow=flow or None, step=step or None)
    talk.record(said)
    return said


def labels(talk: Talk, survey: Survey) -> dict[int, str]:
    """What stands on the button of each score: every one is another."""
    scores = range(survey.lowest, survey.highest + 1)
    numbers = {score: native_digits(str(score), talk.language) for score in scores}
    match survey.labels:
        case "stars" if survey.lowest > 0 and survey.highest <= MOST_SIGNS:
            return {score: "⭐" * score for score in scores}
        case "stars":
            return {score: f"{number} ⭐" for score, number in numbers.items()}
        case "emoji":
            faces = {score: _face(survey, score) for score in scores}
            if len(scores) <= len(FACES):
                return faces
            return {score: f"{number} {faces[score]}" for score, number in numbers.items()}
        case "numbers":
            return numbers
        case texts:
            return {score: words(talk, text).text for score, text in zip(scores, texts, strict=False)}


def _face(survey: Survey, score: int) -> str:
    last = max(1, survey.highest - survey.lowest)
    return FACES[round((score - survey.lowest) * (len(FACES) - 1) / last)]


# Answers


def survey_of_token(token: str) -> str | None:
    """The survey's id in a button's token; none when the button is of another kind."""
    begin, _, rest = token.partition(".")
    survey, _, score = rest.rpartition(".")
    return survey if begin == "s" and survey and score.removeprefix("-").isdecimal() else None


def conversation_of_token(token: str) -> str | None:
    """The id of the conversation that a survey's button belongs to, wherever it is tapped."""
    survey = survey_of_token(token)
    return survey.rpartition(".s")[0] or None if survey else None


def tapped_survey(talk: Talk, token: str) -> OpenSurvey | None:
    """The survey of this conversation whose button was tapped."""
    wanted = survey_of_token(token)
    return next((opened for opened in talk.surveys if opened.survey == wanted), None)


def score_tapped(talk: Talk, opened: OpenSurvey, token: str) -> Place:
    """A score, first or changed; too late is told kindly."""
    survey = talk.program.surveys.get(opened.name)
    score = int(token.rpartition(".")[2])
    if talk.now >= opened.expires_at or survey is None or not survey.lowest <= score <= survey.highest:
        talk.record(InputIgnored(reason="stale"))
        say_wording(talk, "survey_expired")
        return None
    if score == opened.score:
        talk.record(InputIgnored(reason="double"))
        return None
    return give_score(talk, opened, survey, score)


def give_score(talk: Talk, opened: OpenSurvey, survey: Survey, score: int) -> Place:
    """Write it down, thank for it, and ask for words when it is low."""
    changed = opened.score is not None
    talk.record(SurveyAnswered(survey=opened.survey, score=score, changed=changed))
    wants_words = survey.comment is not None and _low(talk, survey, score)
    until = talk.now + PATIENCE if wants_words else None
    ticket = opened.ticket or _ticket_of_low(talk, opened, survey, score)
    opened = msgspec.structs.replace(opened, score=score, comment_until=until, ticket=ticket)
    _replace(talk, opened)
    if wants_words and survey.comment is not None:
        asked = message(talk, survey.comment.ask)
        say(talk, asked)
        if _waits_for(talk, opened):
            talk.change_wait(topic="comment", asked=asked.text, scores=(), times_out_at=until)
        return None
    if changed:
        say_wording(talk, "survey_changed")
    else:
        _thank(talk, survey)
    return go_on(talk) if _waits_for(talk, opened) else None


def _ticket_of_low(talk: Talk, opened: OpenSurvey, survey: Survey, score: int) -> str | None:
    """A score so low that a department shall look into it opens a ticket; the comment, if one comes, goes with it."""
    if survey.low_at_most is None or survey.low_department is None or score > survey.low_at_most:
        return None
    talk.tickets += 1
    ticket = f"{talk.id}.t{talk.tickets}"
    talk.record(
        TicketOpened(
            ticket=ticket,
            department=survey.low_department,
            ticket_kind="complaint",
            title=f"{survey.name}: {score} ({survey.lowest}–{survey.highest})",
            body=words(talk, survey.ask).text,
            shared=(("score", str(score)),),
            flow=talk.last_flow or "",
            step="",
            survey=opened.survey,
        )
    )
    return ticket


def _low(talk: Talk, survey: Survey, score: int) -> bool:
    comment = survey.comment
    if comment is None or comment.condition is None:
        return comment is not None
    return talk.program.conditions[comment.condition].holds({**talk.namespace, "score": score})


def _thank(talk: Talk, survey: Survey) -> None:
    say(talk, message(talk, survey.thanks) if survey.thanks else response(talk, "utter_switchboard_survey_thanks"))


def names_score(talk: Talk, text: str) -> bool:
    """Whether it is a score of the rating that is waited for."""
    opened = awaited(talk)
    return opened is not None and score_typed(talk, opened, text) is not None


def score_typed(talk: Talk, opened: OpenSurvey, typed: str) -> int | None:
    """The score that a text names by number or label."""
    survey = talk.program.surveys.get(opened.name)
    if survey is None:
        return None
    normal = normalise(typed)
    for score, label in labels(talk, survey).items():
        if normal in (str(score), normalise(label)):
            return score
    return None


def hear_typed(talk: Talk, typed: str) -> Place | None:
    """A score or a comment for the survey that waits; with anything else the flow goes on."""
    opened = awaited(talk)
    if opened is None:
        return pass_over(talk, typed)
    if talk.wait is not None and talk.wait.topic == "comment" and typed.strip():
        comment(talk, opened, typed)
        return go_on(talk)
    survey = talk.program.surveys.get(opened.name)
    score = score_typed(talk, opened, typed)
    if survey is None or score is None:
        return pass_over(talk, typed)
    return give_score(talk, opened, survey, score)


def comment(talk: Talk, opened: OpenSurvey, typed: str) -> None:
    """Keep the customer's words and thank for them."""
    talk.record(SurveyCommented(survey=opened.survey, comment=typed[:MAX_COMMENT]))
    if opened.ticket is not None:
        talk.record(TicketCommented(ticket=opened.ticket, comment=typed[:MAX_COMMENT]))
    _replace(talk, msgspec.structs.replace(opened, comment_until=None))
    survey = talk.program.surveys.get(opened.name)
    if survey is not None:
        _thank(talk, survey)


def awaited(talk: Talk) -> OpenSurvey | None:
    """The survey for whose answer the flow waits, while it may be answered."""
    if talk.wait is None or talk.wait.kind != "survey":
        return None
    waiting = (opened for opened in talk.surveys if opened.survey == talk.wait.draft)
    return next((opened for opened in waiting if talk.now < opened.expires_at), None)


def _waits_for(talk: Talk, opened: OpenSurvey) -> bool:
    return talk.wait is not None and talk.wait.kind == "survey" and talk.wait.draft == opened.survey


def pass_over(talk: Talk, typed: str = "") -> Place:
    """The customer has something else in mind; a menu that follows may take it for its answer."""
    talk.passed_over = True
    talk.prefill = typed or None
    return go_on(talk)


def go_on(talk: Talk) -> Place:
    """The flow goes on without waiting for the survey any longer."""
    step = talk.step
    talk.wait = None
    return talk.next_of(step) if step is not None else None


def _replace(talk: Talk, changed: OpenSurvey) -> None:
    kept = tuple(changed if opened.survey == changed.survey else opened for opened in talk.surveys)
    talk.surveys = kept


# After the end


def open_comment(talk: Talk) -> OpenSurvey | None:
    """The survey that asked for words and may still get them."""
    return next((s for s in reversed(talk.surveys) if s.comment_until is not None and talk.now < s.comment_until), None)


def unanswered(talk: Talk) -> OpenSurvey | None:
    """The last survey, while a typed score is still meant for it."""
    if not talk.surveys:
        return None
    last = talk.surveys[-1]
    return last if last.score is None and talk.now < min(last.sent_at + PATIENCE, last.expires_at) else None
