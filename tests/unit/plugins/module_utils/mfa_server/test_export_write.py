# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The export file as it is written: what the reader reads, for its owner only, and left alone when nothing changed."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_write import ExportWriter
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from hypothesis import given
from hypothesis import strategies as st

ANNA = Record("anna", phone=Phone("1", "2065550100"), oath_token=OathToken("900001", "GEZDGNBVGY3TQOJQ"))
BEN = Record("ben", enabled=False)
OLD = "2024-05-01T10:00:00Z"


def write(
    path: Path, records: Sequence[Record], server: dict[str, str] | None = None, *, dry_run: bool = False
) -> bool:
    with ExportWriter(path, server, dry_run=dry_run) as writer:
        for record in records:
            writer.add(record)
        return writer.finish()


def age(path: Path) -> bytes:
    """Give the export another time, and return its content."""
    content = json.loads(path.read_text())
    text = path.read_text().replace(content["exported_at"], OLD)
    path.write_text(text)
    return text.encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "export.json"


def test_export_is_made_for_its_owner_in_a_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "export.json"
    assert write(path, [ANNA, BEN], {"name": "MFA01"}) is True
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    content = json.loads(path.read_text())
    assert content.pop("exported_at")
    assert content == {
        "format": "entra.mfa/export-v1",
        "server": {"name": "MFA01"},
        "users": [
            {
                "username": "anna",
                "phone": {"country_code": "1", "number": "2065550100"},
                "oath_token": {"serial": "900001", "secret": "GEZDGNBVGY3TQOJQ", "interval": 30, "hash": "sha1"},
            },
            {"username": "ben", "enabled": False},
        ],
    }
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("records", [[], [ANNA], [ANNA, BEN]])
def test_same_users_leave_the_file_as_it_is(records: list[Record], path: Path) -> None:
    write(path, records)
    content = age(path)
    assert write(path, records) is False
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("records", [[], [ANNA], [BEN, ANNA], [ANNA, BEN, BEN], [ANNA, Record("ben")]])
@pytest.mark.parametrize("dry_run", [True, False])
def test_other_users_replace_the_file(records: list[Record], dry_run: bool, path: Path) -> None:
    write(path, [ANNA, BEN])
    content = age(path)
    assert write(path, records, dry_run=dry_run) is True
    assert (path.read_bytes() == content) is dry_run
    assert list(read_export(path).records) == ([ANNA, BEN] if dry_run else records)


def test_other_server_replaces_the_file(path: Path) -> None:
    write(path, [ANNA])
    assert write(path, [ANNA], {"name": "MFA01"}) is True


@pytest.mark.parametrize("content", ["", "no JSON", '{"format": "entra.mfa/export-v1", "users": []}', "[]", "\xff"])
def test_other_file_is_replaced(content: str, path: Path) -> None:
    path.write_text(content, encoding="latin-1")
    assert write(path, []) is True
    assert read_export(path).records == ()


def test_file_that_others_may_read_is_replaced(path: Path) -> None:
    write(path, [ANNA])
    path.chmod(0o644)
    assert write(path, [ANNA]) is True
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_dry_run_makes_nothing(tmp_path: Path) -> None:
    assert write(tmp_path / "new" / "export.json", [ANNA], dry_run=True) is True
    assert list(tmp_path.iterdir()) == []


def test_export_that_is_not_finished_leaves_the_old_one(path: Path) -> None:
    write(path, [ANNA])
    content = path.read_bytes()
    with ExportWriter(path, None) as writer:
        writer.add(BEN)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableInputError, match="cannot be written: it is a folder"):
        write(tmp_path, [])
    with pytest.raises(UnusableInputError, match=r"export\.json cannot be written: "):
        write(tmp_path / "file" / "export.json", [])


TEXT = st.text(min_size=1, max_size=6).map(lambda text: text.encode("utf-8", "ignore").decode()).filter(bool)
MAYBE = st.none() | TEXT
PHONE = st.none() | st.builds(Phone, MAYBE, TEXT.filter(lambda text: bool(text.strip())), MAYBE)
RECORD = st.builds(
    Record,
    username=TEXT,
    upn=MAYBE,
    attributes=st.dictionaries(TEXT, TEXT, max_size=2),
    enabled=st.booleans(),
    default_method=st.sampled_from([None, "phone_call", "oath_token"]),
    pin_modes=st.lists(TEXT, max_size=2).map(tuple),
    phone=PHONE,
    backup_phone=PHONE,
    mobile_apps=st.lists(st.builds(MobileApp, MAYBE, MAYBE, MAYBE), max_size=2).map(tuple),
    oath_token=st.none()
    | st.builds(OathToken, MAYBE, MAYBE, st.sampled_from([30, 60]), st.sampled_from(["sha1", "sha256"]), MAYBE, MAYBE),
    changed_at=st.sampled_from([None, OLD]),
)


@given(st.lists(RECORD, max_size=4))
def test_reader_reads_what_was_written(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> None:
    path = tmp_path_factory.mktemp("export") / "export.json"
    write(path, records)
    export = read_export(path)
    assert (list(export.records), export.broken, export.unknown_fields) == (records, (), ())
    assert write(path, records) is False
