"""The values of a text file, read by DuckDB: as was decided, and again where late cells say otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.choosing import chosen_rows
from bpgui.data.readers.duck import connect, together
from bpgui.data.readers.options import Question
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.column_types import Decision, Plan, decide
from bpgui.data.readers.text.csv_columns import EVIDENCE, Columns, Evidence, Odd
from bpgui.data.readers.text.csv_failures import failure, footer_of, rejection
from bpgui.data.readers.text.encodings import Source
from bpgui.data.readers.text.layout import Layout
from bpgui.data.readers.text.numbers import MISSING, MISSING_NUMBER, quoted, whole
from bpgui.data.readers.text.sentinels import na_question, words_for
from bpgui.data.table import AnyColumn, NumberColumn

LOOKED = 1000  # columns at a time for a second look
_ROUNDS = 4

Done = Callable[[AnyColumn], AnyColumn]


class CsvTable:
    """One text file in one DuckDB connection. `which` are the columns that are read, by their places."""

    def __init__(self, task: Task, source: Source, layout: Layout, which: Sequence[int]) -> None:
        import duckdb

        self._error = duckdb.Error
        self._task, self._source, self._layout = task, source, layout
        self.which = tuple(which)
        self._connection = connect(task.folder, task.memory, (source.path,))
        self._words = {index: words_for(layout.names[index], layout.names, task.options) for index in which}
        self._cells = {index: list(layout.columns[index]) for index in which}
        self._limit: int | None = None
        self.decision = self._decide()
        self.odd: dict[int, Odd] = {}
        self.notes: list[str] = []
        self.rows = 0

    def close(self) -> None:
        self._task.watch(None)
        self._connection.close()

    def plan(self, index: int) -> Plan:
        return self.decision.plans[self.which.index(index)]

    def columns(self, done: Done) -> list[AnyColumn]:
        """The columns, each as `done` gives it back, so that only a few are in memory at a time.

        As many are loaded together as DuckDB has room for. Cells far down may say that a column is something else, or
        numbers are written otherwise than was thought: then what was made of others is made anew.

        Raises DataError for bad rows and where there are none.
        """
        self._choose_rows()
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
            self._load(group)
            if not self.rows:
                name = self._task.name
                raise DataError(f"{name} has a row of names and no rows of values. Add rows below the names.")
            columns = Columns(self._task, self._query, self.rows)
            late = self._late_numbers(group)
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

    def _query(self, sql: str) -> Any:
        self._task.watch(self._connection)
        try:
            return self._connection.execute(sql)
        except self._error as error:
            raise DataError(failure(self._task.name, error)) from error
        finally:
            self._task.watch(None)

    def _one(self, sql: str) -> Any:
        return self._query(sql).fetchone()[0]

    def _scan(self) -> str:
        layout, dialect = self._layout, self._layout.dialect
        columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(layout.width))
        fill = self._task.options.fill_short_rows
        scan = (
            f"read_csv({quoted(str(self._source.path.absolute()))}, auto_detect=false, columns={{{columns}}}, "
            f"delim={quoted(dialect.delimiter)}, quote={quoted(dialect.quote)}, escape={quoted(dialect.escape)}, "
            f"header=false, skip={layout.passed}, null_padding={str(fill).lower()}, store_rejects=true, "
            f"rejects_limit=1000, compression='none', hive_partitioning=false, parallel={str(not fill).lower()})"
        )
        if layout.width == 1:  # blank lines would be rows
            scan = f"(SELECT * FROM {scan} WHERE c0 IS NOT NULL)"
        return scan

    def _numbered(self) -> str:
        """The rows that are read, with their number n from 1 in the file."""
        numbered = f"(SELECT *, row_number() OVER () AS n FROM {self._scan()})"
        return numbered if self._limit is None else f"(SELECT * FROM {numbered} SEMI JOIN picked USING (n))"

    def _choose_rows(self) -> None:
        """A sample of rows, where one is wanted, as a table of their numbers."""
        wanted = self._task.options.rows
        if wanted is None or self._task.preview is not None:
            return
        count = self._one(f"SELECT count(*) FROM {self._scan()}")
        if wanted >= count:
            return
        picked = chosen_rows(count, self._task) + 1
        self._query("CREATE TEMP TABLE picked (n BIGINT)")
        self._connection.execute("INSERT INTO picked SELECT unnest(?::BIGINT[])", [picked]) if len(picked) else None
        self._limit = wanted
        self.notes.append(f"{wanted:,} of {count:,} rows were taken, drawn at random and always alike.")

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

    def _load(self, group: Sequence[int]) -> None:
        """Fill the table t: numbers as DOUBLE, text trimmed and NULL where missing. Raises DataError for bad rows.

        `odd` and `misleading` say of a row whether a second look is needed; few operations a column, since each one
        takes memory in every thread. They also keep DuckDB from casting in its reader, which then refuses the row.
        """
        self._query("DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        plans = [(index, self.plan(index)) for index in group]
        numbers = [(index, plan) for index, plan in plans if plan.type == "number"]
        odd = " OR ".join(f"(c{i} IS NULL AND r{i} IS NOT NULL)" for i, _ in numbers)
        strange = " OR ".join(
            test
            for i, plan in numbers
            for test, asked in (
                (f"(r{i} >= '00' AND r{i} < '0:')", self._perhaps_codes(i, plan)),
                (f"contains(r{i}, '.')", self._unproven(plan)),
            )
            if asked
        )
        flags = f"coalesce({odd or 'false'}, false) AS odd, coalesce({strange or 'false'}, false) AS misleading"
        made = [f"{self._expression(index, plan)} AS c{index}" for index, plan in plans]
        raw = [f"c{i} AS r{i}" for i, _ in numbers]
        number = ["n"] if self._limit is not None else []
        source = self._scan() if self._limit is None else self._numbered()
        inner = f"SELECT {', '.join([*made, *raw, *number])} FROM {source}"
        shown = ", ".join([*(f"c{i}" for i in group), flags])
        order = "ORDER BY n" if number else ""
        self._query(f"CREATE TEMP TABLE t AS SELECT {shown} FROM ({inner}) {order}")
        self.rows = int(self._one("SELECT count(*) FROM t"))
        self._refuse_rejected()

    def _refuse_rejected(self) -> None:
        """Raises DataError for rows of another length and the like, but for lines of text below the table."""
        rejected = self._query(
            "SELECT line, line_byte_position, error_type, error_message, csv_line FROM reject_errors "
            "ORDER BY line LIMIT 1"
        ).fetchone()
        if rejected is None:
            return
        count = int(self._one("SELECT count(DISTINCT line) FROM reject_errors"))
        footer = footer_of(self._source.path, rejected[1], rejected[2], count)
        if footer is None:
            raise DataError(rejection(self._task.name, self._source.path, self._layout.dialect, count, *rejected))
        self.notes = [note for note in self.notes if "below the table" not in note]
        self.notes.append(footer)

    def _late_numbers(self, group: Sequence[int]) -> dict[int, Evidence]:
        """Cells of columns of numbers that speak against their plans, found in a second look at the file."""
        numbers = {index: self.plan(index) for index in group if self.plan(index).type == "number"}
        odd, strange = self._query(
            "SELECT coalesce(bool_or(odd), false), coalesce(bool_or(misleading), false) FROM t"
        ).fetchone()
        if not numbers or not (odd or strange):
            return {}
        nulls = self._query(f"SELECT {', '.join(f'count(*) - count(c{index})' for index in numbers)} FROM t").fetchone()
        looked = [index for index, count in zip(numbers, nulls, strict=True) if count or strange]
        late: dict[int, Evidence] = {}
        for start in range(0, len(looked), LOOKED):
            tests = {}
            for index in looked[start : start + LOOKED]:
                parts = [self._no_number(index, numbers[index])] if odd else []
                parts += [self._misleading(index, numbers[index])] if strange else []
                tests[index] = f"coalesce({' OR '.join(parts)}, false)"
            counted = ", ".join(f"count(*) FILTER ({test})" for test in tests.values())
            counts = self._query(f"SELECT {counted} FROM {self._numbered()}").fetchone()
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
        found = self._query(f"SELECT {asked} FROM {self._numbered()}").fetchone()
        for place, (index, (_, count)) in enumerate(suspects.items()):
            cells = [str(cell) for cell in found[2 * place]]
            odd = Odd(int(found[2 * place + 1]), cells[0], int(count))
            if self.plan(index).forced:
                self.odd[index] = odd
            else:
                late[index] = Evidence(list(dict.fromkeys(cells)), odd)

    def _first_odd(self, index: int) -> Odd:
        """The first cell of the beginning that does not fit the type of most of its column."""
        place = self.which.index(index)
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
        counts = self._query(f"SELECT {counted} FROM {self._numbered()}").fetchone()
        names = [self._layout.names[index] for index, count in zip(suspects, counts, strict=True) if count]
        return na_question(self._task.name, names, self._task.options)


def _listed(tokens: set[str] | frozenset[str]) -> str:
    return ", ".join(quoted(token) for token in sorted(tokens))
