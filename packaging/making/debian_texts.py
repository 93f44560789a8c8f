"""Texts in Debian's forms: changelog, copyright, control. From CHANGELOG.md, the licences and pyproject.toml."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from making.components import INTERNAL, Component
from making.names import HOME, MAINTAINER, NAME, SUMMARY, TITLE, architecture, version

WIDTH = 78
DEBIAN_REVISION = 1
SOURCE = f"the source distribution, {NAME}-{version()}.tar.gz, which is made together with this package"
_SECTION = re.compile(r"^## \[(?P<version>[^\]]+)\] - (?P<date>\S+)\n(?P<text>.*?)(?=^## |\Z)", re.M | re.S)
_COPYRIGHT = re.compile(r"^[\W_]*((?:copyright|\(c\)|©)[^\n]*\d{4}[^\n]*)", re.IGNORECASE | re.MULTILINE)
# Whole texts of licences that every Debian system has: name in /usr/share/common-licenses -> from where to where.
_COMMON = {
    "Apache-2.0": r"Apache License\s+Version 2\.0, January 2004.*?END OF TERMS AND CONDITIONS",
    "LGPL-3": r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3, 29 June 2007.*\Z",
    "GPL-3": r"GNU GENERAL PUBLIC LICENSE\s+Version 3, 29 June 2007.*?END OF TERMS AND CONDITIONS",
    "GPL-2": r"GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991.*?END OF TERMS AND CONDITIONS",
}


# ---- changelog


def changelog(markdown: str, released: datetime) -> str:
    """CHANGELOG.md as a Debian changelog; what has no date yet is from `released`. ValueError: it has no section."""
    entries = []
    for found in _SECTION.finditer(markdown):
        dated = re.fullmatch(r"\d{4}-\d\d-\d\d", found["date"])
        when = datetime.fromisoformat(found["date"]).replace(tzinfo=released.tzinfo) if dated else released
        entries.append(
            f"{NAME} ({found['version']}-{DEBIAN_REVISION}) unstable; urgency=medium\n\n"
            + "\n".join(bullet(line) for line in changes(found["text"]))
            + f"\n\n -- {MAINTAINER}  {format_datetime(when)}\n"
        )
    if not entries:
        raise ValueError("CHANGELOG.md has no section of the form '## [1.2.3] - 2026-01-31'")
    return "\n".join(entries)


def changes_of(version: str, markdown: str) -> list[str]:
    """The same of one version. Raises ValueError where CHANGELOG.md does not tell of it."""
    for found in _SECTION.finditer(markdown):
        if found["version"] == version:
            return changes(found["text"])
    raise ValueError(f"CHANGELOG.md does not tell of {version}")


def changes(text: str) -> list[str]:
    """What a section says in short: its first paragraph, and of each point what stands out."""
    first = text.strip().split("\n\n", 1)[0]
    lines = [plain(first)] if first and not first.startswith(("-", "#")) else []
    for point in re.findall(r"^- (.*?)(?=^- |^#|\n\n|\Z)", text, re.MULTILINE | re.DOTALL):
        outstanding = re.match(r"\*\*(.+?)\*\*", point, re.DOTALL)
        lines.append(plain(outstanding[1] if outstanding else point).rstrip(".:") + ".")
    return lines or ["New version."]


def plain(markdown: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", r"\1", markdown)).strip()


def bullet(line: str) -> str:
    return textwrap.fill(line, WIDTH, initial_indent="  * ", subsequent_indent="    ", break_long_words=False)


# ---- copyright


def copyright_file(components: Iterable[Component], prefix: str) -> str:
    """The machine-readable copyright of a package whose bundle is at `prefix` (without a leading slash)."""
    head = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        f"Upstream-Name: {NAME}\nSource: {HOME or SOURCE}\n"
        f"Comment: Besides {NAME}'s own files the package holds the libraries that it was made with, each under its\n"
        " own licence. Qt, PySide6 and Shiboken are used under the LGPL 3; they are separate shared libraries, which\n"
        " can be replaced. Their sources: https://download.qt.io/official_releases/\n"
    )
    stanzas = [head]
    for component in components:
        stanzas.append(stanza(component, prefix))
    return "\n".join(stanzas)


def stanza(component: Component, prefix: str) -> str:
    """Files, copyright lines and the texts of one component; what Debian has in common-licenses is only named."""
    texts = [text.read_text(encoding="utf-8", errors="replace") for text in component.texts]
    notices = list(dict.fromkeys(notice for text in texts for notice in notices_in(text)))
    files = "*" if component.name == NAME else "\n ".join(patterns(component.files, prefix) or [f"{prefix}/{NAME}"])
    body = "\n\n".join(shortened(text) for text in texts)
    licence = component.licence.replace(" OR ", " or ").replace(" AND ", " and ") or f"{component.name}-text"
    return (
        f"Files: {files}\n"
        f"Copyright: {chr(10).join(folded(notices)) or 'see the text of the licence'}\n"
        f"License: {'Expat' if component.name == NAME else licence}\n{indented(body)}\n"
    )


def notices_in(text: str) -> list[str]:
    return [re.sub(r"\s+", " ", found).strip(" *#") for found in _COPYRIGHT.findall(text)][:40]


def folded(lines: list[str]) -> list[str]:
    return [line if number == 0 else f" {line}" for number, line in enumerate(lines)]


def patterns(files: Iterable[str], prefix: str) -> list[str]:
    """The files of a component below the bundle, whole folders as one pattern."""
    tops = {f"{file.split('/')[0]}/*" if "/" in file else file for file in files}
    return sorted(f"{prefix}/{INTERNAL}/{top}" for top in tops)


def shortened(text: str) -> str:
    for name, whole in _COMMON.items():
        instead = f"[On Debian systems this text is /usr/share/common-licenses/{name}]"
        text = re.sub(whole, instead, text, flags=re.DOTALL)
    return text


def indented(text: str) -> str:
    lines = (line.rstrip() for line in text.replace("\f", "").expandtabs().splitlines())
    return "\n".join(f" {line}" if line else " ." for line in lines)


# ---- control


def control(installed_kib: int, depends: str) -> str:
    description = textwrap.wrap(
        f"{TITLE}: {SUMMARY}. A network is built from blocks, data (tables, images, sounds) is dropped in, and while "
        "it trains the loss falls, the weights take colour and the decision takes shape. Every number shown is the "
        "engine's own, and every run can be repeated to the last bit. The same works in the terminal, with no window.",
        WIDTH,
    )  # fmt: skip
    fields: Mapping[str, str] = {
        "Package": NAME,
        "Version": f"{version()}-{DEBIAN_REVISION}",
        "Architecture": architecture(),
        "Maintainer": MAINTAINER,
        "Installed-Size": str(installed_kib),
        "Depends": depends,
        "Suggests": "libgtk-3-0t64 | libgtk-3-0, xdg-utils",
        "Section": "science",
        "Priority": "optional",
        **({"Homepage": HOME} if HOME else {}),
        "Description": "\n ".join([SUMMARY, *description]),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def md5sums(lines: Mapping[Path, str]) -> str:
    return "".join(f"{digest}  {path.as_posix()}\n" for path, digest in sorted(lines.items()))
