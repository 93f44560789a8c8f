"""What parent and child say to each other: one MessagePack value a line of length and bytes, never pickle."""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec

from bpgui.data.readers.options import Parsed, ReadingOptions

MESSAGE_LIMIT = 64 << 20
TABLE_FOLDER = "table"  # in the request's folder: the table, see table_folder.py


class Request(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """To the child: read what lies at `paths`; `folder` is its own, `memory` in bytes or None, `preview` in rows."""

    paths: tuple[str, ...]
    folder: str
    options: ReadingOptions
    memory: int | None
    preview: int | None = None


class Progress(msgspec.Struct, frozen=True, tag=True):
    """From the child, several times a second: alive, and how far (0..1, None = not known)."""

    fraction: float | None


class Done(msgspec.Struct, frozen=True, tag=True):
    """The table lies in the folder."""

    parsed: Parsed


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Why the file cannot be read, for a person."""

    text: str


Answer = Progress | Done | Failed


def send(stream: BinaryIO, message: Request | Answer) -> None:
    """Write one message. Raises OSError when nobody listens."""
    data = msgspec.msgpack.encode(message)
    stream.write(struct.pack("<I", len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """The next message's bytes; None at the end, for a message cut short or one too long to be real."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack("<I", head)
    if length > MESSAGE_LIMIT:
        return None
    data = stream.read(length)
    return data if len(data) == length else None
