# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data file, its damage and its conversion."""

from __future__ import annotations

import pytest
from entra_simulator.windows.data_file import DataFile, DataFileError, parse, sample


def test_a_sample_is_the_same_every_time_and_about_700_kilobytes() -> None:
    first = sample((8, 0), "seed")
    assert first == sample((8, 0), "seed")
    assert first != sample((8, 0), "other")
    assert 700_000 < len(first.to_bytes()) < 750_000
    assert parse(first.to_bytes()) == first


def test_a_conversion_changes_schema_and_content() -> None:
    old = DataFile((8, 0), b"users")
    new = parse(old.converted((8, 1)).to_bytes())
    assert new.schema == (8, 1)
    assert new.body != old.body
    assert new.body.startswith(b"users")


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_damage_is_seen(damage: str) -> None:
    content = DataFile((8, 0), b"users").to_bytes()
    damaged = {
        "cut": content[:-1],
        "flipped": content[:-1] + b"S",
        "empty": b"",
        "foreign": b"X" * len(content),
    }[damage]
    with pytest.raises(DataFileError):
        parse(damaged)


def test_the_content_stays_out_of_the_representation() -> None:
    assert "users" not in repr(DataFile((8, 0), b"users"))
