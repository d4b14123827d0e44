# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the sample who each stand for a row of the engine's rules, by migration batch.

Batches 1 and 2 hold nobody who fails. All who fail are in batch 3, with everything about matching: records and users
are matched within one batch, so people who share a name or a token stay together.
"""

from __future__ import annotations

from entra_simulator.sample.cases import apps, defaults, matching, phones, records, tokens
from entra_simulator.sample.cases.case import Case

CASES_BY_BATCH: dict[int, tuple[Case, ...]] = {
    1: phones.CASES + defaults.CASES,
    2: apps.CASES + tokens.CASES,
    3: matching.CASES + records.CASES + tokens.IN_USE_CASES,
}
