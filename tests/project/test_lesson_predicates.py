"""The language of conditions: what it says, what it refuses, that it never does anything else."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpgui.project.lessons import live_text
from bpgui.project.lessons.predicates import BadExpression, parse

FACTS = {"loss": 0.25, "step": 12.0, "state": "ended", "done": True, "unknown": None, "nan": math.nan, "zero": 0.0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("loss < 0.3 and step >= 12", True),
        ("loss < 0.1 or not (step == 12)", False),
        ('state == "ended"', True),
        ('state != "ended" or done', True),
        ("0.2 < loss <= 0.25 < 1", True),
        ("abs(loss - 1) * 4", 3.0),
        ("max(loss, step, 13) - min(1, 2)", 12.0),
        ("-step / 4 + +1", -2.0),
        ("step", 12.0),
        ("1 / zero", None),
        ("unknown < 1", None),
        ("unknown < 1 and loss > 1", False),
        ("unknown < 1 or loss < 1", True),
        ("not unknown", None),
        ("nan > 0", None),
        ("loss < state", None),
        ('loss == "ended"', False),
    ],
)
def test_what_it_comes_to(text: str, value: object) -> None:
    assert parse(text).value(FACTS) == value


def test_a_condition_holds_only_where_it_is_known_to() -> None:
    assert parse("step").holds(FACTS)
    assert not parse("zero").holds(FACTS)
    for text in ("unknown > 0", "unknown <= 0", "not (unknown > 0)", "nan == nan", "elsewhere > 1", "1 / zero > 1"):
        assert not parse(text).holds(FACTS), text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is missing"),
        ("loss <", "cannot be read"),
        ("loss = 1", "compared with ==, not with ="),
        ("loss =< 1", "cannot be read"),
        ("loss ** 2", "** is not known here; there are + - * /"),
        ("open('x')", "only abs, min and max can be called"),
        ("loss.real", "more than a condition can hold"),
        ("[1][0]", "more than a condition can hold"),
        ("(lambda: 1)()", "only abs, min and max"),
        ("abs", "abs needs brackets"),
        ("abs(1, 2)", "abs takes one number"),
        ("max(1)", "max takes two numbers or more"),
        ("max(*loss, 2)", "more than a condition can hold"),
        ("loss in state", "only < <= > >= == and !="),
        ("loss if done else 1", "more than a condition can hold"),
        ("b'x' == state", "neither a number nor a text"),
        ("9" * 30 + " > loss", "too large"),
        ("(" * 40 + "1" + ")" * 40 + "+1" * 40, "nested too deeply"),
        ("1 + " * 300 + "1", "at most 500 characters"),
        ("val_los < 1", "'val_los' is not a fact or an event; did you mean val_loss?"),
    ],
)
def test_what_it_refuses_is_said(text: str, said: str) -> None:
    with pytest.raises(BadExpression) as error:
        parse(text, {*FACTS, "val_loss"})
    assert said in str(error.value)


names = st.sampled_from([*FACTS, "abs", "max", "__import__", "elsewhere"])
atoms = names | st.integers(-5, 5).map(str) | st.floats(allow_nan=False, allow_infinity=False).map(repr)
atoms |= st.sampled_from(['"ended"', "True", "None", "''", "1e999", "0x1F", "1j"])
signs = st.sampled_from(["+", "-", "*", "/", "<", "<=", "==", "!=", "and", "or", "%", "**", "in", "is"])
trees = st.recursive(
    atoms,
    lambda inner: st.tuples(inner, signs, inner).map(lambda part: f"({part[0]} {part[1]} {part[2]})")
    | inner.map(lambda part: f"not {part}")
    | st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"max({', '.join(parts)})"),
    max_leaves=12,
)


@given(st.text(max_size=60) | trees)
def test_no_text_makes_it_crash(text: str) -> None:
    """Every text is refused in words, or has a value of the four kinds."""
    try:
        found = parse(text)
    except BadExpression:
        return
    assert found.value(FACTS) is None or isinstance(found.value(FACTS), bool | float | str)
    assert found.holds(FACTS) in (True, False)


@given(trees)
def test_it_agrees_with_python_where_all_is_known(text: str) -> None:
    known = {name: value for name, value in FACTS.items() if name in ("loss", "step", "state", "done")}
    try:
        found = parse(text, known)
        expected = eval(text, {"__builtins__": {"abs": abs, "max": max}}, dict(known))
    except (BadExpression, TypeError, ZeroDivisionError, OverflowError):
        return
    value = found.value(known)
    if value is None or isinstance(expected, str) or (isinstance(expected, float) and math.isnan(expected)):
        return  # a text and a number, or a number that is none
    assert bool(value) == bool(expected)
    if isinstance(expected, float) and not isinstance(value, bool):
        assert value == expected


def test_live_numbers_in_a_text() -> None:
    text = live_text.read("Loss {loss:.1%}, step {step:d}, {unknown}, {state}, {done}, {{x}}, {1 - loss:.2f}, {-loss}")
    assert text.write(FACTS) == "Loss 25.0%, step 12, –, ended, yes, {x}, 0.75, −0.25"
    assert text.names == {"loss", "step", "unknown", "state", "done"}
    assert live_text.read("{a:d} {a}").write({"a": math.inf}) == "∞ inf"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("one\ntwo { three", 1, "a single { stands in the text; write {{"),
        ("} a", 0, "a single }"),
        ("a\nb\n{los:.2f}", 2, "did you mean loss?"),
        ("{loss:>20}", 0, "no way to write a number"),
    ],
)
def test_faults_in_a_text_have_their_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BadExpression) as error:
        live_text.read(text, FACTS)
    assert error.value.args[1] == line
    assert said in error.value.args[0]


@given(st.text(max_size=80))
def test_no_text_of_a_lesson_makes_it_crash(text: str) -> None:
    with contextlib.suppress(BadExpression):
        assert isinstance(live_text.read(text, FACTS).write(FACTS), str)
