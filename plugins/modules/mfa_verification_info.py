#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Entra does the MFA of a finalized domain."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_verification_info
short_description: Tell from sign-in and audit logs whether Entra does the MFA of finalized domains
version_added: 1.0.0
description:
  - Reads the sign-ins of the users of each domain since its change is in effect, and counts whose MFA was done by Entra
    and whose was taken from a claim of the federated identity provider.
  - Reads what the domain has now, and what the audit log says about changes of the domain.
  - A part that Microsoft Graph refuses is told in RV(findings), and the verdict is V(inconclusive) then.
options:
  domains:
    description: The finalized domains.
    type: list
    elements: str
    required: true
  recorded:
    description:
      - What the finalize phase has recorded of each domain, by its name - the C(behavior) that was set and the time by
        which it is in effect (C(effective_by), ISO 8601); only later sign-ins count.
      - A domain that is not here is expected to have V(rejectMfaByFederatedIdp), since O(since).
    type: dict
    default: {}
  since:
    description:
      - Date, or date and time (ISO 8601, UTC unless it says otherwise), from which sign-ins count. A domain whose
        C(effective_by) is later starts there. Seven days ago when left out.
    type: str
  until:
    description: Date or date and time up to which sign-ins count. Now when left out.
    type: str
  most_sign_ins:
    description:
      - Most sign-ins to read, the newest first. The log gives 500 in a second at best.
      - Where there are more, a warning and RV(findings) say from when on they were read, and a domain whose sign-ins
        were not all read is V(inconclusive) at best.
    type: int
    default: 200000
  report_path:
    description:
      - A JSON Lines file with one line for every user who still does federated MFA (C(domain), C(id), C(upn),
        C(sign_ins), C(last_at), C(apps)), made with mode 0600.
    type: path
notes:
  - Needs the application permissions C(AuditLog.Read.All) and C(Domain.Read.All), and Microsoft Entra ID P1 or P2 for
    the sign-in log.
  - How MFA was done is in the beta version of the log only. Where that does not answer, the texts of v1.0 are searched.
  - The log has interactive sign-ins, shows them minutes to hours later, and keeps them for 30 days.
  - Microsoft documents the texts of the log in part. What is not understood counts as C(unknown).
seealso:
  - module: entra.mfa.federation_mfa_behavior
  - module: entra.mfa.migration_audit_info
  - name: signIn
    description: Microsoft Graph reference.
    link: https://learn.microsoft.com/graph/api/resources/signin?view=graph-rest-beta
extends_documentation_fragment:
  - entra.mfa.attributes.info
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: See who does the MFA of a domain
  entra.mfa.mfa_verification_info:
    domains: [contoso.example]
    recorded:
      contoso.example:
        behavior: rejectMfaByFederatedIdp
        effective_by: "2026-03-02T08:00:00Z"
    report_path: migration-record/federated-mfa.jsonl
  register: seen

- name: Name those who still do federated MFA
  ansible.builtin.debug:
    msg: "{{ seen.domains['contoso.example'].federated_users.examples }}"
"""

RETURN = r"""
verdict:
  description:
    - V(verified) when in each domain Entra was seen doing MFA and the federated provider was not, V(not_verified) when
      federated MFA was seen or a domain has another behavior by now, otherwise V(inconclusive).
  type: str
  returned: success
  sample: verified
