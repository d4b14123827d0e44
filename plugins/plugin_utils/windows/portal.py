# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The User portal in IIS: open, redirected or closed, each way back.

A redirect replaces the application's `web.config` by one of our own that redirects every request; the one before it
stays beside it, byte for byte, under a name that IIS does not serve. Closing lays down an `app_offline.htm`, with which
ASP.NET answers 503 to everybody. Neither changes the server's own configuration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import files, paths
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

OPEN, REDIRECTED, CLOSED = "open", "redirected", "closed"
CONFIGURATION = "web.config"
KEPT = "web.before-entra-mfa.config"
OFFLINE = "app_offline.htm"
MARK = "entra.mfa.user_portal"
PAGE = f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Closed</title></head>
<body>
<!-- Written by {MARK}; the state open of that module removes it. -->
<h1>This portal is closed</h1>
<p>The organisation moves to Microsoft Entra. Your administrators tell you when and where to register your sign-in
methods.</p>
</body>
</html>
"""
# A redirect of type 302, since browsers keep a 301 for good and the portal could never be opened again for them.
REDIRECT = """<?xml version="1.0" encoding="utf-8"?>
<!-- Written by {mark}; {kept} is what stood here before. -->
<configuration>
  <system.webServer>
    <httpRedirect enabled="true" destination={url}
      exactDestination="true" childOnly="false" httpResponseStatus="Found" />
  </system.webServer>
</configuration>
"""


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal's application as it stands. `url` is where it redirects to, None without a redirect."""

    folder: str
    redirect: str | None
    ours: bool
    kept: bool
    offline: str | None

    @property
    def state(self) -> str:
        """`closed`, `redirected` or `open`; a closed portal does not redirect, whatever its configuration says."""
        if self.offline is not None:
            return CLOSED
        return REDIRECTED if self.redirect else OPEN

    def as_result(self) -> dict[str, str | None]:
        """What a play sees of it: `state`, `url` and `path`."""
        return {
            "state": self.state,
            "url": self.redirect if self.state == REDIRECTED else None,
            "path": self.folder,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One change on the host, and the sentence that names it."""

    name: str
    work: Callable[[], None]


def examine(host: WindowsHost, folder: str) -> Portal:
    """Reads the files of the application; refuses a folder without a `web.config`, which is no portal."""
    configuration = paths.join(folder, CONFIGURATION)
    if files.state(host, configuration) is None:
        raise host.error(
            "look at the User portal",
            f"{configuration} does not exist",
            "Give the folder of the portal's application in path.",
        )
    text = files.read_text(host, configuration)
    offline = paths.join(folder, OFFLINE)
    return Portal(
        folder=folder,
        redirect=redirect_of(host, configuration, text),
        ours=MARK in text,
        kept=files.state(host, paths.join(folder, KEPT)) is not None,
        offline=files.read_text(host, offline) if files.state(host, offline) else None,
    )


def redirect_of(host: WindowsHost, path: str, text: str) -> str | None:
    """Where a `web.config` redirects to, None if it does not."""
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - a file of the server that only administrators write
    except ElementTree.ParseError as error:
        raise host.error(f"read {path}", f"it is not XML ({error})", "Repair the file first.") from None
    for element in root.iter("httpRedirect"):
        if element.get("enabled", "false").casefold() == "true":
            return element.get("destination")
    return None


def steps(host: WindowsHost, now: Portal, state: str, url: str) -> list[Step]:
    """What is to be done for a state, in an order in which the portal is never open in between."""
    wanted: list[Step] = []
    if state == CLOSED and now.offline is None:
        wanted.append(Step("close", lambda: _write(host, now, OFFLINE, PAGE)))
    if state == REDIRECTED and now.redirect != url:
        wanted.append(Step("redirect", lambda: _redirect(host, now, url)))
    if state != REDIRECTED and now.redirect is not None:
        wanted.append(Step("take the redirect back", lambda: _take_back(host, now)))
    if state != CLOSED and now.offline is not None:
        wanted.append(Step("remove the closing page", lambda: _reopen(host, now)))
    return wanted


def require_reversible(host: WindowsHost, now: Portal, state: str) -> None:
    """Refuses to remove what others have put there, before anything is changed."""
    attempt = f"bring the User portal to the state {state}"
    if state != REDIRECTED and now.redirect is not None and not (now.ours and now.kept):
        reason = f"{KEPT} is not there" if now.ours else f"{CONFIGURATION} redirects to {now.redirect} by other hands"
        raise host.error(attempt, reason, f"Put the portal's own {CONFIGURATION} back by hand into {now.folder}.")
    if state != CLOSED and now.offline is not None and MARK not in now.offline:
        raise host.error(
            attempt, f"{OFFLINE} was put there by other hands", f"Remove it by hand from {now.folder} first."
        )


def redirect_text(url: str) -> str:
    """The `web.config` that redirects every request to `url`."""
    return REDIRECT.format(mark=MARK, kept=KEPT, url=quoteattr(url))


def _redirect(host: WindowsHost, now: Portal, url: str) -> None:
    configuration, kept = paths.join(now.folder, CONFIGURATION), paths.join(now.folder, KEPT)
    if not now.ours:
        files.copy(host, configuration, kept)
        if files.sha256(host, kept) != files.sha256(host, configuration):
            raise host.error(f"keep {configuration}", f"the copy {kept} differs from it", "Nothing was changed.")
    _write(host, now, CONFIGURATION, redirect_text(url))


def _take_back(host: WindowsHost, now: Portal) -> None:
    kept = paths.join(now.folder, KEPT)
    files.copy(host, kept, paths.join(now.folder, CONFIGURATION))
    files.remove(host, kept)


def _reopen(host: WindowsHost, now: Portal) -> None:
    files.remove(host, paths.join(now.folder, OFFLINE))


def _write(host: WindowsHost, now: Portal, name: str, text: str) -> None:
    files.write_text(host, paths.join(now.folder, name), text)
