# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders the page from a template: every value is escaped, and nothing but the report can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import in_words
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOTHING = "\N{EN DASH}"
"""What stands where there is no value."""


def render(template: Path, report: Mapping[str, Any]) -> str:
    """The page. The template sees ``report`` and the filters ``number``, ``percent``, ``moment``, ``day``, ``shares``.

    Raises ReportInputError that names the line of a template that cannot be rendered.
    """
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters.update(number=number, percent=percent, moment=moment, day=day, shares=shares)
    try:
        source = template.read_text(encoding="utf-8")
        return environment.from_string(source).render(report=report)
    except (OSError, UnicodeDecodeError) as error:
        raise ReportInputError(f"The template {template} cannot be read ({error}).") from None
    except jinja2.TemplateSyntaxError as error:
        raise ReportInputError(f"Line {error.lineno} of the template {template}: {error.message}.") from None
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise ReportInputError(f"The template {template} cannot be rendered: {error}.") from None


def number(value: int) -> str:
    """A count as people read it, such as 12,345."""
    return f"{value:,}"


def percent(part: int, whole: int) -> str:
    """A share in whole percent, rounded down: 100 % means everybody, and 0 % nobody."""
    if not whole:
        return NOTHING
    share = 100 * part // whole
    return "under 1 %" if part and not share else f"{share} %"


def moment(text: str | None) -> str:
    """A time as people read it, such as 24 November 2026, 07:54 UTC."""
    if text is None:
        return NOTHING
    return in_words(datetime.fromisoformat(text))


def day(text: str | None) -> str:
    """The day of a time, such as 24 Nov 2026."""
    if text is None:
        return NOTHING
    time = datetime.fromisoformat(text)
    return f"{time.day} {time:%b %Y}"


def shares(values: Iterable[int], width: float = 100.0) -> list[dict[str, float]]:
    """Where the parts of a stacked bar begin and how long they are, so that all of them fill the width.

    A part that is not empty is at least a hundredth of the width, so that it can be seen.
    """
    counts = list(values)
    whole = sum(counts)
    if not whole:
        return [{"start": 0.0, "length": 0.0} for _count in counts]
    least = width / 100
    lengths = [max(least, width * count / whole) if count else 0.0 for count in counts]
    surplus = sum(lengths) - width
    longest = lengths.index(max(lengths))
    lengths[longest] -= surplus
    found = []
    start = 0.0
    for length in lengths:
        found.append({"start": round(start, 3), "length": round(length, 3)})
        start += length
    return found
