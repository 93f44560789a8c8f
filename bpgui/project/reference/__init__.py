"""The reference: an entry for everything in the engine's tables, every setting, and the field's terms.

Label, formula and sentence of an entry are those of its table; the longer texts stand in `resources/reference`, one
file a kind. A key is `kind.name` ("activation.relu"); the name alone finds the first kind that has it (`find`).
"""

from bpgui.project.reference.entries import KINDS, Entry, Kind, entries, entry, find, key_of_field, search
from bpgui.project.reference.plain import plain_text

__all__ = ["KINDS", "Entry", "Kind", "entries", "entry", "find", "key_of_field", "plain_text", "search"]
