# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller of the AWX stand-in: the objects that it holds, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from support import awx_rules
from support.awx_fields import KINDS, UNIFIED, check_type

_PAGE = 25
_ALWAYS = frozenset({"id", "type", "page", "page_size", "or__id", "or__name"})
Item = dict[str, Any]


class RefusedError(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Write:
    """A request that changed something."""

    method: str
    path: str
    body: Any = field(repr=False)


class Controller:
    """The objects of a controller.

    ``playbooks`` are the files that a project is found to hold once it is synchronised. ``writes`` is every change so
    far, in order.
    """

    def __init__(self, playbooks: Sequence[str], organizations: Sequence[str] = ("Default",)) -> None:
        self.playbooks = list(playbooks)
        self.writes: list[Write] = []
        self.objects: dict[str, dict[int, Item]] = {name: {} for name in KINDS}
        self.surveys: dict[int, Item] = {}
        self.updates: dict[int, Item] = {}
        self._lists: dict[tuple[int, str], list[int]] = {}
        self._next = 0
        for name in organizations:
            self._store("organizations", {"name": name})

    def handle(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """Answer one request below ``/api/v2/``."""
        collection, _slash, rest = path.partition("/")
        if collection == "project_updates":
            return 200, self._project_update(int(rest.strip("/")))
        if collection == "unified_job_templates" and method == "GET" and not rest:
            return 200, self._page(path, UNIFIED, [item for name in UNIFIED for item in self._all(name)], query)
        if collection not in KINDS:
            raise RefusedError(404, {"detail": "The requested resource could not be found."})
        identifier, _slash, part = rest.partition("/")
        if not identifier:
            return self._collection(method, collection, query, body)
        item = self._get(collection, int(identifier))
        if not part:
            return self._object(method, collection, item, body)
        return self._part(method, collection, item, part.strip("/"), body)

    def named(self, collection: str, inventory: str | None = None) -> dict[str, Item]:
        """The objects of a collection, or those of one inventory, by name."""
        place = self.named("inventories")[inventory]["id"] if inventory else None
        found = [item for item in self._all(collection) if place is None or item["inventory"] == place]
        return {item.get("name") or item["identifier"]: item for item in found}

    def linked(self, collection: str, name: str, association: str, inventory: str | None = None) -> list[str]:
        """The names of the objects in one list of an object."""
        owner = self.named(collection, inventory)[name]["id"]
        target = self.objects[KINDS[collection].associations[association]]
        found = [target[identifier] for identifier in self._lists.get((owner, association), [])]
        return [item.get("name") or item["identifier"] for item in found]

    def survey(self, collection: str, name: str) -> dict[str, Item]:
        """The questions of a survey, by variable."""
        spec = self.surveys.get(self.named(collection)[name]["id"], {})
        return {question["variable"]: question for question in spec.get("spec", [])}

    def _collection(self, method: str, collection: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, self._page(f"{collection}/", (collection,), self._all(collection), query)
        if method != "POST" or collection == "workflow_approval_templates":
            raise RefusedError(405, {"detail": f'Method "{method}" not allowed.'})
        fields = KINDS[collection].fields
        if missing := [name for name, one in fields.items() if one.required and not body.get(name)]:
            raise RefusedError(400, {name: ["This field is required."] for name in missing})
        item = {name: deepcopy(one.default) for name, one in fields.items()} | self._clean(collection, body)
        self._check(collection, item)
        return 201, self._show(collection, self._store(collection, item))

    def _object(self, method: str, collection: str, item: Item, body: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, self._show(collection, item)
        if method == "DELETE":
            del self.objects[collection][item["id"]]
            return 204, None
        if method != "PATCH":
            raise RefusedError(405, {"detail": f'Method "{method}" not allowed.'})
        changes = self._clean(collection, body)
        if collection == "credentials":
            changes["inputs"] = {
                name: item["inputs"].get(name) if value == awx_rules.ENCRYPTED else value
                for name, value in changes.get("inputs", item["inputs"]).items()
            }
        changed = item | changes
        self._check(collection, changed)
        source = {name for name in changes if name.startswith("scm_")}
        item.update(changes)
        if collection == "projects" and source:
            self._synchronise(item)
        return 200, self._show(collection, item)

    def _part(self, method: str, collection: str, item: Item, part: str, body: Any) -> tuple[int, Any]:
        if part == "survey_spec" and collection in {"job_templates", "workflow_job_templates"}:
            return self._survey(method, item, body)
        if part == "create_approval_template" and method == "POST":
            return 201, self._approval(item, body)
        target = KINDS[collection].associations.get(part)
        if target is None:
            raise RefusedError(404, {"detail": "The requested resource could not be found."})
        identifiers = self._lists.setdefault((item["id"], part), [])
        if method == "GET":
            found = [self.objects[target][identifier] for identifier in identifiers]
            return 200, self._page(f"{collection}/{item['id']}/{part}/", (target,), found, {})
        other = self._get(target, body["id"], status=400)
        if body.get("disassociate"):
            identifiers.remove(other["id"])
        else:
            self._check_link(item, part, other)
            identifiers.append(other["id"])
        return 204, None

    def _check_link(self, item: Item, part: str, other: Item) -> None:
        if part == "credentials":
            held = [self.objects["credentials"][one] for one in self._lists[item["id"], part]]
            if other["credential_type"] in {one["credential_type"] for one in held}:
                raise RefusedError(400, {"error": "Cannot assign multiple credentials of one type."})
        if part.endswith("_nodes"):
            if other["workflow_job_template"] != item["workflow_job_template"]:
                raise RefusedError(400, {"Error": "The nodes are not of one workflow."})
            if item["id"] in self._reached_from(other["id"]):
                raise RefusedError(400, {"Error": "Cycle detected."})

    def _reached_from(self, identifier: int) -> set[int]:
        reached, left = set(), [identifier]
        while left:
            current = left.pop()
            if current not in reached:
                reached.add(current)
                left += [one for (owner, _part), ids in self._lists.items() if owner == current for one in ids]
        return reached

    def _survey(self, method: str, item: Item, body: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, self.surveys.get(item["id"], {})
        if method != "POST":
            raise RefusedError(405, {"detail": f'Method "{method}" not allowed.'})
        if complaint := awx_rules.survey(body):
            raise RefusedError(400, {"error": complaint})
        self.surveys[item["id"]] = body
        return 200, {}

    def _approval(self, node: Item, body: Any) -> Item:
        if not body.get("name"):
            raise RefusedError(400, {"name": ["This field is required."]})
        fields = KINDS["workflow_approval_templates"].fields
        content = {name: one.default for name, one in fields.items()}
        item = self._store("workflow_approval_templates", content | self._clean("workflow_approval_templates", body))
        node["unified_job_template"] = item["id"]
        return self._show("workflow_approval_templates", item)

    def _clean(self, collection: str, body: Any) -> Item:
        kind = KINDS[collection]
        content = {name: value for name, value in body.items() if name not in kind.read_only}
        errors: dict[str, list[str]] = {}
        for name, value in content.items():
            if name not in kind.fields:
                errors[name] = ["There is no such field."]
            elif complaint := check_type(value, kind.fields[name]):
                errors[name] = [complaint]
            elif isinstance(value, int) and kind.fields[name].kind in {*KINDS, "unified_job_templates"}:
                self._get(kind.fields[name].kind, value, status=400)
            elif value is None and kind.fields[name].default is not None:
                content[name] = {"text": "", "flag": False}.get(kind.fields[name].kind)
        if errors:
            raise RefusedError(400, errors)
        return content

    def _check(self, collection: str, item: Item) -> None:
        unique = KINDS[collection].unique
        for other in self.objects[collection].values():
            same = all(other.get(name) == item.get(name) for name in unique)
            if unique and same and other["id"] != item.get("id"):
                raise RefusedError(400, {"__all__": [f"An object with this {' and '.join(unique)} already exists."]})
        rules: dict[str, Callable[[Item], dict[str, Any] | None]] = {
            "credential_types": lambda one: _complaint("injectors", awx_rules.credential_type(one)),
            "credentials": lambda one: _complaint(
                "inputs",
                awx_rules.credential(one["inputs"], self.objects["credential_types"][one["credential_type"]]),
            ),
            "schedules": self._check_schedule,
            "projects": self._check_project,
            "job_templates": self._check_template,
            "inventory_sources": self._check_source,
        }
        if collection in rules and (errors := rules[collection](item)):
            raise RefusedError(400, errors)

    def _check_schedule(self, item: Item) -> dict[str, Any] | None:
        if complaint := awx_rules.schedule(item["rrule"]):
            return {"rrule": [complaint]}
        open_questions = awx_rules.unanswered(self.surveys.get(item["unified_job_template"], {}))
        return {"variables_needed_to_start": open_questions} if open_questions else None

    def _check_project(self, item: Item) -> dict[str, Any] | None:
        if item["scm_type"] == "":
            return None if item["local_path"] else {"local_path": ["This path is needed for a manual project."]}
        if item["local_path"] and "id" not in item:
            return {"local_path": ["Not for a project under source control."]}
        return None if item["scm_url"] else {"scm_url": ["SCM URL is required."]}

    def _check_template(self, item: Item) -> dict[str, Any] | None:
        project = self.objects["projects"][item["project"]]
        if project["scm_type"] and project["status"] != "successful":
            return {"playbook": ["Playbook not found for project."]}
        return None if item["playbook"] in self.playbooks else {"playbook": ["Playbook not found for project."]}

    def _check_source(self, item: Item) -> dict[str, Any] | None:
        if item["source"] == "scm" and item["source_project"] is None:
            return {"source_project": ["Project required for scm type sources."]}
        return None

    def _store(self, collection: str, item: Item) -> Item:
        self._next += 1
        item["id"] = self._next
        self.objects[collection][self._next] = item
        if collection == "projects":
            self._synchronise(item)
        return item

    def _synchronise(self, project: Item) -> None:
        """Start the update that AWX runs for a new or changed source; it needs two looks to end."""
        if project["scm_type"] == "":
            project["status"] = "ok"
            return
        self._next += 1
        self.updates[self._next] = {"id": self._next, "project": project["id"], "looks": 2}
        project |= {"status": "pending", "update": self._next}

    def _project_update(self, identifier: int) -> Item:
        update = self.updates[identifier]
        update["looks"] -= 1
        done = update["looks"] <= 0
        if done:
            self.objects["projects"][update["project"]] |= {"status": "successful", "update": None}
        return {"id": identifier, "status": "successful" if done else "running", "failed": False, "finished": done}

    def _get(self, collection: str, identifier: int, status: int = 404) -> Item:
        names = (*UNIFIED, "workflow_approval_templates") if collection == "unified_job_templates" else (collection,)
        for name in names:
            if identifier in self.objects[name]:
                return self.objects[name][identifier]
        raise RefusedError(status, {"detail": f'Invalid pk "{identifier}" - object does not exist.'})

    def _all(self, collection: str) -> list[Item]:
        return list(self.objects[collection].values())

    def _page(self, path: str, collections: Sequence[str], items: list[Item], query: Mapping[str, str]) -> Item:
        kinds = [KINDS[name] for name in collections]
        known = _ALWAYS.union(*(kind.fields for kind in kinds), *(kind.read_only for kind in kinds))
        if unknown := set(query) - known:
            raise RefusedError(400, {"detail": f"{kinds[0].type} has no field named '{min(unknown)}'"})
        found = [self._show(_collection_of(self, item), item) for item in items]
        for name, value in query.items():
            found = _filter(found, name, value, query)
        start = (int(query.get("page", 1)) - 1) * _PAGE
        following = f"/api/v2/{path}?page={start // _PAGE + 2}" if len(found) > start + _PAGE else None
        return {"count": len(found), "next": following, "previous": None, "results": found[start : start + _PAGE]}

    def _show(self, collection: str, item: Item) -> Item:
        kind = KINDS[collection]
        shown = {name: deepcopy(value) for name, value in item.items() if name != "update"}
        url = f"/api/v2/{collection}/{item['id']}/"
        parts = [*kind.associations, "survey_spec", "create_approval_template", "update"]
        related = {name: f"{url}{name}/" for name in parts}
        if collection == "workflow_job_template_nodes" and item["unified_job_template"]:
            target = self._get("unified_job_templates", item["unified_job_template"])
            related["unified_job_template"] = f"/api/v2/{_collection_of(self, target)}/{target['id']}/"
        shown |= {"type": kind.type, "url": url, "related": related, "summary_fields": {}}
        if collection == "credential_types":
            shown["managed"] = False
        if collection == "credentials":
            fields = self.objects["credential_types"][item["credential_type"]]["inputs"]["fields"]
            secret = {one["id"] for one in fields if one.get("secret")}
            shown["inputs"] |= {name: awx_rules.ENCRYPTED for name in item["inputs"] if name in secret}
        if collection == "projects":
            shown["scm_revision"] = "" if item["status"] == "pending" else "f" * 40
            if item.get("update"):
                shown["summary_fields"]["current_update"] = {"id": item["update"], "status": "pending"}
        owner = {"job_templates": "project", "inventory_sources": "inventory"}.get(collection)
        if owner:
            owners = self.objects[KINDS[collection].fields[owner].kind]
            shown["organization"] = owners[item[owner]]["organization"]
        return shown


def _complaint(name: str, text: str | None) -> dict[str, Any] | None:
    return {name: [text]} if text else None


def _collection_of(controller: Controller, item: Item) -> str:
    return next(name for name, items in controller.objects.items() if items.get(item["id"]) is item)


def _filter(items: list[Item], name: str, value: str, query: Mapping[str, str]) -> list[Item]:
    if name in {"page", "page_size", "or__name"}:
        return items
    if name == "or__id":
        return [one for one in items if str(one["id"]) == value or one.get("name") == query.get("or__name")]
    return [one for one in items if str(one.get(name)) == value]
