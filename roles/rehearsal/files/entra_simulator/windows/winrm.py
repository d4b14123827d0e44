# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A WinRM endpoint: as much of the remote shell protocol (WS-Management) as ansible-core's `winrm` connection speaks.

Plain HTTP with basic authentication, on the loopback interface only. A shell lives until it is deleted, a command until
it is signalled; unknown ones are answered with a fault, as Windows does.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.etree import ElementTree

from entra_simulator.windows.errors import ConnectionCut

_SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
_ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" '
    f'xmlns:rsp="{_SHELL}">'
    "<s:Header><a:RelatesTo>{relates_to}</a:RelatesTo><a:MessageID>uuid:{message_id}</a:MessageID></s:Header>"
    "<s:Body>{body}</s:Body></s:Envelope>"
)
_FAULT = (
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{subcode}</s:Value></s:Subcode></s:Code>"
    '<s:Reason><s:Text xml:lang="en-US">{reason}</s:Text></s:Reason></s:Fault>'
)
_STREAM_SIZE = 96 * 1024

Runner = Callable[[str, bytes], tuple[int, bytes, bytes]]


class ProtocolError(Exception):
    """A request that WS-Management answers with a fault."""

    def __init__(self, subcode: str, reason: str) -> None:
        super().__init__(reason)
        self.subcode = subcode
        self.reason = reason


@dataclass(slots=True)
class _Command:
    shell: str
    line: str
    stdin: bytearray = field(default_factory=bytearray)
    outcome: tuple[int, bytes, bytes] | None = None


class _Message:
    """One SOAP request."""

    def __init__(self, body: bytes) -> None:
        self._elements = list(ElementTree.fromstring(body).iter())  # noqa: S314 - from this machine, entities stay unread

    def elements(self, name: str) -> Iterator[ElementTree.Element]:
        return (element for element in self._elements if element.tag.rpartition("}")[2] == name)

    def element(self, name: str) -> ElementTree.Element:
        found = next(self.elements(name), None)
        if found is None:
            raise ProtocolError("w:SchemaValidationError", f"The element {name} is missing.")
        return found

    def text(self, name: str) -> str:
        return self.element(name).text or ""

    def shell(self) -> str:
        selectors = {element.get("Name"): element.text or "" for element in self.elements("Selector")}
        return selectors.get("ShellId", "")


class Shells:
    """Shells and commands of one endpoint; `run` takes a command line and stdin and gives return code and output."""

    def __init__(self, run: Runner) -> None:
        self._run = run
        self._shells: set[str] = set()
        self._commands: dict[str, _Command] = {}

    def answer(self, body: bytes) -> tuple[HTTPStatus, str]:
        """The reply to one SOAP request."""
        message = _Message(body)
        status, content = HTTPStatus.OK, ""
        try:
            action = message.text("Action").rpartition("/")[2]
            handler = getattr(self, f"_{action.lower()}", None)
            if handler is None:
                raise ProtocolError("w:ActionNotSupported", f"The action {action} is not supported.")
            content = handler(message)
        except ProtocolError as error:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            content = _FAULT.format(subcode=error.subcode, reason=error.reason)
        identifiers = [element.text or "" for element in message.elements("MessageID")]
        envelope = _ENVELOPE.format(relates_to="".join(identifiers), message_id=uuid.uuid4(), body=content)
        return status, envelope

    def _create(self, message: _Message) -> str:
        del message
        shell = str(uuid.uuid4()).upper()
        self._shells.add(shell)
        selector = f'<w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>'
        return f"<rsp:Shell><rsp:ShellId>{shell}</rsp:ShellId></rsp:Shell>{selector}"

    def _command(self, message: _Message) -> str:
        shell = message.shell()
        if shell not in self._shells:
            raise ProtocolError("w:InvalidSelectors", "The shell was not found on the server.")
        identifier = str(uuid.uuid4()).upper()
        arguments = [element.text or "" for element in message.elements("Arguments")]
        self._commands[identifier] = _Command(shell, " ".join([message.text("Command"), *arguments]))
        return f"<rsp:CommandResponse><rsp:CommandId>{identifier}</rsp:CommandId></rsp:CommandResponse>"

    def _known(self, identifier: str | None) -> _Command:
        command = self._commands.get(identifier or "")
        if command is None:
            raise ProtocolError("w:InvalidSelectors", "The command was not found on the server.")
        return command

    def _send(self, message: _Message) -> str:
        stream = message.element("Stream")
        self._known(stream.get("CommandId")).stdin.extend(base64.b64decode(stream.text or ""))
        return "<rsp:SendResponse/>"

    def _receive(self, message: _Message) -> str:
        identifier = message.element("DesiredStream").get("CommandId")
        command = self._known(identifier)
        if command.outcome is None:
            command.outcome = self._run(command.line, bytes(command.stdin))
        code, stdout, stderr = command.outcome
        streams = "".join(
            f'<rsp:Stream Name="{name}" CommandId="{identifier}">{part}</rsp:Stream>'
            for name, data in (("stdout", stdout), ("stderr", stderr))
            for part in _encoded_parts(data)
        )
        return (
            f'<rsp:ReceiveResponse>{streams}<rsp:CommandState CommandId="{identifier}" '
            f'State="{_SHELL}/CommandState/Done"><rsp:ExitCode>{code}</rsp:ExitCode>'
            "</rsp:CommandState></rsp:ReceiveResponse>"
        )

    def _signal(self, message: _Message) -> str:
        self._commands.pop(message.element("Signal").get("CommandId") or "", None)
        return "<rsp:SignalResponse/>"

    def _delete(self, message: _Message) -> str:
        shell = message.shell()
        self._shells.discard(shell)
        self._commands = {name: command for name, command in self._commands.items() if command.shell != shell}
        return ""


def _encoded_parts(data: bytes) -> Iterator[str]:
    for start in range(0, len(data), _STREAM_SIZE):
        yield base64.b64encode(data[start : start + _STREAM_SIZE]).decode()


class _Server(ThreadingHTTPServer):
    """Keeps its open connections, so that stopping ends those too."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)


class Endpoint:
    """A WinRM listener on a free port of the loopback interface."""

    def __init__(self, run: Runner, username: str, password: str) -> None:
        self._server = _Server(_handler(Shells(run), username, password))
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name=f"winrm-{self.port}", daemon=True)

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Close the listener and every open connection."""
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self._server.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()


def _handler(shells: Shells, username: str, password: str) -> type[BaseHTTPRequestHandler]:
    expected = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name in the base class
            """Say nothing on stderr."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), expected.encode()):
                self._reply(HTTPStatus.UNAUTHORIZED, b"", {"WWW-Authenticate": 'Basic realm="WSMAN"'})
                return
            try:
                status, envelope = shells.answer(body)
            except ElementTree.ParseError:
                self._reply(HTTPStatus.BAD_REQUEST, b"", {})
            except ConnectionCut:
                self.close_connection = True
            else:
                self._reply(status, envelope.encode(), {"Content-Type": "application/soap+xml;charset=UTF-8"})

        def _reply(self, status: HTTPStatus, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler
