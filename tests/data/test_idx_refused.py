"""IDX files that lie, are cut off or do not belong together: each has its message, before anything is allocated."""

from __future__ import annotations

import gzip
import re
import struct
import time
from pathlib import Path

import numpy as np
import pytest

from bpgui.data.errors import DataError
from tests.data.making_idx import idx, images, labels, read, write

HEAD = b"\0\0\x08\x03"
WHOLE = idx(images(10))


def sized(*dims: int, code: int = 0x08, data: bytes = b"\x01" * 784) -> bytes:
    return bytes([0, 0, code, len(dims)]) + struct.pack(f">{len(dims)}I", *dims) + data


BAD: dict[str, tuple[bytes, str]] = {
    "one byte": (b"\0", "1 byte of data"),
    "only the magic number": (HEAD, "ends at byte 4, within its header, which promises 3 sizes"),
    "half a size": (HEAD + b"\0\0\0\x0a\0\0", "ends at byte 10, within its header"),
    "another beginning": (b"\1\0\x08\x03" + WHOLE[4:], "begins with the bytes 01 00 08 03"),
    "a web page": (b"<!DOCTYPE html><html>404</html>", "a web page, perhaps with the reason"),
    "an unknown type": (b"\0\0\x0a\x03" + WHOLE[4:], "byte 3: 0a is no type of values; one of 08, 09, 0b, 0c, 0d, 0e"),
    "type 0": (b"\0\0\0\x03" + WHOLE[4:], "byte 3: 00 is no type"),
    "no dimensions": (b"\0\0\x08\0" + WHOLE[4:], "byte 4: it says that the values have 0 dimensions"),
    "255 dimensions": (b"\0\0\x08\xff" + b"\0\0\0\1" * 255 + b"x", "byte 4: .*255 dimensions; 1 to 4 can be read"),
    "255 dimensions and no more": (b"\0\0\x08\xff" + WHOLE[4:], "255 dimensions"),
    "5 dimensions": (sized(1, 1, 1, 28, 28), "5 dimensions"),
    "a size of 0": (sized(1, 0, 28), "holds no values: its header says 1 × 0 × 28"),
    "no rows": (sized(0, 28, 28, data=b""), "holds no values: its header says 0 × 28 × 28"),
    "a negative size": (sized(2**32 - 1, 28, 28), "4,294,967,295 × 28 × 28 values of 1 byte, .*3,367,254,359,296"),
    "the largest sizes": (sized(2**32 - 1, 2**32 - 1, 2**32 - 1, 2**32 - 1), r"have 340,282,366,604,025,813,\d+"),
    "sizes that overflow to the right one": (sized(2**16, 2**16, 2**32 - 1, 784), "the file should have"),
    "more rows than there are": (sized(11, 28, 28, data=WHOLE[16:]), "8,640 bytes; it has 7,856.*was cut off"),
    "fewer rows than there are": (sized(9, 28, 28, data=WHOLE[16:]), "7,072 bytes; it has 7,856.*something else"),
    "one byte too few": (WHOLE[:-1], "should have 7,856 bytes; it has 7,855"),
    "one byte too many": (WHOLE + b"x", "should have 7,856 bytes; it has 7,857"),
    "bytes said to be doubles": (sized(10, 28, 28, code=0x0E, data=WHOLE[16:]), "10 × 28 × 28 values of 8 bytes"),
    "little-endian sizes": (HEAD + struct.pack("<3I", 10, 28, 28) + WHOLE[16:], "167,772,160 × 469,762,048"),
    "four dimensions that are no images": (sized(1, 7, 8, 14), "7 × 8 × 14 values; an image has 1 or 3 channels"),
    "20,000 columns": (sized(2, 20_000, data=b"a" * 40_000), "20,000 numbers; at most 10,000 columns"),
}  # fmt: skip

