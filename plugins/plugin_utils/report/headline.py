# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sentence about where the migration stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ansible_collections.entra.mfa.plugins.plugin_utils.report import assessment
from ansible_collections.entra.mfa.plugins.plugin_utils.report.batches import Batch, total
from ansible_collections.entra.mfa.plugins.plugin_utils.report.gates import Gate
from ansible_collections.entra.mfa.plugins.plugin_utils.report.phases import DONE, Phase, Records
from ansible_collections.entra.mfa.plugins.plugin_utils.report.tally import Tally

BAD_SHARE = 0.05
"""From this share of failed users on, the headline is bad and not only a warning."""


class Headline(NamedTuple):
    """Where the migration stands: a word for machines, a sentence, and its tone (good, warning, bad, neutral)."""

    state: str
    text: str
    tone: str

    def as_dict(self) -> dict[str, str]:
        """The headline as the report holds it."""
        return self._asdict()


def headline(records: Records, batches: Sequence[Batch], found: Sequence[Phase], gates: Sequence[Gate]) -> Headline:
    """Where the migration stands."""
    state = {phase.name: phase.state for phase in found}
    tally = total(batches)
    if records.is_rolled_back:
        return Headline("rolled_back", "Rolled back: MFA is with the federated provider again.", "bad")
    if records.flipped:
        return _after_flip(records, state, gates, tally)
    migrated = [batch for batch in batches if batch.migrated_at is not None]
    if migrated:
        tone = _tone(tally)
        routed = sum(batch.rolled_out and not batch.waits_for_a_wave for batch in batches)
        if len(migrated) < len(batches) or tally.waiting:
            text = f"Migrating: {tally.reached:,} of {tally.users:,} users have their methods in Entra."
            return Headline("migrating", text, tone)
        if routed < len(batches):
            text = f"Migrated, and {routed} of {len(batches)} batches are routed to Entra."
            return Headline("rolling_out", text, tone)
        red = sum(gate.state == "red" for gate in gates)
        if red:
            return Headline("gates", f"Every batch is routed to Entra; {red} of {len(gates)} gates are red.", "warning")
        return Headline("ready_to_finalize", "Ready to finalize: every batch is routed, no gate is red.", "good")
    if records.prepare is not None:
        return Headline("prepared", "Prepared: no user was migrated yet.", _tone_of_verdict(records))
    if records.assess is not None:
        word = (assessment.verdict(records.assess) or "assessed").replace("_", " ")
        return Headline("assessed", f"{word.capitalize()}: nothing was changed yet.", _tone_of_verdict(records))
    return Headline("not_started", "Nothing has run yet.", "neutral")


def _tone_of_verdict(records: Records) -> str:
    tones = {"ready": "good", "ready_with_warnings": "warning", "not_ready": "bad"}
    return tones.get(assessment.verdict(records.assess) or "", "neutral")


def _tone(tally: Tally) -> str:
    if tally.failed >= BAD_SHARE * max(1, tally.users - tally.left_alone):
        return "bad"
    return "warning" if tally.attention or tally.needs_registration else "good"


def _after_flip(records: Records, state: dict[str, str], gates: Sequence[Gate], tally: Tally) -> Headline:
    overridden = [gate.name for gate in gates if gate.state == "overridden"]
    remark = f" Gates were overridden: {', '.join(overridden)}." if overridden else ""
    tone = "warning" if overridden or tally.failed or tally.needs_registration else "good"
    if state.get("decommission") == DONE:
        return Headline("finished", "Finished: Entra does the MFA, and the MFA Servers are gone." + remark, tone)
    word = assessment.verdict(records.verify)
    if word == "verified":
        return Headline("verified", "Verified: the logs show that Entra does the MFA." + remark, tone)
    if word == "not_verified":
        return Headline("not_verified", "Finalized, but the logs show that Entra does not do all MFA." + remark, "bad")
    if word is not None:
        return Headline("inconclusive", "Finalized: the logs do not show yet who does the MFA." + remark, "warning")
    return Headline("finalized", "Finalized: all MFA is left to Entra, and not verified yet." + remark, tone)
