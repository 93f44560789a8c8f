"""Qt's tables of ICU, cut down to what Qt asks for: how texts are sorted, in every language.

Qt brings its own tables of languages, calendars, currencies and encodings. The rest is 27 of 32 MB.
"""

from __future__ import annotations

import re
from pathlib import Path

from making.process import run

_UNUSED = re.compile(
    r"(unit|curr|lang|brkitr|region|translit|rbnf|zone)/|.*\.cnv$|unames\.icu$|[a-z]{2,3}(_\w+)*\.res$"
)
_TABLES = re.compile(r"\.rodata\s+PROGBITS\s+[0-9a-f]+\s+([0-9a-f]+)\s+([0-9a-f]+)")


def cut_down(library: Path, folder: Path) -> None:
    """Replace libicudata.so.NN by one with fewer tables; `folder` is for what lies between."""
    number = library.name.rpartition(".")[2]
    whole, wanted = folder / "whole" / f"icudt{number}l.dat", folder / f"icudt{number}l.dat"
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_bytes(tables(library))
    unused = folder / "unused.txt"
    unused.write_text("\n".join(filter(is_unused, run(["icupkg", "-l", whole]).split())), encoding="ascii")
    run(["icupkg", "-r", unused, whole, wanted])
    run(["ld", "-r", "-b", "binary", "-o", "tables.o", wanted.name], cwd=folder)
    renamed = [
        "--rename-section", ".data=.rodata,alloc,load,readonly,data,contents", "--set-section-alignment", ".rodata=16",
        "--redefine-sym", f"_binary_icudt{number}l_dat_start=icudt{number}_dat", "tables.o", "named.o",
    ]  # fmt: skip
    run(["objcopy", *renamed], cwd=folder)
    run(["ld", "-shared", "--soname", library.name, "-z", "noexecstack", "-o", library, "named.o"], cwd=folder)


def tables(library: Path) -> bytes:
    """The tables in an ICU library: all that its section of constants holds."""
    found = _TABLES.search(run(["readelf", "-SW", library]))
    if found is None:
        raise ValueError(f"{library} holds no tables")
    start, size = (int(part, 16) for part in found.groups())
    with open(library, "rb") as file:
        file.seek(start)
        return file.read(size)


def is_unused(table: str) -> bool:
    """Whether a table, named as icupkg names it, is one that Qt does not ask for."""
    return _UNUSED.match(table) is not None
