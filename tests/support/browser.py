# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium that opens local files, driven by its own protocol over a pair of pipes."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import struct
import subprocess
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE = 60.0
"""Most seconds for one answer."""

_FROM_BROWSER, _TO_BROWSER = 3, 4


def find_browser() -> str | None:
    """The path of a Chromium, None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot: its size and its pixels, one (red, green, blue) a pixel, row by row."""

    width: int
    height: int
    png: bytes = field(repr=False)

    def pixels(self) -> list[bytes]:
        """The colours of all pixels, from the top left."""
        return _decode(self.png)

    def backgrounds(self, count: int = 2) -> list[tuple[bytes, float]]:
        """The most frequent colours, and which share of the pixels has each."""
        frequent = Counter(self.pixels()).most_common(count)
        return [(colour, times / (self.width * self.height)) for colour, times in frequent]


class Browser:
    """One running browser; a context manager that ends it.

    ``requests`` are the addresses that pages asked for, ``complaints`` what the browser logged about them.
    """

    def __init__(self, path: str, folder: Path) -> None:
        self._number = 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._buffer = b""
        to_read, their_write = _high_pipe()
        their_read, to_write = _high_pipe()

        def place_pipes() -> None:
            os.dup2(their_read, _FROM_BROWSER)
            os.dup2(their_write, _TO_BROWSER)

        self._process = subprocess.Popen(
            [path, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(_FROM_BROWSER, _TO_BROWSER),
            preexec_fn=place_pipes,
            start_new_session=True,
        )
        os.close(their_read)
        os.close(their_write)
        self._read_from, self._write_to = to_read, to_write
        target = self._send("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self._send("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = attached["sessionId"]
        self.call("Page.enable")
        self.call("Network.enable")
        self.call("Log.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        os.close(self._read_from)
        os.close(self._write_to)

    def open(self, page: Path, *, width: int, scheme: str = "light") -> None:
        """Open a local file in a window of this width, ``light`` or ``dark``."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.call("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=page.absolute().as_uri())
        deadline = time.monotonic() + PATIENCE
        while self.evaluate("document.readyState + location.protocol") != "completefile:":
            if time.monotonic() > deadline:
                raise TimeoutError(f"{page} does not finish loading")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def picture(self, scale: float = 1) -> Picture:
        """A screenshot of the whole page."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": scale}
        taken = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        png = base64.b64decode(taken["data"])
        width, height = struct.unpack(">II", png[16:24])
        return Picture(width, height, png)

    def show_paper(self) -> None:
        """Show the page as it is printed, until another one is opened."""
        self.call("Emulation.setEmulatedMedia", media="print")

    def pdf(self) -> bytes:
        """The page on paper (A4)."""
        printed = self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        return base64.b64decode(printed["data"])

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol for the page."""
        return self._send(method, params, self._session)

    def _send(self, method: str, params: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        os.write(self._write_to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            self._note(answer)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def _note(self, event: dict[str, Any]) -> None:
        """Keep the addresses that the page asks for, and what the browser complains of."""
        params = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event.get("method") == "Log.entryAdded":
            self.complaints.append(params["entry"]["text"])

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            if not select.select([self._read_from], [], [], PATIENCE)[0]:
                raise TimeoutError("The browser does not answer")
            part = os.read(self._read_from, 1 << 20)
            if not part:
                raise RuntimeError("The browser has ended")
            self._buffer += part
        text, _end, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        return found


def _high_pipe() -> tuple[int, int]:
    """A pipe with file descriptors that nobody expects at a fixed number."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 100) for end in ends)
    for end in ends:
        os.close(end)
    return moved[0], moved[1]


def _decode(png: bytes) -> list[bytes]:
    """The pixels of a PNG of eight bits a channel, in colours with or without transparency (PNG specification)."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    step = {2: 3, 6: 4}[kind]
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    raw = zlib.decompress(data)
    stride = width * step
    above = bytearray(stride)
    pixels: list[bytes] = []
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(raw[start + 1 : start + 1 + stride])
        _unfilter(raw[start], line, above, step)
        pixels += [bytes(line[at : at + 3]) for at in range(0, stride, step)]
        above = line
    return pixels


def _unfilter(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    for at in range(len(line)):
        left = line[at - step] if at >= step else 0
        upper = above[at]
        if kind == 1:
            line[at] = (line[at] + left) & 255
        elif kind == 2:
            line[at] = (line[at] + upper) & 255
        elif kind == 3:
            line[at] = (line[at] + (left + upper) // 2) & 255
        elif kind == 4:
            corner = above[at - step] if at >= step else 0
            guess = left + upper - corner
            distances = (abs(guess - left), abs(guess - upper), abs(guess - corner))
            line[at] = (line[at] + (left, upper, corner)[distances.index(min(distances))]) & 255
