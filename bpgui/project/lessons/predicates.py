"""The language of a lesson's conditions: names, numbers, texts, comparisons, and/or/not, + - * /, abs, min, max.

An expression is parsed by Python's own grammar, checked against a white list, and worked out by this file alone:
nothing is ever handed to `eval`. A name whose value is not known yet (the loss before the first step) makes what
depends on it unknown, None; a condition holds only where it is known to.
"""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

Value = float | str | bool | None
Known = float | str | bool

_LONGEST, _DEEPEST = 500, 30
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], Callable[[Known, Known], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
_SIGNS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Pow: "**", ast.FloorDiv: "//",
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., float]] = {"abs": abs, "min": min, "max": max}
_ASSIGNS = re.compile(r"(?<![<>=!])=(?!=)")
LANGUAGE = "names, numbers, texts, comparisons, and, or, not, + - * /, abs, min, max and brackets"


class BadExpression(Exception):
    """What is wrong with an expression, in words."""


@dataclass(frozen=True)
class Expression:
    """A checked expression: its `text`, the `names` in it, and what it comes to."""

    text: str
    names: frozenset[str]
    _tree: ast.expr

    def value(self, facts: Mapping[str, Value]) -> Value:
        """What it comes to; None where that is not known. Names that `facts` lacks are not known."""
        try:
            return _value(self._tree, facts)
        except (ArithmeticError, TypeError, ValueError):
            return None

    def holds(self, facts: Mapping[str, Value]) -> bool:
        """Whether it is known to be true: a number is where it is not 0, a text where it is not empty."""
        found = self.value(facts)
        return found is not None and not _is_nan(found) and bool(found)


def parse(text: str, known: Collection[str] | None = None, what: str = "a fact or an event") -> Expression:
    """The expression; `known` are the names that there are, None for any. Raises BadExpression."""
    text = " ".join(text.split())
    if not text:
        raise BadExpression("an expression is missing")
    if len(text) > _LONGEST:
        raise BadExpression(f"an expression has at most {_LONGEST} characters, this one {len(text)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in a text
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = getattr(error, "msg", None) or str(error) or "it has no end"
        if _ASSIGNS.search(text):
            reason = "two things are compared with ==, not with ="
        raise BadExpression(f"{text!r} cannot be read: {reason}") from None
    _check(tree, text, 0)
    names = frozenset(_names(tree))
    if known is not None:
        for name in sorted(names - frozenset(known)):
            raise BadExpression(f"{name!r} is not {what}{did_you_mean(name, known)}")
    return Expression(text, names, tree)


def did_you_mean(word: str, known: Collection[str]) -> str:
    """ "; did you mean val_loss?" where something is spelled alike, else nothing."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _check(node: ast.AST, text: str, depth: int) -> None:
    """Raises BadExpression for everything that is not on the white list."""
    if depth > _DEEPEST:
        raise BadExpression(f"{text!r} is nested too deeply")
    match node:
        case ast.Name():
            if node.id in FUNCTIONS:
                raise BadExpression(f"{node.id} needs brackets, as in {node.id}(a, b)")
        case ast.Constant(value=bool() | int() | float() | str()):
            if isinstance(node.value, int) and not isinstance(node.value, bool) and abs(node.value) > 2**53:
                raise BadExpression(f"{node.value} is too large a number")
        case ast.Constant():
            raise BadExpression(f"{node.value!r} is neither a number nor a text")
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd()):
            pass
        case ast.BinOp():
            if type(node.op) not in _ARITHMETIC:
                raise BadExpression(f"{_SIGNS.get(type(node.op), 'this sign')} is not known here; there are + - * /")
        case ast.Compare():
            for sign in node.ops:
                if type(sign) not in _COMPARISONS:
                    raise BadExpression("only < <= > >= == and != compare")
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            if node.keywords or not node.args or (name == "abs") != (len(node.args) == 1):
                needs = "one number" if name == "abs" else "two numbers or more"
                raise BadExpression(f"{name} takes {needs}, and nothing else")
            for argument in node.args:
                _check(argument, text, depth + 1)
            return
        case ast.Call():
            raise BadExpression("only abs, min and max can be called")
        case ast.expr_context() | ast.operator() | ast.boolop() | ast.cmpop() | ast.unaryop():
            pass
        case _:
            raise BadExpression(f"{text!r} is more than a condition can hold: {LANGUAGE}")
    for child in ast.iter_child_nodes(node):
        _check(child, text, depth + 1)


def _names(tree: ast.expr) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in FUNCTIONS:
            yield node.id


def _value(node: ast.expr, facts: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant():
            value = node.value
            return value if isinstance(value, bool | str) else float(value)  # type: ignore[arg-type]
        case ast.Name():
            return facts.get(node.id)
        case ast.BoolOp():
            return _logic(isinstance(node.op, ast.And), [_value(part, facts) for part in node.values])
        case ast.UnaryOp(op=ast.Not()):
            found = _value(node.operand, facts)
            return None if found is None or _is_nan(found) else not found
        case ast.UnaryOp():
            number = _number(_value(node.operand, facts))
            return None if number is None else -number if isinstance(node.op, ast.USub) else number
        case ast.BinOp():
            left, right = _number(_value(node.left, facts)), _number(_value(node.right, facts))
            return None if left is None or right is None else _ARITHMETIC[type(node.op)](left, right)
        case ast.Compare():
            return _comparison(node, facts)
        case ast.Call(func=ast.Name(id=name)):
            numbers = [_number(_value(part, facts)) for part in node.args]
            return None if None in numbers else float(FUNCTIONS[name](*numbers))
    return None


def _logic(both: bool, values: list[Value]) -> Value:
    """And, or: decided by one that decides, else unknown where one is."""
    known = [bool(value) for value in values if value is not None and not _is_nan(value)]
    if (not both) in known:
        return not both
    return both if len(known) == len(values) else None


def _comparison(node: ast.Compare, facts: Mapping[str, Value]) -> Value:
    values = [_value(part, facts) for part in (node.left, *node.comparators)]
    results: list[Value] = []
    for sign, left, right in zip(node.ops, values, values[1:], strict=False):
        if left is None or right is None or _is_nan(left) or _is_nan(right):
            results.append(None)
        elif isinstance(left, str) != isinstance(right, str):
            results.append({ast.Eq: False, ast.NotEq: True}.get(type(sign)))
        else:
            results.append(_COMPARISONS[type(sign)](left, right))
    return _logic(True, results)


def _number(value: Value) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)


def _is_nan(value: Value) -> bool:
    return isinstance(value, float) and math.isnan(value)
