"""What one call of the Bot API carried: its parameters and its files, however they were encoded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.botapi.refusals import mistake


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in the request itself."""

    name: str
    content: bytes
    content_type: str


class Params:
    """Parameters by name; a value is whatever the encoding gave: text from forms, any JSON from JSON."""

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}
        self.uploads = dict(uploads or {})

    def has(self, name: str) -> bool:
        return name in self.values or name in self.uploads

    def text(self, name: str) -> str:
        """The value as text, empty if it was not given."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else str(value)

    def integer(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise mistake(f'can\'t parse parameter "{name}": integer expected') from None

    def number(self, name: str) -> float:
        try:
            return float(self.values.get(name, ""))
        except (TypeError, ValueError):
            raise mistake(f'can\'t parse parameter "{name}": number expected') from None

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        return value if isinstance(value, bool) else str(value).lower() in ("true", "yes", "1")

    def json(self, name: str) -> Any:
        """A list or an object, or None. Telegram takes it as JSON or as text that holds JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise mistake(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def file(self, name: str) -> Upload | str:
        """The upload that the parameter is or points to by attach://, else a file_id or an address."""
        return self.uploads[name] if name in self.uploads else self.attached(self.text(name))

    def attached(self, reference: str) -> Upload | str:
        name = reference.removeprefix("attach://")
        if name == reference:
            return reference
        if name not in self.uploads:
            raise mistake(f"there is no file {name} in the request")
        return self.uploads[name]
