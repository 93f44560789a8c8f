"""One readable file of plain numpy that repeats a run to the bit."""

from bpgui.project.exporters.numpy_script.closing import LOSS_COLUMNS
from bpgui.project.exporters.numpy_script.script import write

__all__ = ["LOSS_COLUMNS", "write"]
