# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source that watches an export: an event for each complete change, none for a file that is being written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "extensions" / "eda" / "plugins" / "event_source" / "export_file.py"
Step = Callable[[], object]


def load() -> Callable[..., Any]:
    """The entry point of the source, which lies in no package."""
    spec = spec_from_file_location("export_file", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    main: Callable[..., Any] = module.main
    return main


def watch(monkeypatch: pytest.MonkeyPatch, steps: Sequence[Step], **options: Any) -> tuple[list[Any], list[float]]:
    """The events of a watch during whose waits these steps are done, one a wait, and how long the waits are."""
    waits: list[float] = []
    left = iter(steps)

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        step = next(left, None)
        if step is None:
            raise asyncio.CancelledError
        step()

    async def run() -> list[Any]:
        queue: asyncio.Queue[Any] = asyncio.Queue()
        monkeypatch.setattr(asyncio, "sleep", wait)
        with pytest.raises(asyncio.CancelledError):
            await source(queue, {"interval": 5, "settle": 30, **options})
        return [queue.get_nowait() for _event in range(queue.qsize())]

    source = load()
    return asyncio.run(run()), waits


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of five bytes."""
    file = tmp_path / "export.json"
    file.write_text("first", encoding="utf-8")
    return file


def sizes(events: Sequence[Any]) -> list[int]:
    """The sizes that the events tell."""
    return [event["export_file"]["size"] for event in events]


def nothing() -> None:
    """A step in which the file stays as it is."""


def test_file_that_is_there_is_told_once_after_it_has_rested(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    events, waits = watch(monkeypatch, [nothing] * 3, path=str(path))

    assert sizes(events) == [5]
    assert events[0]["export_file"]["path"] == str(path)
    assert events[0]["export_file"]["changed_at"].endswith("Z")
    assert waits == [30, 5, 5, 5]


def test_file_that_is_there_is_not_told_where_that_is_not_wanted(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    steps = [nothing, lambda: path.write_text("second", encoding="utf-8"), nothing, nothing]

    events, _waits = watch(monkeypatch, steps, path=str(path), at_start=False)

    assert sizes(events) == [6]


def test_file_that_is_being_written_is_told_when_it_rests(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    def more() -> None:
        path.write_text(path.read_text(encoding="utf-8") + "+", encoding="utf-8")

    # settling, between two looks, settling, between two looks, settling
    events, waits = watch(monkeypatch, [more, more, more, nothing, nothing], path=str(path))

    assert sizes(events) == [8]
    assert waits == [30, 5, 30, 5, 30, 5]


def test_file_that_is_replaced_by_one_of_the_same_size_is_told(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    def replace() -> None:
        other = path.with_name("export.new")
        other.write_text("other", encoding="utf-8")
        other.rename(path)

    events, _waits = watch(monkeypatch, [nothing, replace, nothing, nothing], path=str(path))

    assert sizes(events) == [5, 5]


def test_file_that_comes_later_is_told_and_its_removal_is_not(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    path.unlink()
    steps = [nothing, lambda: path.write_text("late", encoding="utf-8"), nothing, path.unlink, nothing]

    events, _waits = watch(monkeypatch, steps, path=str(path))

    assert sizes(events) == [4]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "export_file needs path, the file to watch."),
        ({"path": "/x", "interval": 0}, "interval of export_file must be more than 0 seconds."),
        ({"path": "/x", "settle": "soon"}, "settle of export_file must be a number of seconds, not 'soon'."),
        ({"path": "/x", "interval": -1}, "interval of export_file must be a number of seconds, not -1."),
        ({"path": "/x", "settle": True}, "settle of export_file must be a number of seconds, not True."),
    ],
)
def test_options_that_cannot_be_used_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        asyncio.run(load()(asyncio.Queue(), options))
