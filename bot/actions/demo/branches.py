"""The shop's branches, as its own developers would write them with rasa-sdk."""

from typing import Any, NamedTuple

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from bot.actions.demo.language import Texts, in_language, language_of


class Branch(NamedTuple):
    """One shop people can walk into."""

    code: str
    city: Texts
    name: Texts
    address: Texts
    phone: str


DUBAI: Texts = {"en": "Dubai", "fa": "دبی", "ar": "دبي", "he": "דובאי"}
ABU_DHABI: Texts = {"en": "Abu Dhabi", "fa": "ابوظبی", "ar": "أبوظبي", "he": "אבו דאבי"}
SHARJAH: Texts = {"en": "Sharjah", "fa": "شارجه", "ar": "الشارقة", "he": "שארג׳ה"}
AL_AIN: Texts = {"en": "Al Ain", "fa": "العین", "ar": "العين", "he": "אל־עין"}
AJMAN: Texts = {"en": "Ajman", "fa": "عجمان", "ar": "عجمان", "he": "עג׳מאן"}
RAS_AL_KHAIMAH: Texts = {"en": "Ras Al Khaimah", "fa": "رأس‌الخیمه", "ar": "رأس الخيمة", "he": "ראס אל־ח׳ימה"}

BRANCHES: tuple[Branch, ...] = (
    Branch(
        code="dxb_deira",
        city=DUBAI,
        name={"en": "Deira", "fa": "دیره", "ar": "ديرة", "he": "דיירה"},
        address={
            "en": "12 Lantern Street, Deira, Dubai",
            "fa": "دبی، دیره، خیابان فانوس، پلاک ۱۲",
            "ar": "12 شارع الفانوس، ديرة، دبي",
            "he": "רחוב הפנס 12, דיירה, דובאי",
        },
        phone="+971 4 555 0110",
    ),
    Branch(
        code="dxb_marina",
        city=DUBAI,
        name={"en": "Marina", "fa": "مارینا", "ar": "المارينا", "he": "מרינה"},
        address={
            "en": "3 Harbour Walk, Marina, Dubai",
            "fa": "دبی، مارینا، گذر بندر، پلاک ۳",
            "ar": "3 ممشى الميناء، المارينا، دبي",
            "he": "טיילת הנמל 3, מרינה, דובאי",
        },
        phone="+971 4 555 0120",
    ),
    Branch(
        code="auh",
        city=ABU_DHABI,
        name={"en": "Corniche", "fa": "کورنیش", "ar": "الكورنيش", "he": "קורניש"},
        address={
            "en": "40 Pearl Street, Corniche, Abu Dhabi",
            "fa": "ابوظبی، کورنیش، خیابان مروارید، پلاک ۴۰",
            "ar": "40 شارع اللؤلؤ، الكورنيش، أبوظبي",
            "he": "רחוב הפנינה 40, קורניש, אבו דאבי",
        },
        phone="+971 2 555 0130",
    ),
    Branch(
        code="shj",
        city=SHARJAH,
        name={"en": "Old Market", "fa": "بازار قدیم", "ar": "السوق القديم", "he": "השוק הישן"},
        address={
            "en": "7 Weavers Lane, Old Market, Sharjah",
            "fa": "شارجه، بازار قدیم، کوچهٔ بافندگان، پلاک ۷",
            "ar": "7 زقاق النسّاجين، السوق القديم، الشارقة",
            "he": "סמטת האורגים 7, השוק הישן, שארג׳ה",
        },
        phone="+971 6 555 0140",
    ),
    Branch(
        code="aan",
        city=AL_AIN,
        name={"en": "Oasis", "fa": "واحه", "ar": "الواحة", "he": "נווה המדבר"},
        address={
            "en": "21 Palm Road, Al Ain",
            "fa": "العین، جادهٔ نخل، پلاک ۲۱",
            "ar": "21 طريق النخيل، العين",
            "he": "דרך הדקלים 21, אל־עין",
        },
        phone="+971 3 555 0150",
    ),
    Branch(
        code="ajm",
        city=AJMAN,
        name={"en": "Seafront", "fa": "ساحلی", "ar": "الواجهة البحرية", "he": "קו החוף"},
        address={
            "en": "5 Seafront, Ajman",
            "fa": "عجمان، بلوار ساحلی، پلاک ۵",
            "ar": "5 الواجهة البحرية، عجمان",
            "he": "שדרת החוף 5, עג׳מאן",
        },
        phone="+971 6 555 0160",
    ),
    Branch(
        code="rak",
        city=RAS_AL_KHAIMAH,
        name={"en": "Hill Side", "fa": "تپه", "ar": "سفح الجبل", "he": "מורדות ההר"},
        address={
            "en": "18 Hill Road, Ras Al Khaimah",
            "fa": "رأس‌الخیمه، جادهٔ تپه، پلاک ۱۸",
            "ar": "18 طريق التل، رأس الخيمة",
            "he": "דרך הגבעה 18, ראס אל־ח׳ימה",
        },
        phone="+971 7 555 0170",
    ),
)

HOURS: Texts = {
    "en": "Monday to Saturday 10:00–22:00, Sunday 12:00–20:00",
    "fa": "دوشنبه تا شنبه ۱۰ تا ۲۲، یکشنبه ۱۲ تا ۲۰",
    "ar": "من الاثنين إلى السبت 10:00–22:00، والأحد 12:00–20:00",
    "he": "שני עד שבת 10:00–22:00, ראשון 12:00–20:00",
}


class ActionListBranches(Action):
    """Sets `branches`, a list of code, city and name, for a menu to offer."""

    def name(self) -> str:
        return "action_list_branches"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        language = language_of(tracker)
        branches = [
            {
                "code": branch.code,
                "city": in_language(branch.city, language),
                "name": in_language(branch.name, language),
            }
            for branch in BRANCHES
        ]
        return [SlotSet("branches", branches)]


class ActionShowBranch(Action):
    """Tells about the branch whose code the slot `branch` holds."""

    def name(self) -> str:
        return "action_show_branch"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        language = language_of(tracker)
        branch = next(branch for branch in BRANCHES if branch.code == tracker.get_slot("branch"))
        city, name = in_language(branch.city, language), in_language(branch.name, language)
        return [
            SlotSet("branch_name", f"{city} · {name}"),
            SlotSet("branch_address", in_language(branch.address, language)),
            SlotSet("branch_hours", in_language(HOURS, language)),
            SlotSet("branch_phone", branch.phone),
        ]
