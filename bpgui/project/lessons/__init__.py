"""Lessons: Markdown files whose steps set up a state, point at a control, and go on when something is done."""

from __future__ import annotations

from bpgui.project.lessons.lesson import Lesson, LessonError, Option, Prediction, Problem, Setup, Step
from bpgui.project.lessons.predicates import Expression, Value
from bpgui.project.lessons.reading import is_lesson, read_lesson
from bpgui.project.lessons.setting_up import set_up

__all__ = [
    "Expression", "Lesson", "LessonError", "Option", "Prediction", "Problem", "Setup", "Step", "Value", "is_lesson",
    "read_lesson", "set_up",
]  # fmt: skip
