"""The bytes of a YAML file as text: which signs may stand in it, and how lines end."""

import re

from bot.problems import Mark, Problems

MAX_BYTES = 1024 * 1024
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decoded(file: str, content: str | bytes, problems: Problems) -> str | None:
    """The text, its lines ended by a line feed; none when it can't be read, which `problems` then says."""
    if len(content) > MAX_BYTES:
        problems.error(Mark(file), "too-large", "the file is larger than 1 MiB")
        return None
    if isinstance(content, bytes):
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            place = _mark_at(file, content[: error.start].decode("utf-8-sig"))
            problems.error(place, "encoding", "the file is not UTF-8 from here on", "save it as UTF-8")
            return None
    else:
        text = content.removeprefix("\ufeff")
    bad = UNPRINTABLE.search(text)
    if bad is None:
        return text.replace("\r\n", "\n").replace("\r", "\n")  # YAML 1.2 makes no difference between them
    place = _mark_at(file, text[: bad.start()])
    problems.error(place, "encoding", f"the character U+{ord(bad.group()):04X} can't stand in a text file", "delete it")
    return None


def _mark_at(file: str, before: str) -> Mark:
    line_start = max(before.rfind("\n"), before.rfind("\r")) + 1
    lines = before.count("\n") + before.count("\r") - before.count("\r\n")
    return Mark(file, lines + 1, len(before) - line_start + 1)
