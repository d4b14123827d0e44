# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Query options of one request, and how a collection is filtered, ordered, paged and projected by them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from entra_simulator.tenant.errors import bad_request, unsupported_query
from entra_simulator.tenant.filters import Node, sort_key
from entra_simulator.tenant.messages import Request
from entra_simulator.tenant.odata import parse_filter, parse_order

MAXIMUM_PAGE = 999


@dataclass(frozen=True, slots=True)
class EntityType:
    """What the query options may name on a resource.

    ``properties`` are the names that ``$select`` knows; ``default`` those sent without ``$select`` (None: all that an
    item holds). ``basic`` maps a property path to the filter operators that work alone, ``advanced`` to those that
    need ``ConsistencyLevel: eventual`` and ``$count=true``; ``sortable`` are the paths of ``$orderby``.
    """

    name: str
    properties: frozenset[str]
    default: tuple[str, ...] | None = None
    basic: Mapping[str, frozenset[str]] = field(default_factory=dict)
    advanced: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sortable: frozenset[str] = frozenset()
    sort_is_advanced: bool = True
    page: int = 100
    maximum_page: int = MAXIMUM_PAGE


@dataclass(frozen=True, slots=True)
class Query:
    """The parsed query options. ``eventual`` is true for advanced queries: header and ``$count=true`` both present."""

    select: tuple[str, ...] | None
    filter: Node | None
    order: list[tuple[str, bool]]
    top: int | None
    offset: int
    count: bool
    eventual: bool


def _top(text: str | None, maximum: int) -> int | None:
    if text is None:
        return None
    if not text.isdigit() or not 1 <= int(text) <= maximum:
        raise bad_request(f"Invalid page size specified: '{text}'. Must be between 1 and {maximum} inclusive.")
    return int(text)


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(token))["offset"])
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request("The skip token is malformed.") from error


def _skip_token(offset: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"offset": offset}).encode()).decode()


def parse_query(request: Request, kind: EntityType) -> Query:
    """Read and check the options against the resource; refusals are 400."""
    options = request.query
    header = request.headers.get("consistencylevel", "").lower() == "eventual"
    wants_count = options.get("$count", "false").lower() == "true"
    select = tuple(name.strip() for name in options["$select"].split(",")) if options.get("$select") else None
    for name in select or ():
        if name not in kind.properties:
            raise bad_request(f"Could not find a property named '{name}' on type 'microsoft.graph.{kind.name}'.")
    query = Query(
        select=select,
        filter=parse_filter(options["$filter"]) if options.get("$filter") else None,
        order=parse_order(options["$orderby"]) if options.get("$orderby") else [],
        top=_top(options.get("$top"), kind.maximum_page),
        offset=_offset(options.get("$skiptoken")),
        count=wants_count and header,
        eventual=wants_count and header,
    )
    _check(query, kind)
    return query


def _check(query: Query, kind: EntityType) -> None:
    for path, operator in query.filter.usages() if query.filter else ():
        if operator in kind.basic.get(path, ()):
            continue
        if operator not in kind.advanced.get(path, ()):
            raise unsupported_query(
                f"Unsupported or invalid query filter clause specified for property '{path}' of resource '{kind.name}'."
            )
        if not query.eventual:
            raise unsupported_query(
                f"Unsupported or invalid query filter clause specified for property '{path}' of resource '{kind.name}'."
                " The query needs the ConsistencyLevel:eventual header and $count=true."
            )
    for path, _descending in query.order:
        if path not in kind.sortable:
            raise unsupported_query(f"Sorting by '{path}' is not supported for resource '{kind.name}'.")
        if kind.sort_is_advanced and not query.eventual:
            raise unsupported_query("Sorting needs the ConsistencyLevel:eventual header and $count=true.")


def project(item: Mapping[str, Any], select: Sequence[str] | None, kind: EntityType) -> dict[str, Any]:
    """The selected or else the default properties of an item, annotations first. Absent ones are null."""
    names = select or kind.default
    if names is None:
        return dict(item)
    chosen = {name: value for name, value in item.items() if name.startswith("@")}
    for name in names:
        chosen[name] = item.get(name)
    return chosen


def collection(
    request: Request,
    query: Query,
    kind: EntityType,
    items: Iterable[Any],
    link: str,
    show: Callable[[Any], Mapping[str, Any]] = lambda item: item,
    page_limit: int | None = None,
) -> dict[str, Any]:
    """The page of a collection that the query asks for.

    ``items`` are filtered and ordered through ``show``, which turns one of them into the dict it is sent as; ``link``
    is the absolute URL of the collection, to which ``@odata.nextLink`` adds the same options and a skip token. No page
    holds more than ``page_limit`` items.
    """
    if query.filter is not None:
        wanted = query.filter
        items = [item for item in items if wanted.matches(show(item))]
    rows = items if isinstance(items, Sequence) else list(items)
    for path, descending in reversed(query.order):
        rows = sorted(rows, key=lambda item: sort_key(show(item), path), reverse=descending)
    size = query.top or kind.page
    end = query.offset + (size if page_limit is None else min(size, page_limit))
    answer: dict[str, Any] = {}
    if query.count and query.offset == 0:
        answer["@odata.count"] = len(rows)
    if end < len(rows):
        options = {name: value for name, value in request.query.items() if name != "$skiptoken"}
        options["$skiptoken"] = _skip_token(end)
        answer["@odata.nextLink"] = link + "?" + "&".join(f"{name}={quote(value)}" for name, value in options.items())
    answer["value"] = [project(show(item), query.select, kind) for item in rows[query.offset : end]]
    return answer
