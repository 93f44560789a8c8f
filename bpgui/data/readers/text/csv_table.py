"""The values of a text file, read by DuckDB: as was decided, and again where late cells say otherwise."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.duck import together
from bpgui.data.readers.options import Question
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.column_types import Decision, Plan, decide
from bpgui.data.readers.text.csv_columns import EVIDENCE, Columns, Evidence, Odd
from bpgui.data.readers.text.csv_file import CsvFile
from bpgui.data.readers.text.csv_large import LargeColumns
from bpgui.data.readers.text.csv_straight import StraightColumns, fits
from bpgui.data.readers.text.encodings import Source
from bpgui.data.readers.text.layout import Layout
from bpgui.data.readers.text.numbers import MISSING, MISSING_NUMBER, quoted, whole
from bpgui.data.readers.text.row_count import estimated_rows
from bpgui.data.readers.text.sentinels import na_question, words_for
from bpgui.data.table import AnyColumn, NumberColumn

LOOKED = 1000  # columns at a time for a second look
_ROUNDS = 4

Done = Callable[[AnyColumn], AnyColumn]


class CsvTable:
    """One text file in one DuckDB connection. `which` are the columns that are read, by their places."""

    def __init__(self, task: Task, source: Source, layout: Layout, which: Sequence[int]) -> None:
        self._task, self._source, self._layout = task, source, layout
        self.which = tuple(which)
        self._place = {index: place for place, index in enumerate(which)}  # among those that are read
        self._file = CsvFile(task, source, layout)
        self._words = {index: words_for(layout.names[index], layout.names, task.options) for index in which}
        self._cells = {index: list(layout.columns[index]) for index in which}
        self.decision = self._decide()
        self.odd: dict[int, Odd] = {}
        self.rows = 0

    def close(self) -> None:
        self._file.close()

    @property
    def notes(self) -> list[str]:
        return self._file.notes

    def plan(self, index: int) -> Plan:
        return self.decision.plans[self._place[index]]

    def columns(self, done: Done) -> list[AnyColumn]:
        """The columns, each as `done` gives it back, so that only a few are in memory at a time.

        As many are loaded together as DuckDB has room for. Cells far down may say that a column is something else, or
        numbers are written otherwise than was thought: then what was made of others is made anew.

        Raises DataError for bad rows and where there are none.
        """
        self._file.choose_rows()
        for index, plan in self._planned():
            if plan.mostly:
                self.odd[index] = self._first_odd(index)
        many = together(self._task.memory)
        made: dict[int, tuple[object, AnyColumn]] = {}
        for _ in range(_ROUNDS):
            stale = [i for i, plan in self._planned() if i not in made or made[i][0] != self._way(i, plan)]
            for start in range(0, len(stale), many):
                for index, column in self._settled(stale[start : start + many]):
                    made[index] = (self._way(index, self.plan(index)), done(column))
                    self._task.progress(0.7 + 0.3 * len(made) / len(self.which))
        return [made[index][1] for index in self.which]

    def _way(self, index: int, plan: Plan) -> object:
        """What a column depends on."""
        return plan.type, plan.form, self._expression(index, plan)

    def _settled(self, group: list[int]) -> Iterator[tuple[int, AnyColumn]]:
        """Those columns, loaded until no late cell says otherwise."""
        for turn in range(_ROUNDS):
            ways = [self._way(index, self.plan(index)) for index in group]
            columns = self._loaded(group)
            self.rows = columns.rows
            if not self.rows:
                name = self._task.name
                raise DataError(f"{name} has a row of names and no rows of values. Add rows below the names.")
            late = self._late_numbers(group, columns)
            dates: dict[int, NDArray[np.float64]] = {}
            for index in group:
                if self.plan(index).type == "date":
                    dates[index] = self._days(index, columns, late)
            if turn == _ROUNDS - 1 or not any(found.cells for found in late.values()):
                break
            for index, found in late.items():
                self._cells[index] += found.cells
                if found.odd:
                    self.odd[index] = found.odd
            self.decision = self._decide()
            if [self._way(index, self.plan(index)) for index in group] == ways:
                break
        names = self._layout.names
        for index, days in dates.items():
            yield index, NumberColumn(names[index], days, "date")
        for index in group:
            if self.plan(index).type == "text":
                yield index, columns.texts(index, names[index])
        numbers = [index for index in group if self.plan(index).type == "number"]
        for index, values in columns.numbers(numbers):
            yield index, NumberColumn(names[index], values)

    def _days(self, index: int, columns: Columns, late: dict[int, Evidence]) -> NDArray[np.float64]:
        plan = self.plan(index)
        assert plan.form is not None
        tokens = {*MISSING_NUMBER, *self._words[index].missing} - self._words[index].kept
        days, found = columns.days(index, plan.form, tokens)
        if found.odd and plan.forced:
            self.odd[index] = found.odd
        elif found.odd:
            late[index] = Evidence(list(dict.fromkeys(found.cells)), found.odd)
        return days

    def _planned(self) -> list[tuple[int, Plan]]:
        return list(zip(self.which, self.decision.plans, strict=True))

    def _decide(self) -> Decision:
        layout, cells = self._layout, []
        for index in self.which:
            words = self._words[index].missing
            cells.append([cell for cell in self._cells[index] if cell not in words] if words else self._cells[index])
        names = [layout.names[index] for index in self.which]
        return decide(self._task.name, names, cells, layout.formats, self._task.options)

    def _expression(self, index: int, plan: Plan) -> str:
        cell, words = f"c{index}", self._words[index]
        if plan.type == "number":
            return self._number(cell, plan)
        if plan.type == "date":  # words for a missing one are looked at with all that is no date
            return f"trim({cell})"
        tokens = (set(MISSING) | words.missing) - words.kept
        return f"CASE WHEN trim({cell}) NOT IN ({_listed(tokens)}) THEN trim({cell}) END"

    def _number(self, cell: str, plan: Plan) -> str:
        if plan.dress is None:
            return self.decision.format.sql(cell, self._source.underscores)
        number = self.decision.format.sql(plan.dress.sql(cell))
        return f"({number}) / 100" if plan.dress.percent else number

    def _no_number(self, index: int, plan: Plan) -> str:
        """Whether a cell is neither a number nor a word for a missing one."""
        tokens = _listed(set(MISSING_NUMBER) | self._words[index].missing)
        number = self._number(f"c{index}", plan)
        return f"(c{index} IS NOT NULL AND {number} IS NULL AND NOT list_contains([{tokens}], trim(c{index})))"

    def _misleading(self, index: int, plan: Plan) -> str:
        """Whether a number may be none: it begins with a needless zero, or has a mark never seen before."""
        cell = f"c{index}"
        zero = f"{cell} >= '00' AND {cell} < '0:'"
        tests = [f"({zero})"] if self._perhaps_codes(index, plan) else []
        tests += [f"contains({cell}, '.')"] if self._unproven(plan) else []
        return " OR ".join(tests) or "false"

    def _perhaps_codes(self, index: int, plan: Plan) -> bool:
        """Whether a needless zero would make the column one of codes: so far it holds whole numbers only."""
        return not plan.forced and plan.dress is None and (not self._cells[index] or whole(self._cells[index]))

    def _unproven(self, plan: Plan) -> bool:
        """Whether 1.234 may be more than a thousand."""
        if plan.forced or plan.dress is not None:
            return False
        return not self.decision.proven and self._layout.dialect.delimiter != ","

    def _loaded(self, group: Sequence[int]) -> Columns:
        """Those columns: numbers as DOUBLE, text trimmed and NULL where missing. Raises DataError for bad rows.

        `odd` and `misleading` say of a row whether a second look is needed; few operations a column, since each one
        takes memory in every thread. They also keep DuckDB from casting in its reader, which then refuses the row.
        """
        plans = {index: self.plan(index) for index in group}
        numbers = {index: plan for index, plan in plans.items() if plan.type == "number"}
        odd = [f"(c{i} IS NULL AND r{i} IS NOT NULL)" for i in numbers]
        zeros = [f"(r{i} >= '00' AND r{i} < '0:')" for i, plan in numbers.items() if self._perhaps_codes(i, plan)]
        points = [f"contains(r{i}, '.')" for i, plan in numbers.items() if self._unproven(plan)]
        made = [f"{self._expression(index, plan)} AS c{index}" for index, plan in plans.items()]
        raw = [f"c{i} AS r{i}" for i in numbers]
        flags = {"odd": _any(odd), "misleading": _any(zeros + points)}
        self._file.forget_rejected()
        columns = self._columns(plans, [*made, *raw], flags)
        self._file.refuse_rejected()
        return columns

    def _columns(self, plans: dict[int, Plan], made: list[str], flags: dict[str, str]) -> Columns:
        file = self._file
        if file.limit is not None:
            rows = f"(SELECT {', '.join([*made, 'n'])} FROM {file.numbered()})"
            return LargeColumns(self._task, file, rows, list(plans), flags)
        rows = f"(SELECT {', '.join(made)} FROM {file.scan()})"
        if fits(estimated_rows(self._source.path), list(plans.values()), self._task.memory):
            texts = {index: self._levels(index) for index, plan in plans.items() if plan.type == "text"}
            with contextlib.suppress(MemoryError):  # it is more than the beginning of the file let expect
                return StraightColumns(file, rows, plans, texts, flags)
        return LargeColumns(self._task, file, rows, list(plans), flags)

    def _levels(self, index: int) -> list[str]:
        """Texts of the column that are known from the beginning of the file."""
        cells = (row[index].strip(" ") for row in self._layout.rows if index < len(row))
        return list(dict.fromkeys(cells))

    def _late_numbers(self, group: Sequence[int], columns: Columns) -> dict[int, Evidence]:
        """Cells of columns of numbers that speak against their plans, found in a second look at the file."""
        numbers = {index: self.plan(index) for index in group if self.plan(index).type == "number"}
        odd, strange = columns.odd, columns.misleading
        if not numbers or not (odd or strange):
            return {}
        gaps = columns.with_gaps(list(numbers))
        looked = [index for index in numbers if index in gaps or strange]
        late: dict[int, Evidence] = {}
        for start in range(0, len(looked), LOOKED):
            tests = {}
            for index in looked[start : start + LOOKED]:
                parts = [self._no_number(index, numbers[index])] if odd else []
                parts += [self._misleading(index, numbers[index])] if strange else []
                tests[index] = f"coalesce({' OR '.join(parts)}, false)"
            counted = ", ".join(f"count(*) FILTER ({test})" for test in tests.values())
            counts = self._file.query(f"SELECT {counted} FROM {self._file.numbered()}").fetchone()
            self._collect({i: (test, n) for (i, test), n in zip(tests.items(), counts, strict=True) if n}, late)
        return late

    def _collect(self, suspects: dict[int, tuple[str, int]], late: dict[int, Evidence]) -> None:
        """The first cells that pass the tests, into `late`, or said at once where a person has settled the type."""
        if not suspects:
            return
        asked = ", ".join(
            f"arg_min(trim(c{i}), n, {EVIDENCE}) FILTER ({test}), min(n) FILTER ({test})"
            for i, (test, _) in suspects.items()
        )
        found = self._file.query(f"SELECT {asked} FROM {self._file.numbered()}").fetchone()
        for place, (index, (_, count)) in enumerate(suspects.items()):
            cells = [str(cell) for cell in found[2 * place]]
            odd = Odd(int(found[2 * place + 1]), cells[0], int(count))
            if self.plan(index).forced:
                self.odd[index] = odd
            else:
                late[index] = Evidence(list(dict.fromkeys(cells)), odd)

    def _first_odd(self, index: int) -> Odd:
        """The first cell of the beginning that does not fit the type of most of its column."""
        place = self._place[index]
        tokens = {*MISSING_NUMBER, *self._words[index].missing}
        for row, cells in enumerate(self._layout.rows, start=1):
            cell = cells[index].strip() if index < len(cells) else ""
            if cell not in tokens and not self.decision.fits(place, cell):
                return Odd(row, cell, None)
        return Odd(1, "", None)

    def about_na(self, levels: dict[str, tuple[str, ...]]) -> Question | None:
        """A question where NA stands among other codes of two letters; `levels` are those of the columns of text."""
        suspects = [
            index for index in self.which
            if (texts := levels.get(self._layout.names[index], ())) and len(texts) >= 2
            and all(len(text) == 2 and text.isalpha() and text.isupper() for text in texts)
            and "NA" not in self._words[index].missing | self._words[index].kept
        ]  # fmt: skip
        if not suspects:
            return None
        counted = ", ".join(f"count(*) FILTER (trim(c{index}) = 'NA')" for index in suspects)
        counts = self._file.query(f"SELECT {counted} FROM {self._file.numbered()}").fetchone()
        names = [self._layout.names[index] for index, count in zip(suspects, counts, strict=True) if count]
        return na_question(self._task.name, names, self._task.options)


def _any(tests: Sequence[str]) -> str:
    """Whether one of the tests holds, for one row."""
    return f"coalesce({' OR '.join(tests) or 'false'}, false)"


def _listed(tokens: set[str] | frozenset[str]) -> str:
    return ", ".join(quoted(token) for token in sorted(tokens))
