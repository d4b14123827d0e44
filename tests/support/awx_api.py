# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for AWX, reached over HTTP on the loopback interface."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from support.awx_controller import Controller, RefusedError, Write

TOKEN = "awx-token-for-tests"
VERSION = "24.6.1"


class AwxApi:
    """A controller behind HTTP on the loopback interface; use it as a context manager."""

    def __init__(self, controller: Controller) -> None:
        self.controller = controller
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(controller))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> AwxApi:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(controller: Controller) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_values: Any) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            address = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            text = self.rfile.read(length)
            path = re.sub(r"^/api/v2/", "", address.path)
            try:
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    raise RefusedError(401, {"detail": "Authentication credentials were not provided."})
                if path == address.path or not path.endswith("/"):
                    raise RefusedError(404, {"detail": "The requested resource could not be found."})
                body = json.loads(text) if text else {}
                with lock:
                    status, answer = controller.handle(self.command, path, dict(parse_qsl(address.query)), body)
                    if self.command != "GET":
                        controller.writes.append(Write(self.command, path, body))
            except RefusedError as refused:
                status, answer = refused.status, refused.body
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(content))}
            for name, value in (headers | {"X-API-Product-Name": "AWX", "X-API-Product-Version": VERSION}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 # the names that http.server calls

    return Handler
