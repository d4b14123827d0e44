# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report opened in Chromium: on a desktop and a phone, in light and dark, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.report.files import PAGE, write_report
from ansible_collections.entra.mfa.plugins.plugin_utils.report.model import Request
from ansible_collections.entra.mfa.plugins.plugin_utils.report.output import Output
from support import migration_records as records
from support.browser import Browser, find_browser

TEMPLATE = Path(__file__).resolve().parents[2] / "roles/report/templates/report.html.j2"
DESKTOP, PHONE, SMALL_PHONE = 1280, 390, 360
SCALE = 0.25

SUPPORT = Path(__file__).resolve().parents[1] / "support"
LOW_CONTRAST = (SUPPORT / "low_contrast.js").read_text(encoding="utf-8")
NOT_ACCESSIBLE = (SUPPORT / "not_accessible.js").read_text(encoding="utf-8")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN_ALL = "document.querySelectorAll('details').forEach(part => { part.open = true; })"

pytestmark = [
    pytest.mark.skipif(find_browser() is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]


def under_way(folder: Path) -> Path:
    """A migration with every kind of outcome."""
    return records.write_records(folder)


def finished(folder: Path) -> Path:
    """A migration that was finalized in spite of a gate."""
    records.write_records(folder)
    records.write_json(
        folder, "finalize.json", records.finalization(dependencies="dependencies: not declared moved: radius")
    )
    seen = {"verdict": "inconclusive", "since": "2026-03-07T10:00:00Z", "sign_ins": {"cloud": 120, "federated": 3}}
    records.write_json(folder, "verify.json", {"verdict": "inconclusive", "domains": {"contoso.example": seen}})
    return folder


def nothing(folder: Path) -> Path:
    """No record at all."""
    return folder


STATES: dict[str, Callable[[Path], Path]] = {"under_way": under_way, "finished": finished, "nothing": nothing}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found = {}
    for name, make in STATES.items():
        folder = tmp_path_factory.mktemp(name)
        write_report(Request(make(folder / "records"), records.BATCHES), TEMPLATE, Output(folder))
        found[name] = folder / PAGE
    return found


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path = find_browser()
    assert path is not None
    with Browser(path, tmp_path_factory.mktemp("browser")) as running:
        yield running


def brightness(colour: bytes) -> float:
    """How bright a colour is, from 0 to 255."""
    return sum(colour) / 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", STATES)
def test_page_is_filled_and_stays_within_the_window(
    name: str, width: int, scheme: str, pages: dict[str, Path], browser: Browser
) -> None:
    browser.open(pages[name], width=width, scheme=scheme)
    picture = browser.picture(SCALE)
    (page, _share), (card, _other) = picture.backgrounds()
    filled = 1 - sum(share for colour, share in picture.backgrounds())

    assert browser.evaluate(OVERFLOW) <= 0
    assert abs(picture.width - width * SCALE) < 1
    assert filled > 0.05
    assert (min(map(brightness, (page, card))) > 200) == (scheme == "light")
    assert (max(map(brightness, (page, card))) < 60) == (scheme == "dark")
    assert browser.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE, SMALL_PHONE])
def test_opened_lists_stay_within_the_window(width: int, pages: dict[str, Path], browser: Browser) -> None:
    browser.open(pages["under_way"], width=width)
    closed = browser.picture(0.1).height
    browser.evaluate(OPEN_ALL)

    assert browser.evaluate(OVERFLOW) <= 0
    assert browser.picture(0.1).height > closed
    assert browser.evaluate(LOW_CONTRAST) == []


def test_page_asks_for_nothing_and_runs_nothing(pages: dict[str, Path], browser: Browser) -> None:
    browser.requests.clear()
    browser.complaints.clear()
    for page in pages.values():
        browser.open(page, width=DESKTOP)

    assert browser.requests
    assert [address for address in browser.requests if not address.startswith("file:")] == []
    assert browser.complaints == []
    assert browser.evaluate("document.querySelectorAll('script, link, img, iframe, [src], [onclick]').length") == 0


def test_hostile_names_are_shown_as_text(pages: dict[str, Path], browser: Browser) -> None:
    browser.open(pages["under_way"], width=DESKTOP)
    text = browser.evaluate("document.body.textContent")

    assert [name for name in records.HOSTILE_UPNS if name not in text] == []
    assert '<b>no</b> "way" & so on' in text
    assert "Contoso & Sons" in text


@pytest.mark.parametrize("name", STATES)
def test_page_can_be_heard(name: str, pages: dict[str, Path], browser: Browser) -> None:
    browser.open(pages[name], width=DESKTOP)

    assert browser.evaluate(NOT_ACCESSIBLE) == []
    assert browser.evaluate("document.querySelectorAll('h1').length") == 1


def test_page_on_paper(pages: dict[str, Path], browser: Browser) -> None:
    browser.open(pages["under_way"], width=720, scheme="dark")
    browser.show_paper()
    (page, share), *_others = browser.picture(SCALE).backgrounds()

    assert brightness(page) == 255
    assert share < 0.95
    assert browser.evaluate(OVERFLOW) <= 0
    assert (
        browser.evaluate("[...document.querySelectorAll('details')].filter(part => part.checkVisibility()).length") == 0
    )
    assert browser.pdf().startswith(b"%PDF-")