findings:
  description: What speaks for and against it, with the keys of RV(entra.mfa.assessment_info#module:findings).
  type: list
  elements: dict
  returned: success
  sample: []
domains:
  description: The domains by name.
  type: dict
  returned: success
  sample:
    contoso.example:
      verdict: verified
      behavior: rejectMfaByFederatedIdp
      since: "2026-03-02T08:00:00Z"
      sign_ins:
        cloud: 120
        federated: 0
        session: 300
        single_factor: 10
        unknown: 0
        must_register: 1
        mfa_failed: 2
        failed: 5
      users: {cloud: 60, federated: 0}
      federated_users: {count: 0, examples: []}
      changes:
        - at: "2026-03-01T08:00:00Z"
          activity: Set federation settings on domain
          succeeded: true
          by: MFA migration
  contains:
    verdict:
      description: The verdict on this domain.
      type: str
    behavior:
      description: The behavior that it has now; null when it was never set or could not be read.
      type: str
    since:
      description: From when sign-ins count.
      type: str
    sign_ins:
      description:
        - Number of sign-ins - C(cloud) with MFA by Entra, C(federated) with a claim of the federated provider,
          C(session) with a claim of an earlier sign-in, C(single_factor) without MFA, C(unknown) where nobody can tell,
          C(must_register) stopped for lack of a method, C(mfa_failed) stopped in MFA, C(failed) for other reasons.
      type: dict
    users:
      description: Number of different users with C(cloud) and with C(federated) MFA.
      type: dict
    federated_users:
      description: Number of users with federated MFA (C(count)), and the first ten (C(examples)).
      type: dict
    changes:
      description: What the audit log says about the domain since the day before its change was in effect, at most 20.
      type: list
      elements: dict
sign_ins_read:
  description: How many sign-ins were read.
  type: int
  returned: success
  sample: 438
truncated:
  description: Whether there were more than O(most_sign_ins).
  type: bool
  returned: success
  sample: false
read_since:
  description: The time of the oldest sign-in that was read where there were more; null when all of them were read.
  type: str
  returned: success
  sample: null
"""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from ansible_collections.entra.mfa.plugins.module_utils.directory import audits, federation
from ansible_collections.entra.mfa.plugins.module_utils.directory.sign_in_values import SOURCES
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.migration import verification
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import in_order
from ansible_collections.entra.mfa.plugins.module_utils.migration.report import open_report
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "domains": {"type": "list", "elements": "str", "required": True},
    "recorded": {"type": "dict", "default": {}},
    "since": {"type": "str"},
    "until": {"type": "str"},
    "most_sign_ins": {"type": "int", "default": 200_000},
    "report_path": {"type": "path"},
}
DAYS = 7
MOST_NAMES = 10
MOST_CHANGES = 20
REFUSED = 403


def work(module: GraphModule) -> dict[str, Any]:
    """Read the logs and judge."""
    try:
        return _verify(module)
    except UnusableInputError as error:
        raise InputError(str(error)) from error


def _verify(module: GraphModule) -> dict[str, Any]:
    options, now = module.params, datetime.now(UTC)
    recorded = {name.casefold(): entry for name, entry in options["recorded"].items()}
    flips = [_flip(name, recorded.get(name.casefold(), {})) for name in dict.fromkeys(options["domains"])]
    since = audits.moment(options["since"], "since") if options["since"] else now - timedelta(days=DAYS)
    tally = verification.Tally({flip.domain: max(since, flip.effective_by or since) for flip in flips})
    log = _read_sign_ins(module, tally)
    seen = {flip.domain: _look_at(module, flip, tally.domains[flip.domain], log) for flip in flips}
    verdicts = {flip.domain: verification.verdict(flip, seen[flip.domain], now) for flip in flips}
    with open_report(options["report_path"]) as report:
        for domain, counts in tally.domains.items():
            for user in counts.federated.values():
                report.add(_ReportedUser(domain, user))
    found = [finding for flip in flips for finding in verification.findings(flip, seen[flip.domain], now, MOST_NAMES)]
    return {
        "changed": False,
        "verdict": verification.overall(list(verdicts.values())),
        "findings": [finding.as_dict() for finding in in_order(found)],
        "domains": {domain: _domain(verdicts[domain], seen[domain]) for domain in seen},
        "sign_ins_read": log.read,
        "truncated": log.oldest is not None,
        "read_since": _stamp(log.oldest) if log.oldest else None,
    }


class _Log(NamedTuple):
    """How far the sign-in log was read: why not at all, how many sign-ins, and the oldest one where there are more."""

    problem: str = ""
    read: int = 0
    oldest: datetime | None = None


class _ReportedUser:
    """A line of the report."""

    def __init__(self, domain: str, user: verification.FederatedUser) -> None:
        self._line = {"domain": domain, **user.as_dict()}

    def as_dict(self) -> dict[str, Any]:
        """The line."""
        return self._line


def _flip(domain: str, entry: dict[str, Any]) -> verification.Flip:
    behavior, when = entry.get("behavior") or verification.REJECT, entry.get("effective_by")
    return verification.Flip(domain, behavior, audits.moment(when, "effective_by") if when else None)


def _read_sign_ins(module: GraphModule, tally: verification.Tally) -> _Log:
    """Count the sign-ins."""
    options, most = module.params, module.params["most_sign_ins"]
    until = audits.moment(options["until"], "until") if options["until"] else None
    first = min((counts.since for counts in tally.domains.values()), default=datetime.now(UTC))
    if first > (until or datetime.now(UTC)):
        return _Log()
    read, oldest = 0, ""
    try:
        for sign_in in audits.sign_ins(module.client, first, until):
            if read == most:
                module.warn(f"Only the newest {most} sign-ins were read (most_sign_ins), those since {oldest}.")
                return _Log(read=read, oldest=datetime.fromisoformat(oldest))
            tally.add(sign_in)
            read, oldest = read + 1, sign_in.at
    except GraphError as error:
        if error.status != REFUSED:
            raise
        return _Log(str(error), read)
    return _Log(read=read)


def _look_at(
    module: GraphModule, flip: verification.Flip, counts: verification.DomainTally, log: _Log
) -> verification.Seen:
    left_out = log.oldest if log.oldest and log.oldest > counts.since else None
    since = counts.since - federation.TIME_TO_EFFECT - timedelta(hours=1)
    try:
        changes = list(islice(audits.changes_of(module.client, flip.domain, since), MOST_CHANGES))
    except GraphError as error:
        if error.status != REFUSED:
            raise
        changes = []
    try:
        behavior = federation.require_configuration(module.client, flip.domain).behavior
    except GraphError as error:
        if error.status != REFUSED:
            raise
        return verification.Seen(counts, None, str(error), log.problem, changes, left_out)
    return verification.Seen(counts, behavior, "", log.problem, changes, left_out)


def _domain(verdict: str, seen: verification.Seen) -> dict[str, Any]:
    named = seen.tally.named(MOST_NAMES)
    return {
        "verdict": verdict,
        "behavior": seen.behavior,
        "since": _stamp(seen.tally.since),
        "sign_ins": {name: seen.tally.sources[name] for name in SOURCES},
        "users": {name: len(seen.tally.users.get(name, ())) for name in ("cloud", "federated")},
        "federated_users": {"count": named.count, "examples": named.examples},
        "changes": list(seen.changes),
    }


def _stamp(when: datetime) -> str:
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")


def main() -> None:
    """Entry point of the module."""
    module = GraphModule(ARGUMENT_SPEC)
    if module.params["most_sign_ins"] < 1:
        module.fail_json(msg="most_sign_ins must be at least 1.")
    if not module.params["domains"]:
        module.fail_json(msg="domains is an empty list; name the domains that were finalized.")
    module.run(work)


if __name__ == "__main__":
    main()
