"""Which MIME type each ending has: launcher, installers and bundles of all three systems open what this table lists."""

from __future__ import annotations

from making.names import MIME_TYPE

# The readers' endings (bpgui/data/readers), lessons' and our own. A file without one is known by its content.
TYPES: dict[str, str] = {
    ".bpgui": MIME_TYPE,
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".tab": "text/tab-separated-values",
    ".txt": "text/plain",
    ".dat": "text/plain",
    ".data": "text/plain",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".pq": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".npy": "application/x-numpy-array",
    ".npz": "application/x-numpy-archive",
    ".idx": "application/x-idx",
    ".gz": "application/gzip",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
    ".wav": "audio/x-wav",
    ".wave": "audio/x-wav",
    ".md": "text/markdown",  # a lesson
}

# Types that Debian's shared-mime-info does not know, or not by these endings: resources/launcher/bpgui.mime.xml.
OUR_GLOBS = (".bpgui", ".tab", ".jsonl", ".ndjson", ".parquet", ".pq", ".npy", ".npz", ".idx", ".wave")

# Endings that no system gives a type: files of these are known by what is in them.
BY_CONTENT = (".dat", ".data")
# What the same kind is called by other versions of shared-mime-info; a launcher is found by the name in use there.
ALIASES = {"audio/x-wav": ("audio/vnd.wave",)}

PROJECT_SUFFIX = ".bpgui"


def types() -> list[str]:
    """Every MIME type once, in the order of the table, with its other names."""
    return list(dict.fromkeys(name for kind in TYPES.values() for name in (kind, *ALIASES.get(kind, ()))))


def data_suffixes() -> list[str]:
    """Every ending but the project's."""
    return [suffix for suffix in TYPES if suffix != PROJECT_SUFFIX]
