"""Files that customers and agents send where the channel itself does not keep them."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import msgspec

from bot.content import Attachment, Value

KEY = re.compile(r"[A-Za-z0-9_-]{32}")
NAME_CHARACTERS = 120
SNIFFED_BYTES = 32

# First bytes, the kind that the channels know and the type. What is not here is a document that nobody's browser runs.
SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\xff\xd8\xff", "photo", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "photo", "image/png"),
    (8, b"WEBP", "photo", "image/webp"),
    (0, b"GIF8", "animation", "image/gif"),
    (4, b"ftypM4A", "audio", "audio/mp4"),
    (4, b"ftyphei", "document", "image/heic"),  # a telephone's picture, which few browsers and no messenger show
    (4, b"ftypmif1", "document", "image/heif"),
    (4, b"ftypavif", "document", "image/avif"),
    (4, b"ftyp", "video", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video", "video/webm"),
    (0, b"OggS", "voice", "audio/ogg"),
    (0, b"ID3", "audio", "audio/mpeg"),
    (0, b"\xff\xfb", "audio", "audio/mpeg"),
    (8, b"WAVE", "audio", "audio/wav"),
    (0, b"%PDF-", "document", "application/pdf"),
    (0, b"PK\x03\x04", "document", "application/zip"),
)


class FileTooLarge(Exception):
    """More bytes came than are allowed; nothing was kept."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"a file may have at most {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class Stored(Value, frozen=True, kw_only=True):
    """A kept file. `kind` and `mime` come from its own bytes; `name` is what the sender called it, and only shown."""

    key: str
    kind: str
    mime: str
    name: str
    size_bytes: int

    @property
    def attachment(self) -> Attachment:
        """As part of a message: `upload:<key>`."""
        return msgspec.convert(
            {"kind": self.kind, "file": f"upload:{self.key}", "name": self.name, "mime": self.mime}
            | {"size_bytes": self.size_bytes},
            Attachment,
        )


class Files:
    """A folder of files, each under a key that cannot be guessed; who has the key may read the file."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self.limit_bytes = limit_bytes

    async def save(self, name: str, chunks: AsyncIterator[bytes], key: str | None = None) -> Stored:
        """Keep what comes, under a new key if none is given. Raises FileTooLarge as soon as it is more than
        `limit_bytes`.

        The same may be saved twice at once under one key: what is there is whole at any moment.
        """
        key = key or secrets.token_urlsafe(24)
        path = self._folder / key[:2] / key
        coming, known = (path.with_suffix(f".{secrets.token_hex(4)}") for _ in range(2))
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        try:
            head, size = await self._receive(coming, chunks)
            kind, mime = sniff(head)
            stored = Stored(key=key, kind=kind, mime=mime, name=_shown_name(name), size_bytes=size)
            await asyncio.to_thread(known.write_bytes, msgspec.json.encode(stored))
            coming.replace(path)
            known.replace(path.with_suffix(".json"))
        finally:
            coming.unlink(missing_ok=True)
            known.unlink(missing_ok=True)
        return stored

    async def find(self, key: str) -> Stored | None:
        """What is known of the file of this key, none if there is none."""
        path = self._path(key)
        if path is None:
            return None
        try:
            return msgspec.json.decode(await asyncio.to_thread(path.with_suffix(".json").read_bytes), type=Stored)
        except FileNotFoundError:
            return None

    def path(self, key: str) -> Path | None:
        """Where the bytes of a file are, none if there is no such file."""
        path = self._path(key)
        return path if path is not None and path.is_file() else None

    def remove(self, keys: Iterable[str]) -> None:
        """Delete files for good; those that are gone already are passed over."""
        for path in filter(None, map(self._path, keys)):
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)

    def _path(self, key: str) -> Path | None:
        # A key is data from outside: only what we could have made ourselves becomes a path.
        return self._folder / key[:2] / key if KEY.fullmatch(key) else None

    async def _receive(self, path: Path, chunks: AsyncIterator[bytes]) -> tuple[bytes, int]:
        """The first bytes and the size of what was written to `path`."""
        head, size = b"", 0
        with await asyncio.to_thread(path.open, "wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.limit_bytes:
                    raise FileTooLarge(self.limit_bytes)
                head = head if len(head) >= SNIFFED_BYTES else head + chunk[:SNIFFED_BYTES]
                await asyncio.to_thread(file.write, chunk)
        return head, size


def sniff(head: bytes) -> tuple[str, str]:
    """Kind and type of a file by its first bytes, whatever its name claims."""
    for start, signature, kind, mime in SIGNATURES:
        if head[start : start + len(signature)] == signature:
            return kind, mime
    return "document", "application/octet-stream"


def _shown_name(name: str) -> str:
    """The sender's name for a file without folders and control characters; never used as a path."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:NAME_CHARACTERS] or "file"
