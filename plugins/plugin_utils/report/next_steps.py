# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes next, the first step first."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ansible_collections.entra.mfa.plugins.plugin_utils.report import assessment
from ansible_collections.entra.mfa.plugins.plugin_utils.report.batches import Batch, total
from ansible_collections.entra.mfa.plugins.plugin_utils.report.gates import Gate
from ansible_collections.entra.mfa.plugins.plugin_utils.report.phases import DONE, Phase, Records
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import in_words, moment


class Step(NamedTuple):
    """A step: what to do, why, and the playbook that does it (empty where a person does)."""

    title: str
    why: str
    playbook: str = ""
    arguments: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The step as the report holds it, with the command."""
        command = f"ansible-playbook entra.mfa.{self.playbook} {self.arguments}".strip() if self.playbook else ""
        return {"title": self.title, "why": self.why, "command": command}


def next_steps(records: Records, batches: Sequence[Batch], found: Sequence[Phase], gates: Sequence[Gate]) -> list[Step]:
    """What is to be done, the first step first."""
    if records.is_rolled_back:
        return [
            Step("Find out why it was taken back", "The methods stay in Entra; what was routed is routed no more."),
            Step("Roll out again", "When the cause is cured.", "rollout"),
        ]
    state = {phase.name: phase.state for phase in found}
    return [
        *_before_migration(records, batches),
        *_migration(batches),
        *_routing(records, batches, gates),
        *_end(records, state),
    ]


def _before_migration(records: Records, batches: Sequence[Batch]) -> Iterator[Step]:
    if any(batch.migrated_at is not None for batch in batches):
        return
    if records.assess is None:
        yield Step(
            "Assess", "Reads tenant, servers and export, writes nothing, and says what stands in the way.", "assess"
        )
    elif assessment.verdict(records.assess) == "not_ready":
        yield Step(
            "Cure what stands in the way and assess again", "The findings stand below, with their remedies.", "assess"
        )
    if records.prepare is None:
        yield Step("Prepare the servers", "Without a verified backup of the data file there is no way back.", "prepare")


def _migration(batches: Sequence[Batch]) -> Iterator[Step]:
    if not batches:
        yield Step("Name the batches", "Each is one group of users: set entra_mfa_batches, then migrate.", "migrate")
    waiting = [batch for batch in batches if batch.migrated_at is None]
    if waiting:
        users = sum(batch.tally.waiting for batch in waiting)
        why = f"{users:,} users wait in it." if users else "Nothing of it is in Entra yet."
        more = f" After it: {', '.join(batch.name for batch in waiting[1:])}." if waiting[1:] else ""
        first = waiting[0].name
        yield Step(f"Migrate batch {first}", why + more, "migrate", _only(first))
    partly = [batch for batch in batches if batch.migrated_at is not None and batch.tally.waiting]
    for batch in partly:
        why = f"{batch.tally.waiting:,} of its users were not looked at yet."
        yield Step(f"Migrate the rest of batch {batch.name}", why, "migrate", _only(batch.name))
    tally = total(batches)
    if tally.failed:
        names = ", ".join(batch.name for batch in batches if batch.tally.failed)
        why = f"{tally.failed:,} users failed ({names}). The remedies stand below; a run writes only what is missing."
        yield Step("Cure the failures and migrate again", why, "migrate")
    if tally.needs_registration:
        why = f"{tally.needs_registration:,} users have to register their app again: write to them in time."
        yield Step("Announce the registration", why, "announce")


def _only(batch: str) -> str:
    return "-e " + shlex.quote(f"entra_mfa_batch={batch}")


def _routing(records: Records, batches: Sequence[Batch], gates: Sequence[Gate]) -> Iterator[Step]:
    ready = [batch for batch in batches if batch.migrated_at is not None and not batch.rolled_out]
    if ready and not records.flipped:
        names = ", ".join(batch.name for batch in ready)
        why = f"Their users are in Entra and still sent elsewhere: {names}."
        argument = _only(ready[0].name) if len(ready) == 1 else ""
        yield Step("Roll the migrated batches out", why, "rollout", argument)
    due = [batch for batch in batches if batch.waits_for_a_wave and not records.flipped]
    for batch in due:
        next_at = moment(batch.waves.get("next_at"))
        when = "" if next_at is None else f" The next may begin on {in_words(next_at)}."
        why = f"{batch.waves['reached']:,} of {batch.waves['total']:,} migrated users are routed to Entra.{when}"
        yield Step(f"Begin the next wave of batch {batch.name}", why, "rollout", _only(batch.name))
    migrated = [batch for batch in batches if batch.migrated_at is not None]
    if batches and len(migrated) == len(batches) and not (records.flipped or ready or due):
        red = [gate.name for gate in gates if gate.state == "red"]
        why = f"These gates are red: {', '.join(red)}." if red else "No gate is red."
        yield Step("Turn the gates green" if red else "Finalize", why, "finalize")


def _end(records: Records, state: dict[str, str]) -> Iterator[Step]:
    if not records.flipped:
        return
    if records.verify is None:
        yield Step(
            "Verify", "Reads the sign-in log and says whether Entra does the MFA, once the flip is in effect.", "verify"
        )
    elif assessment.verdict(records.verify) != "verified":
        yield Step("Verify again", "When what it found is cured, and more people have signed in.", "verify")
        return
    if state.get("decommission") != DONE:
        yield Step("Take the MFA Servers away", "When nobody has asked them for a while.", "decommission")
