# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for replication.

Entra writes to one replica and copies to the others afterwards, so a read right after a write may still show the old
state, and a new object may be unknown for some seconds. The helpers here read or write again with growing pauses.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, UnknownOutcome

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds to wait before each further attempt; after the last one patience ends."""

Value = TypeVar("Value")


def read_until(read: Callable[[], Value], accepted: Callable[[Value], bool]) -> Value:
    """Read until the value is accepted or patience ends; return the last value read."""
    value = read()
    for seconds in PAUSES:
        if accepted(value):
            break
        time.sleep(seconds)
        value = read()
    return value


def write_when_replicated(write: Callable[[], Value], is_lag: Callable[[GraphError], bool]) -> Value:
    """Repeat a refused write while the refusal may come from an object that has not replicated yet.

    Raises any other refusal at once, and the last refusal when patience ends.
    """
    for seconds in PAUSES:
        try:
            return write()
        except GraphError as error:
            if not is_lag(error):
                raise
        time.sleep(seconds)
    return write()


def write_once(write: Callable[[], object], done: Callable[[], bool]) -> None:
    """Write; when the outcome is unknown, read whether it is done before the one repetition."""
    try:
        write()
    except UnknownOutcome:
        if not read_until(done, bool):
            write()


def missing(read: Callable[[], object]) -> bool:
    """Whether the object that is read does not exist (404)."""
    try:
        read()
    except GraphError as error:
        if error.status == 404:
            return True
        raise
    return False


def unless_missing(write: Callable[[], object]) -> bool:
    """Write on an object that may be gone; False when it is (404)."""
    try:
        write()
    except GraphError as error:
        if error.status == 404:
            return False
        raise
    return True
