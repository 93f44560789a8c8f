"""One readable file of plain numpy that repeats a run to the bit."""

from bpgui.project.exporters.numpy_script.script import write

__all__ = ["write"]
