"""The headless commands and their exit codes: 0 done, 1 failed, 2 usage."""

from __future__ import annotations

import sys
from argparse import Namespace

from bpgui.cli.check import check
from bpgui.cli.export import export
from bpgui.cli.lesson import lesson
from bpgui.cli.predict import predict
from bpgui.cli.reference import reference
from bpgui.cli.train import train
from bpgui.cli.words import Usage
from bpgui.cli.worksheet import worksheet
from bpgui.data.errors import DataError
from bpgui.project.atomic import StorageError
from bpgui.project.edits import IllegalEdit
from bpgui.project.samples import SAMPLES


def run_command(options: Namespace) -> int:
    """Do what `parse` understood."""
    try:
        if options.command == "train":
            return train(options)
        if options.command == "predict":
            return predict(options)
        if options.command == "export":
            return export(options)
        if options.command == "check":
            return check(options)
        if options.command == "reference":
            return reference(options)
        if options.command == "lesson":
            return lesson(options)
        if options.command == "worksheet":
            return worksheet(options)
        return list_samples()
    except (Usage, IllegalEdit) as error:
        print(f"bpgui: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1
    except MemoryError:
        sentence = "There is not enough memory. Close other programs, or take less data or fewer units."
        print(f"bpgui: {sentence}", file=sys.stderr)
        return 1
    except (DataError, StorageError, OSError) as error:
        print(f"bpgui: {error}", file=sys.stderr)
        return 1


def list_samples() -> int:
    """A line a sample."""
    width = max(len(name) for name in SAMPLES)
    for sample in SAMPLES.values():
        print(f"{sample.name:<{width}}  {sample.label}. {sample.teaches}")
    return 0
