"""Opening a return, as the shop's own developers would write it with rasa-sdk."""

from typing import Any
from zlib import crc32

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from bot.actions.demo.language import Texts, in_language, language_of

PICKUP: Texts = {
    "en": "Our courier collects it within two working days; the original box is welcome but not needed.",
    "fa": "پیک ما تا دو روز کاری دیگر آن را تحویل می‌گیرد؛ جعبهٔ اصلی بهتر است ولی لازم نیست.",
    "ar": "يستلمه مندوبنا خلال يومي عمل، ويُفضَّل إرفاق العلبة الأصلية دون إلزام.",
    "he": "השליח שלנו יאסוף אותו תוך יומיים; עדיף באריזה המקורית, אבל לא חובה.",
}


class ActionOpenReturn(Action):
    """Sets `return_number`; run again for the same order of the same conversation, it gives the same number."""

    def name(self) -> str:
        return "action_open_return"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        order = tracker.get_slot("order_number")
        digits = crc32(f"{tracker.sender_id}:{order}".encode()) % 1_000_000
        return [
            SlotSet("return_number", f"R-{digits:06}"),
            SlotSet("return_pickup", in_language(PICKUP, language_of(tracker))),
        ]
