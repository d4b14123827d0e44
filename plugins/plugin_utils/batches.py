# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of migration batches, checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RESERVED = frozenset({"all", "localhost", "ungrouped", "entra_mfa_batches"})
"""Names that mean something else to Ansible."""

_NAME = re.compile(r"[^\W_][\w.-]*")
_FIELDS = ("name", "group", "rollout_group", "vars")


class BatchError(ValueError):
    """The list cannot be used; the text is one sentence that names the field and the remedy."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch; ``variables`` are those that the user gave it besides."""

    name: str
    group: str
    rollout_group: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)

    def as_variable(self) -> dict[str, str]:
        """The batch as an item of the variable ``entra_mfa_batches`` of the roles."""
        found = {"name": self.name, "group": self.group}
        return found | ({"rollout_group": self.rollout_group} if self.rollout_group is not None else {})


def batches_from(raw: Any, where: str) -> list[Batch]:
    """The batches in their order.

    Args:
        raw: what stands in the file.
        where: its name in messages, such as ``batches in /path/batches.yml``.

    Raises:
        BatchError: it is no list of batches, or two of them have one name.
    """
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
        raise BatchError(f"{where} must be a list of batches with name and group each, and is not.")
    batches = [_batch(item, f"entry {number} of {where}") for number, item in enumerate(raw, 1)]
    _refuse_twins(batches, where)
    return batches


def _batch(raw: Any, where: str) -> Batch:
    if not isinstance(raw, Mapping):
        raise BatchError(f"{where} must have name and group, such as {{name: pilot, group: MFA pilot}}.")
    unknown = sorted(str(key) for key in raw if key not in _FIELDS)
    if unknown:
        raise BatchError(
            f"{where} has the unknown field {unknown[0]}; known are {', '.join(_FIELDS)}, and a variable of your own"
            " belongs under vars."
        )
    return Batch(
        name=_name(raw, where),
        group=_text(raw, "group", where) or _missing("group", where),
        rollout_group=_text(raw, "rollout_group", where),
        variables=_variables(raw, where),
    )


def _name(raw: Mapping[str, Any], where: str) -> str:
    value = raw.get("name")
    name = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(raw, "name", where)
    if not name:
        return _missing("name", where)
    if not _NAME.fullmatch(name):
        raise BatchError(
            f"{where}: the name {name!r} cannot be the name of a host; begin with a letter or digit, and use letters,"
            " digits, underscores, hyphens and dots."
        )
    if name.lower() in RESERVED:
        raise BatchError(f"{where}: the name {name!r} means something else to Ansible; choose another one.")
    return name


def _text(raw: Mapping[str, Any], key: str, where: str) -> str | None:
    value = raw.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise BatchError(f"{where}: {key} must be text, not {value!r}; put it in quotes.")
    return value


def _missing(key: str, where: str) -> str:
    raise BatchError(f"{where} has no {key}; give it one.")


def _variables(raw: Mapping[str, Any], where: str) -> dict[str, Any]:
    variables = raw.get("vars") or {}
    if not isinstance(variables, Mapping):
        raise BatchError(f"{where}: vars must hold names and values of variables.")
    for name in variables:
        if not isinstance(name, str) or not name.isidentifier():
            raise BatchError(
                f"{where}: {name!r} under vars cannot be the name of a variable; use letters, digits and underscores."
            )
    return dict(variables)


def _refuse_twins(batches: Iterable[Batch], where: str) -> None:
    seen: set[str] = set()
    for batch in batches:
        if batch.name.casefold() in seen:
            raise BatchError(
                f"{where} names {batch.name!r} twice, and records and hosts go by the name; give each batch its own."
            )
        seen.add(batch.name.casefold())
