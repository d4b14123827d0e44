# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register of module doubles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host

Behaviour = Callable[["Host", Mapping[str, Any], "Context"], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Double:
    """A module's double; `also_accepts` are options that its action plugin sends and the module never reads."""

    name: str
    behaviour: Behaviour
    also_accepts: tuple[str, ...] = ()


_DOUBLES: dict[str, Double] = {}


def double(name: str, *, also_accepts: tuple[str, ...] = ()) -> Callable[[Behaviour], Behaviour]:
    """Register the behaviour of the module with this full name."""

    def register(behaviour: Behaviour) -> Behaviour:
        _DOUBLES[name] = Double(name, behaviour, also_accepts)
        return behaviour

    return register


def find_double(name: str) -> Double:
    """The double of a module; raises `ModuleFailure` where there is none."""
    if name not in _DOUBLES:
        raise ModuleFailure(f"The simulated host has no behaviour for the module {name}.")
    return _DOUBLES[name]


def names() -> list[str]:
    """Full names of all modules with a double."""
    return sorted(_DOUBLES)
