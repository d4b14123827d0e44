# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger: who is done, what was written, who is at work."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration import ledger as ledger_module
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Change, DoneUser, Ledger, open_ledger
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger_file import FORMAT, LedgerError
from ansible_collections.entra.mfa.plugins.module_utils.processes import ProcessName, is_alive, this_process
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.child_process import run_python

TENANT = "7f5f2ff4-6b0f-4b09-9a6e-0d2f3f6f0001"
DONE = DoneUser(b"fingerprint", True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records" / "ledger.sqlite"


def ledger(path: Path) -> Ledger:
    return Ledger(path, TENANT)


def test_file_and_its_companions_are_for_the_owner_only(path: Path) -> None:
    opened = ledger(path)
    opened.finish({"anna": DONE})
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_wider_mode_of_an_existing_file_is_narrowed(path: Path) -> None:
    path.parent.mkdir()
    path.touch(mode=0o644)
    ledger(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_done_users_are_remembered(path: Path) -> None:
    first = ledger(path)
    first.begin({"anna": b"a", "ben": b"b"})
    first.finish({"anna": DONE})
    assert first.done_users() == ledger(path).done_users() == {"anna": DONE}


def test_user_who_is_begun_again_is_not_done(path: Path) -> None:
    opened = ledger(path)
    opened.finish({"anna": DONE})
    opened.begin({"anna": b"new"})
    assert opened.done_users() == {}


def test_forgotten_user_is_not_done(path: Path) -> None:
    opened = ledger(path)
    opened.finish({"anna": DONE})
    opened.forget(["anna"])
    assert opened.done_users() == {}


def test_key_is_random_and_stays(path: Path, tmp_path: Path) -> None:
    assert ledger(path).key == ledger(path).key != ledger(tmp_path / "other").key


def test_changes_that_may_stand_are_kept_in_order(path: Path) -> None:
    opened = ledger(path)
    create = Change("anna", "mobile", "create", "mobile", b"v")
    update = Change("anna", "mobile", "update", "mobile", b"w")
    default = Change("anna", "defaultMethod", "update", "default", b"d", "push")
    refused = Change("anna", "office", "create", "office", b"x")
    numbers = opened.plan([create, refused])
    opened.close_changes({numbers[0]: "done", numbers[1]: "refused"})
    opened.plan([update, default])
    assert opened.changes_of(["anna", "ben"]) == {"anna": [create, update, default]}
    opened.mark_undone("anna", [("mobile", "mobile")])
    assert opened.changes_of(["anna"]) == {"anna": [default]}


def test_many_threads_may_write(path: Path) -> None:
    opened = ledger(path)

    def work(name: str) -> None:
        for number in range(20):
            opened.finish({f"{name}{number}": DONE})

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened.done_users()) == 80


# Files that cannot be used


def test_newer_format_is_refused(path: Path) -> None:
    ledger(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(LedgerError, match=f"has format {FORMAT + 1}, and this release knows formats up to {FORMAT}"):
        ledger(path)


def test_ledger_of_another_tenant_is_refused(path: Path) -> None:
    ledger(path).close()
    assert Ledger(path, TENANT.upper()).done_users() == {}
    with pytest.raises(LedgerError, match=f"belongs to the tenant {TENANT}"):
        Ledger(path, "another")


def test_other_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    text, database = tmp_path / "text", tmp_path / "database"
    text.write_text("something else entirely, longer than a header of SQLite would be")
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    for file in (text, database):
        before = file.read_bytes()[100:]
        with pytest.raises(LedgerError, match="is no ledger of this collection"):
            ledger(file)
        assert file.read_bytes()[100:] == before


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be opened"):
        ledger(tmp_path)


def test_failing_write_is_told_in_one_sentence(path: Path) -> None:
    opened = ledger(path)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE users")
    with pytest.raises(LedgerError, match="cannot be written"):
        opened.finish({"anna": DONE})


# Reading only


def test_reading_makes_no_file(path: Path) -> None:
    assert open_ledger(str(path), TENANT, read_only=True) is None
    assert not path.parent.exists()
    assert open_ledger(None, TENANT, read_only=False) is None


def test_reading_changes_nothing(path: Path) -> None:
    ledger(path).finish({"anna": DONE})
    opened = open_ledger(str(path), TENANT, read_only=True)
    assert opened is not None
    assert opened.done_users() == {"anna": DONE}
    with pytest.raises(LedgerError):
        opened.finish({"ben": DONE})


# Runs that exclude each other


def test_two_runs_over_the_same_users_exclude_each_other(path: Path) -> None:
    first, second = ledger(path), ledger(path)
    first.acquire(["anna", "ben"])
    with pytest.raises(LedgerError, match=r"Another run \(process \d+ on .+\) is working on 1 of these users"):
        second.acquire(["ben", "cleo"])
    first.release()
    second.acquire(["ben", "cleo"])


def test_different_batches_share_a_ledger(path: Path) -> None:
    first, second = ledger(path), ledger(path)
    first.acquire(["anna"])
    second.acquire(["ben"])
    first.finish({"anna": DONE})
    second.finish({"ben": DONE})
    assert set(first.done_users()) == {"anna", "ben"}


def test_refused_run_claims_nobody(path: Path) -> None:
    first, second, third = ledger(path), ledger(path), ledger(path)
    first.acquire(["anna"])
    with pytest.raises(LedgerError):
        second.acquire(["anna", "ben"])
    third.acquire(["ben"])


def test_users_of_a_dead_process_are_free(path: Path) -> None:
    script = (
        "import sys, os, signal\n"
        "from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Ledger\n"
        "Ledger(sys.argv[1], sys.argv[2]).acquire(['anna'])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = run_python("-c", script, str(path), TENANT)
    assert killed.returncode == -9
    ledger(path).acquire(["anna"])


@pytest.mark.parametrize(("silent_for", "free"), [(ledger_module.LEASE_SECONDS + 1, True), (1, False)])
def test_run_of_another_machine_counts_until_it_is_silent(path: Path, silent_for: float, free: bool) -> None:
    first = ledger(path)
    first.acquire(["anna"])
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE runs SET host = 'elsewhere', seen_at = seen_at - ?", (silent_for,))
    if free:
        ledger(path).acquire(["anna"])
    else:
        with pytest.raises(LedgerError, match="on elsewhere"):
            ledger(path).acquire(["anna"])


def test_living_process_is_told_from_a_later_one_of_its_number() -> None:
    here = this_process()
    assert is_alive(here) is True
    assert is_alive(ProcessName(here.host, here.pid, here.started + "1")) is False
    assert is_alive(ProcessName("elsewhere", here.pid, here.started)) is None
