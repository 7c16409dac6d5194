"""Files as Telegram keeps them: a file_id for the bot, a path to fetch it by."""

from dataclasses import dataclass

from tests.botapi.entities import Wire
from tests.botapi.params import Upload
from tests.botapi.refusals import RefusalError, bad_request, mistake

MEGABYTE = 1024 * 1024
DOWNLOAD_LIMIT = 20 * MEGABYTE
UPLOAD_LIMITS = {"photo": 10 * MEGABYTE}
UPLOAD_LIMIT = 50 * MEGABYTE

PREFIXES = {
    "photo": ("AgACAgIAAxkBAA", "photos", ".jpg"),
    "document": ("BQACAgIAAxkBAA", "documents", ".bin"),
    "video": ("BAACAgIAAxkBAA", "videos", ".mp4"),
    "animation": ("CgACAgIAAxkBAA", "animations", ".mp4"),
    "audio": ("CQACAgIAAxkBAA", "music", ".mp3"),
    "voice": ("AwACAgIAAxkBAA", "voice", ".oga"),
    "video_note": ("DQACAgIAAxkBAA", "video_notes", ".mp4"),
    "sticker": ("CAACAgIAAxkBAA", "stickers", ".webp"),
}
MIME_TYPES = {
    "document": "application/octet-stream",
    "video": "video/mp4",
    "animation": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    kind: str
    file_id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    content: bytes
    size: int

    def wire(self) -> Wire:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}

    def content_wire(self) -> Wire:
        """The field of a Message that shows this file."""
        wire: Wire = self.wire()
        if self.kind == "photo":
            small = {"file_id": f"{self.file_id}s", "file_unique_id": f"{self.unique_id}s", "width": 90, "height": 90}
            return {"photo": [small | {"file_size": min(self.size, 1024)}, wire | {"width": 800, "height": 800}]}
        if self.kind in ("video", "animation"):
            wire |= {"width": 640, "height": 360, "duration": 3}
        elif self.kind in ("voice", "audio"):
            wire |= {"duration": 3}
        elif self.kind == "video_note":
            wire |= {"length": 240, "duration": 3}
        elif self.kind == "sticker":
            wire |= {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        if self.kind in MIME_TYPES:
            wire["mime_type"] = self.mime_type
        if self.kind in ("document", "video", "animation", "audio"):
            wire["file_name"] = self.name
        if self.kind == "animation":
            return {"animation": wire, "document": self.wire() | {"file_name": self.name, "mime_type": self.mime_type}}
        return {self.kind: wire}


class FileStore:
    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, kind: str, upload: Upload, *, pretended_size: int | None = None) -> StoredFile:
        """pretended_size, in bytes, makes a file large without its content."""
        prefix, folder, extension = PREFIXES[kind]
        number = len(self._by_path)
        mime_type = MIME_TYPES.get(kind, "image/jpeg")
        if upload.content_type and upload.content_type != "application/octet-stream":
            mime_type = upload.content_type
        file = StoredFile(
            kind=kind,
            file_id=f"{prefix}{number:06d}Y",
            unique_id=f"AQAD{number:06d}",
            path=f"{folder}/file_{number}{extension}",
            name=upload.name,
            mime_type=mime_type,
            content=upload.content,
            size=len(upload.content) if pretended_size is None else pretended_size,
        )
        self._by_id[file.file_id] = self._by_path[file.path] = file
        if kind == "photo":
            self._by_id[f"{file.file_id}s"] = file
        return file

    def for_sending(self, kind: str, source: Upload | str) -> StoredFile:
        """The file that a send method names: uploaded now, known by file_id, or at an address that Telegram fetches."""
        if isinstance(source, Upload):
            return self._uploaded(kind, source)
        if source == "":
            raise mistake(f"there is no {kind.replace('_', ' ')} in the request")
        if known := self._by_id.get(source):
            if known.kind != kind:
                raise mistake(f"can't use file of type {_title(known.kind)} as {_title(kind)}")
            return known
        if source.startswith(("http://", "https://")):
            return self.add(kind, Upload(source.rpartition("/")[2] or "file", b"", ""))
        raise mistake("wrong file identifier/HTTP URL specified")

    def _uploaded(self, kind: str, upload: Upload) -> StoredFile:
        if not upload.content:
            raise mistake("file must be non-empty")
        if len(upload.content) > UPLOAD_LIMIT:
            raise RefusalError(413, "Request Entity Too Large", bots_mistake=True)
        limit = UPLOAD_LIMITS.get(kind, UPLOAD_LIMIT)
        if len(upload.content) > limit:
            raise mistake(
                f"file of size {len(upload.content)} bytes is too big for a {kind}; the maximum size is {limit} bytes"
            )
        return self.add(kind, upload)

    def for_download(self, file_id: str) -> StoredFile:
        file = self._by_id.get(file_id)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if file.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return file

    def at_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)


def _title(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("_"))
