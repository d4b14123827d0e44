# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of the simulated API: what one call looks like, and how a request finds its route."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote

from entra_simulator.tenant.bodies import TYPE, Shape
from entra_simulator.tenant.errors import bad_url, wrong_verb_or_version
from entra_simulator.tenant.messages import Answer, Identity, Request
from entra_simulator.tenant.permissions import Permission
from entra_simulator.tenant.query import EntityType, Query, collection, parse_query, project
from entra_simulator.tenant.store import User
from entra_simulator.tenant.tenant import Tenant

_KEYED = re.compile(r"^(\w+)\((?:(\w+)=)?'((?:[^']|'')*)'\)$")
_HOLE = re.compile(r"^\{(\w+)\}$")
_KEYED_HOLE = re.compile(r"^(\w+)\((\w+)=\{(\w+)\}\)$")


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way through a handler: the route's placeholders are in ``values``."""

    tenant: Tenant
    request: Request
    identity: Identity
    values: Mapping[str, str]

    @property
    def body(self) -> dict[str, Any]:
        """The checked request body without its ``@odata.type``, empty when none was sent."""
        return {name: value for name, value in (self.request.body or {}).items() if name != TYPE}

    @property
    def url(self) -> str:
        """The absolute URL of the request without its query."""
        return f"{self.tenant.root}/{self.request.version}{self.request.path}"

    def user(self) -> User:
        """The user that the path names by id or user principal name; else 404."""
        user = self.tenant.store.user(self.values["user"])
        if self.tenant.store.shown("user", user.id, user) is None:
            return self.tenant.store.user("")
        return user

    def query(self, kind: EntityType) -> Query:
        """The query options, checked against the resource."""
        return parse_query(self.request, kind)

    def one(self, item: Mapping[str, Any], kind: EntityType) -> Answer:
        """200 with one object, projected by ``$select``."""
        return Answer(200, project(item, self.query(kind).select, kind))

    def many(
        self,
        items: Iterable[Any],
        kind: EntityType,
        query: Query | None = None,
        show: Callable[[Any], Mapping[str, Any]] = lambda item: item,
    ) -> Answer:
        """200 with the page of a collection that the query options ask for."""
        limit = self.tenant.settings.page_limit
        return Answer(200, collection(self.request, query or self.query(kind), kind, items, self.url, show, limit))


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API.

    ``versions`` are those that have it; ``template`` is its path with ``{placeholders}``; ``options`` are the query
    options it accepts; ``body`` the shape of its body (None: it takes none); ``headers`` those it needs, with their
    values; ``advanced`` asks for the advanced query header and ``$count=true`` together; ``units`` is its cost against
    the resource unit limit.
    """

    versions: tuple[str, ...]
    method: str
    template: str
    handler: Handler
    permission: Permission
    options: frozenset[str] = frozenset()
    body: Shape | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    advanced: bool = False
    units: int = 1


@cache
def context(template: str, method: str, *, one: bool) -> str:
    """The text after ``#`` in ``@odata.context``, with the template's placeholders, for one object or a collection."""
    parts: list[str] = []
    for segment in template.strip("/").split("/"):
        if segment.startswith("{"):
            parts[-1] += f"('{segment}')"
        else:
            parts.append(segment.partition("(")[0])
    path = "/".join(parts)
    if not one:
        return path
    if template.endswith(("}", "})")):
        return path.rpartition("('{")[0] + "/$entity" if path.endswith("}')") else f"{path}/$entity"
    return f"{path}/$entity" if method == "POST" else path


@dataclass(slots=True)
class _Branch:
    fixed: dict[str, _Branch] = field(default_factory=dict)
    hole: _Branch | None = None
    name: str = ""
    routes: list[Route] = field(default_factory=list)


def _split(path: str) -> list[str]:
    """Decoded segments; ``set('key')`` becomes two segments, ``set(name='key')`` becomes ``set(name=)`` and the key."""
    segments: list[str] = []
    for raw in path.strip("/").split("/"):
        segment = unquote(raw)
        keyed = _KEYED.match(segment)
        if keyed is None:
            segments.append(segment)
            continue
        owner, name, key = keyed.groups()
        segments += [f"{owner}({name}=)" if name else owner, key.replace("''", "'")]
    return segments


class Router:
    """Finds routes by path, one step per segment, with fixed segments before placeholders."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Branch()
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        branch = self._root
        for segment in route.template.strip("/").split("/"):
            keyed = _KEYED_HOLE.match(segment)
            for part in [f"{keyed[1]}({keyed[2]}=)", f"{{{keyed[3]}}}"] if keyed else [segment]:
                hole = _HOLE.match(part)
                if hole is None:
                    branch = branch.fixed.setdefault(part, _Branch())
                    continue
                if branch.hole is None:
                    branch.hole = _Branch(name=hole[1])
                branch = branch.hole
        branch.routes.append(route)

    def find(self, request: Request) -> tuple[Route, dict[str, str]]:
        """The route of a request and the values of its placeholders.

        An unknown path is refused with 400; a path that exists with another verb or in the other version with 405.
        """
        segments = _split(request.path)
        values: dict[str, str] = {}
        branch = self._root
        for segment in segments:
            following = branch.fixed.get(segment)
            if following is None and branch.hole is not None and segment:
                following = branch.hole
                values[following.name] = segment
            if following is None:
                raise bad_url(f"Resource not found for the segment '{segment}'.")
            branch = following
        if not branch.routes:
            raise bad_url(f"Resource not found for the segment '{segments[-1]}'.")
        for route in branch.routes:
            if route.method == request.method and request.version in route.versions:
                return route, values
        reference = branch.fixed.get("$ref")
        if reference and any(route.method == request.method for route in reference.routes):
            raise bad_url(f"Unsupported '{request.method}' on this URL; the reference of a relationship ends in /$ref.")
        raise wrong_verb_or_version(request.method)
