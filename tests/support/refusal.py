# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every refusal has in common: one clear message, and no secret anywhere in the output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from support.playbook import PlaybookRun

LONGEST_MESSAGE = 450
UNCLEAR = ("Traceback", "{{", "object has no", "is undefined", "Errno", "ConnectionPool", "NoneType", "Exception", "\n")


def messages(run: PlaybookRun, host: str) -> list[str]:
    """The different messages with which the run ended for a host; a failed loop gives those of its failed items."""
    found: dict[str, None] = {}
    for failure in run.failures:
        if failure.host == host:
            items = [item for item in failure.result.get("results", []) if item.get("failed", "exception" in item)]
            found |= dict.fromkeys(str(result.get("msg")) for result in items or [failure.result])
    return list(found)


def complaints(run: PlaybookRun, host: str, parts: Iterable[str]) -> list[str]:
    """What is wrong with the refusal of a host; empty when it is one clear message that holds all the parts."""
    found = messages(run, host)
    if len(found) != 1:
        return [f"{host}: one message is expected, not {found}"]
    message = found[0]
    wrong = [f"{host}: {part!r} is not in: {message}" for part in parts if part not in message]
    wrong += [f"{host}: {part!r} is in: {message}" for part in UNCLEAR if part in message]
    if len(message) > LONGEST_MESSAGE:
        wrong.append(f"{host}: {len(message)} characters are too many: {message}")
    if any(message.count(sentence) > 1 for sentence in message.split(". ") if sentence):
        wrong.append(f"{host}: repeats itself: {message}")
    return wrong


def secrets_of(ready: Mapping[str, Any], *more: Any) -> set[str]:
    """Every secret of the simulators, and the texts below the keys ``secret`` and ``number`` of further data."""
    found = {app["client_secret"] for app in ready["apps"].values()}
    found |= {person["access_token"] for person in ready["delegated"].values()}
    found |= {host["password"] for host in ready["hosts"].values()}
    for data in more:
        found |= set(_below(data, {"secret", "number"}))
    return {secret for secret in found if secret}


def leaked(run: PlaybookRun, secrets: Iterable[str]) -> list[str]:
    """The secrets that the run printed."""
    return [secret for secret in secrets if secret in run.output]


def _below(data: Any, keys: set[str]) -> Iterable[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from _below(value, keys)
    elif isinstance(data, Sequence) and not isinstance(data, str):
        for item in data:
            yield from _below(item, keys)
