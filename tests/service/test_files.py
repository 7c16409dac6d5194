"""Files that are kept under keys nobody can guess."""

import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.service.files import Files, FileTooLarge, sniff

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_file_is_kept_and_found_by_its_key(tmp_path: Path) -> None:
    files = Files(tmp_path, 1000)
    stored = await files.save("photo.png", chunks(PNG[:5], PNG[5:]))
    assert (stored.kind, stored.mime, stored.size_bytes) == ("photo", "image/png", len(PNG))
    path = files.path(stored.key)
    assert path is not None
    assert path.read_bytes() == PNG
    assert await files.find(stored.key) == stored
    assert stored.attachment.file == f"upload:{stored.key}"
    files.remove([stored.key])
    assert files.path(stored.key) is None
    assert await files.find(stored.key) is None


async def test_too_much_is_refused_and_nothing_stays(tmp_path: Path) -> None:
    files = Files(tmp_path, 50)
    with pytest.raises(FileTooLarge):
        await files.save("big", chunks(b"x" * 40, b"x" * 40))
    assert files_in(tmp_path) == []


async def test_what_there_is_no_room_for_leaves_nothing(tmp_path: Path) -> None:
    """What is known of the file is longer than the file."""
    files = Files(tmp_path, 1000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            await files.save("small", chunks(b"x"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("key", ["../secret", "a" * 31, "", "a" * 33, "/etc/passwd", "..%2f" + "a" * 27, "é" * 32])
async def test_what_is_no_key_of_ours_is_no_path(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text("x")
    files = Files(tmp_path / "files", 50)
    assert files.path(key) is None
    assert await files.find(key) is None


async def test_a_name_is_shown_and_never_a_path(tmp_path: Path) -> None:
    files = Files(tmp_path, 1000)
    stored = await files.save("..\\..\\evil\n/../name.html", chunks(b"<script>alert(1)</script>"))
    assert stored.name == "name.html"
    assert (stored.kind, stored.mime) == ("document", "application/octet-stream")
    assert (await files.save("", chunks(b"x"))).name == "file"


def test_a_file_is_what_its_bytes_say() -> None:
    assert sniff(b"\xff\xd8\xff\xe0") == ("photo", "image/jpeg")
    assert sniff(b"RIFF\0\0\0\0WEBP") == ("photo", "image/webp")
    assert sniff(b"\0\0\0\x18ftypheic") == ("document", "image/heic"), "no film"
    assert sniff(b"\0\0\0\x18ftypmp42") == ("video", "video/mp4")
    assert sniff(b"") == ("document", "application/octet-stream")
