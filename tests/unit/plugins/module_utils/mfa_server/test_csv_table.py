# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV of any separator, record by record."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import csv_table
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import TextFile
from hypothesis import given
from hypothesis import strategies as st


def read(
    path: Path, *, header: bool = True, wanted: Collection[str] = (), delimiter: str = "auto"
) -> tuple[list[str], list[tuple[int, list[str]]], list[str]]:
    findings = Findings()
    file = TextFile(str(path), path.name, delimiter=delimiter)
    with csv_table.opened(file, header=header, wanted=wanted, findings=findings) as table:
        return table.columns, list(table.rows), [str(problem) for problem in findings.problems]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separator_is_found(delimiter: str, path: Path) -> None:
    other = ";" if delimiter == "," else ","
    lines = [["name", "phone", "note"], ["anna", "1", f"a{other} b{other} c{other}"], ["ben", "2", ""]]
    path.write_text("\n".join(delimiter.join(line) for line in lines))
    assert read(path)[0] == lines[0]
    assert [row for _line, row in read(path)[1]] == lines[1:]


def test_names_of_columns_tell_the_separator_from_what_looks_like_one(path: Path) -> None:
    path.write_text('name, last|phone, work|user\n"Doe, Anna"|1, 2|anna\n')
    assert read(path, wanted=["USER"])[0] == ["name, last", "phone, work", "user"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separator_that_a_spreadsheet_declares_is_obeyed(end: str, path: Path) -> None:
    path.write_text(end.join(["sep=;", "a;b,c,d", "1;2,3,4", ""]), newline="")
    assert read(path) == (["a", "b,c,d"], [(3, ["1", "2,3,4"])], [])


def test_separator_that_is_told_is_obeyed(path: Path) -> None:
    path.write_text("a;b,c\n")
    assert read(path, delimiter="comma")[0] == ["a;b", "c"]


def test_lines_are_counted_over_quoted_line_breaks_and_blank_lines(path: Path) -> None:
    path.write_text('a,b\n"one\ntwo",1\n\n , \n3,4\n')
    assert read(path)[1] == [(2, ["one\ntwo", "1"]), (6, ["3", "4"])]


def test_file_without_header(path: Path) -> None:
    path.write_text("1;2\n3;4\n")
    assert read(path, header=False) == ([], [(1, ["1", "2"]), (2, ["3", "4"])], [])


def test_records_of_another_width_are_problems(path: Path) -> None:
    path.write_text("a,b\n1\n1,2,\n1,2,3\n5,6\n")
    _columns, rows, problems = read(path)
    assert rows == [(3, ["1", "2"]), (5, ["5", "6"])]
    assert problems == [
        "users.csv, line 2: has 1 fields where the first record has 2",
        "users.csv, line 4: has 3 fields where the first record has 2",
    ]


def test_stray_quotation_mark_is_a_problem_of_its_line(path: Path) -> None:
    path.write_text('a,b\n"x"y,1\n2,3\n')
    _columns, rows, problems = read(path)
    assert rows == [(3, ["2", "3"])]
    assert problems[0].startswith("users.csv, line 2: is no CSV record")


def test_file_that_ends_inside_quotation_marks_is_refused(path: Path) -> None:
    path.write_text('a,b\n1,2\n3,"cut of')
    with pytest.raises(UnusableInputError, match=r"cut off.*line 3 is never closed"):
        read(path)


def test_quotation_mark_that_swallows_a_large_file_is_refused(path: Path) -> None:
    path.write_text('a,b\n1,"2\n' + "3,4\n" * 50_000)
    with pytest.raises(UnusableInputError, match="line 2 is never closed"):
        read(path)


CELL = st.text("abc 1;,|\t\"'\n+=", max_size=8)


@given(rows=st.lists(st.tuples(CELL, CELL), max_size=8), delimiter=st.sampled_from(sorted(csv_table.DELIMITERS)))
def test_what_is_written_is_read(
    rows: list[tuple[str, str]], delimiter: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "users.csv"
    stream = io.StringIO()
    csv.writer(stream, delimiter=csv_table.DELIMITERS[delimiter]).writerows([("username", "upn"), *rows])
    path.write_bytes(stream.getvalue().encode())
    columns, found, problems = read(path, wanted=["username", "upn"])
    assert (columns, problems) == (["username", "upn"], [])
    assert [row for _line, row in found] == [list(row) for row in rows if any(cell.strip() for cell in row)]
