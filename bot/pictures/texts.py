"""What the flows say, as one reads it in a picture: in one language, with `{slot}` where a value will stand."""

import re

from bot.engine.calm_payloads import NamesIntent, read_payload
from bot.engine.flow import Button, FlowSet, Text, Variation
from bot.engine.jinja import outlined
from bot.engine.program import spoken
from bot.engine.text import parse_text
from bot.engine.wording import WORDING
from bot.pictures.measuring import ISOLATE, ISOLATED

_SLOTS = re.compile(r"\bslots\.(?=\w)")


class Texts:
    """The texts of a set of flows in one language, else in the languages that the flows fall back to."""

    def __init__(self, flow_set: FlowSet, language: str) -> None:
        self.flow_set = flow_set
        self.language = language

    def of(self, text: Text | None) -> str:
        """The text; of a response's variations the one that needs no condition and no channel."""
        if text is None:
            return ""
        if text.response is None:
            return self._plain(outlined(text).by_language)
        variation = self.variation(text.response)
        if variation is None:
            return self._plain(WORDING.get(text.response, {"*": text.response}))
        return self.of(variation.text)

    def variation(self, response: str) -> Variation | None:
        """The usual variation of a response."""
        variations = self.flow_set.responses.get(response, ())
        usual = (each for each in variations if each.condition is None and each.channel is None)
        return next(usual, variations[0] if variations else None)

    def buttons(self, text: Text | None) -> tuple[Button, ...]:
        """The buttons that a response brings along."""
        variation = self.variation(text.response) if text is not None and text.response is not None else None
        return variation.buttons if variation is not None else ()

    def flow_of(self, button: Button) -> str | None:
        """The flow that a button begins, if it begins one."""
        read = read_payload(button.payload)
        if not isinstance(read, NamesIntent):
            return None
        flows = self.flow_set.flows.values()
        return next((flow.id for flow in flows if read.intent in flow.intents), None)

    def name(self, flow: str) -> str:
        """A flow's name for people."""
        known = self.flow_set.flows.get(flow)
        return (self.of(known.name) if known is not None else "") or flow

    def _plain(self, by_language: dict[str, str]) -> str:
        template = parse_text(spoken(by_language, self.language, self.flow_set.settings.languages))
        parts = (part if isinstance(part, str) else f"{ISOLATE}{{{part.name}}}{ISOLATED}" for part in template.parts)
        return "".join(parts).strip()


def readable(condition: str) -> str:
    """A condition without what every slot's name begins with."""
    return _SLOTS.sub("", condition)
