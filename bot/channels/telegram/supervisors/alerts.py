"""What supervisors read in their chat when an answer is late: several alerts in one message, kept up to date."""

from bot.channels.direction import isolated, line_of
from bot.channels.telegram.desk.card_buttons import keyboard
from bot.channels.telegram.desk.topics import topic_link
from bot.channels.telegram.keyboards import Markup
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import MISCONFIGURED_SECONDS, TelegramRefusal
from bot.channels.telegram.rendering import bold, joined, plain
from bot.channels.telegram.supervisors.chat import SupervisorsChat
from bot.channels.telegram.wording.words import word
from bot.content import Content, RichText, Span
from bot.engine.formats import duration
from bot.ports import Alert, AnyDeskOutgoing, ChannelBusy, ChannelRefused, DeskAlerts, Receipt

UNUSABLE_SECONDS = 30.0  # until somebody may have put the chat in order
LATE, OVER = "🔴", "✅"


class Alerts:
    """The place `alerts` of the desk."""

    def __init__(self, messages: Messages, chat: SupervisorsChat, language: str) -> None:
        self._messages = messages
        self._chat = chat
        self._language = language

    async def send(self, outgoing: AnyDeskOutgoing, thread: str | None) -> Receipt:
        """Bring the message there, or up to date. Raises ChannelBusy or ChannelRefused."""
        if not isinstance(outgoing, DeskAlerts) or not outgoing.alerts:
            raise ChannelRefused("refused", "nothing that supervisors are alerted of")
        chat = self._chat.now(int(outgoing.chat))
        try:
            receipt = await self._bring(Destination(chat=str(chat)), outgoing)
            self._chat.trust(chat)
            return receipt
        except TelegramRefusal as refusal:
            if refusal.migrate_to_chat_id is not None:
                self._chat.move(chat, refusal.migrate_to_chat_id)
                raise ChannelBusy("the supervisors' chat has moved", 0.0) from refusal
            if refusal.misconfigured:
                raise ChannelBusy(refusal.description, MISCONFIGURED_SECONDS) from refusal
            if refusal.chat_unusable or refusal.chat_lost:
                self._chat.suspect(chat)
                raise ChannelBusy(refusal.description, UNUSABLE_SECONDS) from refusal
            raise ChannelRefused("refused", refusal.description) from refusal

    async def _bring(self, to: Destination, shown: DeskAlerts) -> Receipt:
        content = Content(text=alerts_text(shown, self._language))
        buttons = alerts_buttons(shown, self._language)
        if shown.replaces is not None:
            edited = await self._messages.edit(to, shown.replaces, content, buttons)
            if edited is not None:
                return Receipt(message_id=edited)
        return Receipt(message_id=await self._messages.send(to, content, buttons))


def alerts_text(shown: DeskAlerts, language: str) -> RichText:
    """One line for each."""
    first, *others = (_line(alert, language) for alert in shown.alerts)
    return joined(first, *(joined(plain("\n"), line) for line in others))


def _line(alert: Alert, language: str) -> RichText:
    agent = isolated(alert.agent_name or "?", language)
    what = word(f"alert_{alert.what}", language, time=duration(alert.seconds, language), agent=agent)
    queue = isolated(alert.queue, language)
    facts = [queue, what]
    if alert.outcome is not None:
        facts.append(word(f"alert_{alert.outcome}", language))
    elif alert.what != "released":
        facts.append(word("alert_has", language, agent=agent) if alert.agent_name else word("alert_nobody", language))
    sign = LATE if alert.outcome is None else OVER
    head = f"{sign} #{alert.number} {isolated(alert.customer, language)}"
    return joined(plain(line_of("", language)), _linked(head, alert), plain(f" · {' · '.join(facts)}"))


def _linked(head: str, alert: Alert) -> RichText:
    """Whom it is about, with a way to their topic where there is one."""
    link = topic_link(alert.thread)
    if link is None:
        return bold(head)
    return RichText(text=head, spans=(Span(start=0, end=len(head), style="link", url=link),))


def alerts_buttons(shown: DeskAlerts, language: str) -> Markup:
    """What a supervisor can do about each that is not over."""
    rows = []
    newest_of = {alert.handoff: alert for alert in shown.alerts if alert.outcome is None}
    for handoff, newest in newest_of.items():
        deeds = {"over": "over", "assign": "assign"}
        if newest.agent_name is not None and newest.what != "released":
            deeds["to_queue"] = "release"
        words = {name: f"#{newest.number} {word(f'button_{name}', language)}" for name in deeds}
        rows.append([(words[name], f"{deed} {handoff}") for name, deed in deeds.items()])
    return keyboard(rows, language)
