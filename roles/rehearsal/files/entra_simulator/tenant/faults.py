# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on request: rules, drawn with a seed, that make chosen requests fail the way the service sometimes does.

A rule is ``{"match": {"method", "path", "version"}, "kind", "rate", "count", "retry_after", "status", "seconds",
"applied"}``. ``method`` is a verb or a list of verbs, ``path`` a regular expression searched in the path without
version and query; all of ``match`` may be left out. Kinds:

- ``status``: answer with ``status`` (429, 500, 502, 503, 504; default 503), nothing is done;
- ``not_applied``: 504, nothing is done; ``lost_answer``: 504, the request was carried out;
- ``reset``: the connection is cut; ``applied`` tells whether the request was carried out before;
- ``slow``: the answer comes ``seconds`` late; ``lag``: the write is invisible to reads for ``seconds``;
- ``missing``: 404, nothing is done, as from a replica that has not heard of a fresh object yet;
- ``expire_token``: the token of the request counts as expired from now on;
- ``user_deleted``: the user whom the path names is deleted by other hands, just before the request;
- ``group_changed``: in the group that the path names, the first member leaves and comes back as the last one, just
  after the request, so that the pages which follow are shifted.

``rate`` is the share of matching requests that are hit (default 1), ``count`` the most hits (default no limit).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from entra_simulator.tenant.errors import Refusal, not_found
from entra_simulator.tenant.messages import Request

KINDS = frozenset(
    {
        "status",
        "not_applied",
        "lost_answer",
        "reset",
        "slow",
        "lag",
        "missing",
        "expire_token",
        "user_deleted",
        "group_changed",
    }
)
_REFUSING = {"status", "not_applied", "missing"}
_FIELDS = frozenset({"match", "kind", "rate", "count", "retry_after", "status", "seconds", "applied"})
_CODES = {
    429: "TooManyRequests",
    500: "InternalServerError",
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}


@dataclass(slots=True)
class Rule:
    """One fault rule, see the module's text. ``count`` is what is left; None means no limit."""

    kind: str
    methods: frozenset[str]
    path: re.Pattern[str]
    version: str | None
    rate: float = 1.0
    count: int | None = None
    retry_after: int | None = None
    status: int = 503
    seconds: float = 1.0
    applied: bool = False

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Rule:
        """A rule from JSON; ValueError when it is malformed."""
        unknown = set(data) - _FIELDS
        match = data.get("match", {})
        if data.get("kind") not in KINDS or unknown or set(match) - {"method", "path", "version"}:
            raise ValueError(f"not a fault rule: kind {data.get('kind')!r}, unknown fields {sorted(unknown)}")
        methods = match.get("method", [])
        return cls(
            kind=data["kind"],
            methods=frozenset([methods] if isinstance(methods, str) else methods),
            path=re.compile(match.get("path", "")),
            version=match.get("version"),
            rate=float(data.get("rate", 1.0)),
            count=data.get("count"),
            retry_after=data.get("retry_after"),
            status=int(data.get("status", 503)),
            seconds=float(data.get("seconds", 1.0)),
            applied=bool(data.get("applied", False)),
        )

    def fits(self, request: Request) -> bool:
        """Whether the rule is about this request and not used up."""
        return (
            self.count != 0
            and (not self.methods or request.method in self.methods)
            and self.version in {None, request.version}
            and self.path.search(request.path) is not None
        )

    @property
    def carried_out(self) -> bool:
        """Whether a request that this rule hits is carried out all the same."""
        return not self.refuses and (self.kind != "reset" or self.applied)

    @property
    def refuses(self) -> bool:
        """Whether the rule answers with an error and nothing is done."""
        return self.kind in _REFUSING

    def refusal(self) -> Refusal:
        """The error answer of the kinds that have one."""
        if self.kind == "missing":
            return not_found("The resource could not be found.")
        status = self.status if self.kind == "status" else 504
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return Refusal(
            status, _CODES.get(status, "UnknownError"), "The simulated service failed on request.", headers=headers
        )


class Faults:
    """The rules in force. The same seed, rules and requests give the same hits."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = random.Random(seed)
        self._rules: list[Rule] = []

    def replace(self, rules: Iterable[Mapping[str, Any]]) -> None:
        """Put these rules in force instead of the present ones, and start the drawing anew."""
        self._rules = [Rule.read(rule) for rule in rules]
        self._random = random.Random(self._seed)

    def hit(self, request: Request) -> Rule | None:
        """The first rule that hits the request, counted as used; None when none does."""
        for rule in self._rules:
            if rule.fits(request) and self._random.random() < rule.rate:
                if rule.count is not None:
                    rule.count -= 1
                return rule
        return None
