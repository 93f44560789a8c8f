"""Money and percent: one rule in Python, for the cells that are looked at, and in SQL, for all others."""

from __future__ import annotations

import random

import duckdb
import pytest

from bpgui.data.readers.text.dress import Dress

_PIECES = ("-", "+", "(", ")", "$", "€", "kr.", "kr. ", "Rs. ", "CHF ", " ", "1", "12", ".", ",", "50", "–", "--", "%",
           "e5", "e-5", "\u2212", "1.234,50", "2'450.", "\u00a0", "円")  # fmt: skip
DRESSES = (Dress("$"), Dress("kr."), Dress("Rs."), Dress("CHF"), Dress("円"), Dress(), Dress("", percent=True),
           Dress("", parentheses=True), Dress("$", parentheses=True))  # fmt: skip


@pytest.mark.parametrize("dress", DRESSES, ids=str)
def test_the_database_undresses_as_the_program_does(dress: Dress) -> None:
    draw = random.Random(1)
    cells = ["".join(draw.choices(_PIECES, k=draw.randint(1, 6))) for _ in range(4000)]
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT {dress.sql('c')} FROM (SELECT unnest(?) AS c)", [cells]).fetchall()
    assert [bare for (bare,) in rows] == [dress.bare(cell) for cell in cells]


@pytest.mark.parametrize(
    ("currency", "cell", "bare"),
    [
        ("kr.", "kr. -500,00", "-500,00"), ("kr.", "-kr. 5", "-5"), ("Rs.", "Rs. \u22121,5", "-1,5"),
        ("$", "($5)", None),
        ("€", "5,10-", "-5,10"), ("€", "12,- €", "12,"), ("€", "12-", None), ("€", "-5,10-", None),
        ("€", "1e-5", "1e-5"),
    ],
)  # fmt: skip
def test_signs_and_dashes(currency: str, cell: str, bare: str | None) -> None:
    assert Dress(currency).bare(cell) == bare