PACKED = gzip.compress(WHOLE, mtime=0)
BAD_PACKED: dict[str, tuple[bytes, str]] = {
    "cut off in the middle": (PACKED[: len(PACKED) // 2], "packed data .* end too early"),
    "cut off at the end": (PACKED[:-5], "end too early"),
    "only the magic number": (PACKED[:2], "end too early|damaged"),
    "a flipped bit": (PACKED[:3000] + bytes([PACKED[3000] ^ 64]) + PACKED[3001:], "packed .*(damaged|too early)"),
    "a wrong checksum": (PACKED[:-8] + b"abcd" + PACKED[-4:], "packed data .* damaged"),
    "rubbish": (b"\x1f\x8b" + b"x" * 300, "packed data .* damaged"),
    "nothing inside": (gzip.compress(b""), "0 bytes of data"),
    "fewer rows inside": (gzip.compress(sized(11, 28, 28, data=WHOLE[16:])), "ends at byte 7,856; .*8,640 bytes"),
    "more inside": (gzip.compress(WHOLE + b"x"), "goes on after byte 7,856"),
    "more sizes than packed bytes can hold": (gzip.compress(sized(2**31, 28, 28)), "packed bytes cannot hold so many"),
    "a text inside": (gzip.compress(b"a,b\n1,2\n"), "begins with the bytes 61 2c 62 0a"),
    "gzip inside gzip": (gzip.compress(PACKED), "begins with the bytes 1f 8b"),
    "a bomb": (gzip.compress(sized(1, 28, 28) + bytes(300 << 20), 9), "unpacked the file goes on after byte 800"),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(BAD))
def test_a_malformed_file_has_its_message(tmp_path: Path, case: str) -> None:
    data, message = BAD[case]
    refused(write(tmp_path / "train-images-idx3-ubyte", data), message)


@pytest.mark.parametrize("case", sorted(BAD_PACKED))
def test_malformed_packed_data_have_their_message(tmp_path: Path, case: str) -> None:
    data, message = BAD_PACKED[case]
    refused(write(tmp_path / "train-images-idx3-ubyte.gz", data), message)


def refused(path: Path, message: str) -> None:
    begun = time.monotonic()
    with pytest.raises(DataError) as caught:
        read(path.parent)
    text = str(caught.value)
    assert time.monotonic() - begun < 5
    assert path.name in text
    assert re.search(message, text, re.DOTALL), text
    assert text.endswith(".")
    assert "Error" not in text


SETS: dict[str, tuple[dict[str, bytes], str]] = {
    "counts that differ": (
        {"train-images-idx3-ubyte": idx(images(10)), "train-labels-idx1-ubyte": idx(labels(9))},
        "train-images-idx3-ubyte holds 10 images, but train-labels-idx1-ubyte 9 labels.*do not belong together",
    ),
    "labels of the other part": (
        {"train-images-idx3-ubyte": idx(images(10)), "t10k-labels-idx1-ubyte": idx(labels(5))},
        "t10k-labels-idx1-ubyte holds 5 labels.*missing. Open t10k-images-idx3-ubyte|train-labels-idx1-ubyte",
    ),
    "only labels": ({"train-labels-idx1-ubyte": idx(labels(10))}, "10 labels.*Open train-images-idx3-ubyte"),
    "test labels missing": (
        {
            "train-images-idx3-ubyte": idx(images(10)),
            "train-labels-idx1-ubyte": idx(labels(10)),
            "t10k-images-idx3-ubyte": idx(images(5)),
        },
        "t10k-images-idx3-ubyte holds 5 images, but the file of their labels is missing. Open t10k-labels-idx1-ubyte",
    ),
    "test images missing": (
        {
            "train-images-idx3-ubyte": idx(images(10)),
            "train-labels-idx1-ubyte": idx(labels(10)),
            "t10k-labels-idx1-ubyte": idx(labels(5)),
        },
        "t10k-labels-idx1-ubyte holds 5 labels.*Open t10k-images-idx3-ubyte together",
    ),
    "images of other sizes": (
        {"train-images-idx3-ubyte": idx(images(10)), "t10k-images-idx3-ubyte": idx(images(10, height=27))},
        "rows of 28 × 28 values .*rows of 27 × 28 values",
    ),
    "values of another type": (
        {"train-images-idx3-ubyte": idx(images(10)), "t10k-images-idx3-ubyte": idx(images(10).astype(np.float32))},
        "unsigned, 8 bits.*floating, 32 bits",
    ),
    "two files of the same part": (
        {"train-images-idx3-ubyte": idx(images(10)), "train-images-idx3-ubyte (1)": idx(images(12))},
        "would be the same part of the data. Open only one",
    ),
}


@pytest.mark.parametrize("case", sorted(SETS))
def test_files_that_do_not_belong_together(tmp_path: Path, case: str) -> None:
    files, message = SETS[case]
    for name, data in files.items():
        write(tmp_path / name, data)
    with pytest.raises(DataError) as caught:
        read(tmp_path)
    assert re.search(message, str(caught.value), re.DOTALL), str(caught.value)
