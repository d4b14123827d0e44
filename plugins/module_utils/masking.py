# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masks for what may not be shown: telephone numbers and secrets. Pure text, usable from every layer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

MASK = "••••"
HIDDEN = "********"

_SECRET_NAMES = frozenset(
    {
        "secretkey",
        "verificationcode",
        "temporaryaccesspass",
        "secrettext",
        "client_secret",
        "client_assertion",
        "password",
        "access_token",
    }
)
_NUMBER_NAMES = frozenset({"phonenumber", "mobilephone"})
_INTERNATIONAL_NUMBER = re.compile(r"\+\d(?:[ ().-]{0,2}\d){5,}(?:x\d+)?")
_BARE_NUMBER = re.compile(r"(?<![\w.:+-])\d(?:[ ()]?\d){8,}(?:x\d+)?(?![\w:-])")


def mask_number(text: str | None) -> str:
    """The number with all but its last two digits hidden: ``+1 2065550100x7`` becomes ``•••• 00``.

    An extension is not shown. Text with fewer than three digits is hidden altogether.
    """
    digits = re.sub(r"\D", "", (text or "").lower().partition("x")[0])
    return f"{MASK} {digits[-2:]}" if len(digits) > 2 else MASK


def mask_numbers_in(text: str) -> str:
    """The text with everything that looks like a telephone number masked; GUIDs and times are left alone."""
    text = _INTERNATIONAL_NUMBER.sub(lambda found: mask_number(found.group()), text)
    return _BARE_NUMBER.sub(lambda found: mask_number(found.group()), text)


def scrub(text: str, sent: object = None) -> str:
    """The text without telephone numbers and without the secrets of the body that was sent.

    A service may repeat in its error message what it was given; ``sent`` is that request body.
    """
    for name, value in _text_values(sent):
        if len(value) < 3 or value not in text:
            continue
        if name.lower() in _SECRET_NAMES:
            text = text.replace(value, HIDDEN)
        elif name.lower() in _NUMBER_NAMES:
            text = text.replace(value, mask_number(value))
    return mask_numbers_in(text)


def _text_values(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _text_values(inner, str(key))
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _text_values(inner, name)
