"""What was found about a text file, in words, and what of it can be set otherwise."""

from __future__ import annotations

from bpgui.data.readers.options import Setting
from bpgui.data.readers.selecting import missing_setting, table_settings
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.column_types import Decision
from bpgui.data.readers.text.dates import ORDERS, Order
from bpgui.data.readers.text.encodings import LABELS, Source
from bpgui.data.readers.text.layout import Layout
from bpgui.data.readers.text.sniff import DELIMITERS

_THOUSANDS = (("none", "nothing"), (",", "comma"), (".", "point"), ("'", "apostrophe"), ("space", "space"))
_YES_NO = (("yes", "yes"), ("no", "no"))


def details_of(source: Source, layout: Layout, decision: Decision) -> tuple[tuple[str, str], ...]:
    """Pairs of words for a person."""
    delimiter = layout.dialect.delimiter
    details = [
        ("encoding", source.label),
        ("delimiter", DELIMITERS.get(delimiter, delimiter) if layout.width > 1 else "none"),
        ("decimal mark", "point" if decision.format.decimal == "." else "comma"),
        ("first row", "names" if layout.lines else "values"),
    ]
    if layout.lines > 1:
        details[3] = ("first rows", f"names in {layout.lines} lines")
    if decision.format.thousands:
        details.append(("thousands", decision.format.label))
    if layout.dialect.quote == "'":
        details.append(("quotes", "single"))
    order = _order(decision)
    if order in ("dmy", "mdy"):
        details.append(("dates", ORDERS[order]))
    return tuple(details)


def _order(decision: Decision) -> Order | None:
    """The order of day and month in the first column of dates that needs one, None where none does."""
    for plan in decision.plans:
        form = plan.form
        if plan.type == "date" and form is not None and form.kind == "parts" and (form.order != "ymd" or form.short):
            return form.order
    return None


def settings_of(task: Task, source: Source, layout: Layout, decision: Decision) -> tuple[Setting, ...]:
    """Each with the value the file was read with."""
    delimiter = layout.dialect.delimiter
    known = tuple((mark, label) for mark, label in DELIMITERS.items())
    encodings = dict(LABELS) if source.encoding in LABELS else {source.encoding: source.encoding, **LABELS}
    dated = any(plan.type == "date" or plan.mostly == "date" for plan in decision.plans)
    settings = [
        Setting(
            key="encoding", label="Encoding", value=source.encoding, choices=tuple(encodings.items()),
            help="Which letters the bytes of the file stand for.",
        ),
        Setting(
            key="delimiter", label="Delimiter", value=delimiter,
            choices=known if delimiter in DELIMITERS else ((delimiter, repr(delimiter)), *known),
            help="The character between two values of a row.",
        ),
        Setting(
            key="decimal", label="Decimal mark", value=decision.format.decimal,
            choices=((".", "point"), (",", "comma")),
            help="What stands before the fraction of a number.",
        ),
        Setting(
            key="thousands", label="Thousands apart by",
            value={"": "none", " ": "space"}.get(decision.format.thousands, decision.format.thousands),
            choices=_THOUSANDS, help="What groups the digits of large numbers.",
        ),
        Setting(
            key="header", label="First row holds names", value="yes" if layout.lines else "no", choices=_YES_NO,
            help="Whether the table begins with the names of its columns.",
        ),
        Setting(
            key="header_lines", label="Lines of names", value=str(max(1, layout.lines)),
            choices=tuple((str(count), str(count)) for count in range(1, 5)),
            help="Over how many rows the names of the columns go; they are joined.",
        ),
        Setting(
            key="skip", label="Lines left out first", value=str(layout.skip),
            help="How many lines of title or comment stand before the table.",
        ),
        Setting(
            key="fill_short_rows", label="Fill short rows", value="yes" if task.options.fill_short_rows else "no",
            choices=_YES_NO, help="Take the values that a short row lacks as missing instead of refusing the file.",
        ),
        missing_setting(task.options),
    ]  # fmt: skip
    if dated or task.options.dates:
        settings.append(
            Setting(
                key="dates", label="Dates", value=task.options.dates or _order(decision) or "",
                choices=(("", "as found"), *ORDERS.items()), help="The order of day, month and year.",
            )
        )  # fmt: skip
    return (*settings, *table_settings(task))
