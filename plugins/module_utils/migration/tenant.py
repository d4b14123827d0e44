# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine asks of a tenant.

These are structural types: the directory layer fulfils them without knowing them, and a test can fulfil them with a
dictionary. Everything works on many users at once, and nothing here raises for one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Refusal(Protocol):
    """Why the service refused one call; usually an exception, so that a refusal of everything can be raised."""

    @property
    def status(self) -> int:
        """HTTP status; 0 when no answer came."""

    @property
    def code(self) -> str:
        """The service's code."""

    @property
    def message(self) -> str:
        """The service's words, without numbers and secrets."""

    @property
    def hint(self) -> str | None:
        """What to do about it."""


class HardwareToken(Protocol):
    """A hardware OATH token that a user holds."""

    @property
    def id(self) -> str:
        """Id of the method, which is that of the device."""

    @property
    def serial(self) -> str:
        """Serial number."""

    @property
    def activated(self) -> bool:
        """Whether its codes are accepted."""


class Methods(Protocol):
    """The methods that a user has registered in Entra, as far as multifactor authentication is concerned."""

    @property
    def error(self) -> Refusal | None:
        """Why they could not be read; everything else is empty then."""

    @property
    def phones(self) -> Mapping[str, str]:
        """Number by phone type: ``mobile``, ``alternateMobile``, ``office``."""

    @property
    def authenticators(self) -> Sequence[str]:
        """Display names of the Authenticator registrations."""

    @property
    def software_tokens(self) -> int:
        """How many software OATH tokens there are."""

    @property
    def hardware_tokens(self) -> Sequence[HardwareToken]:
        """The hardware OATH tokens assigned to the user."""


class DefaultMethod(Protocol):
    """The method that a user is asked for first."""

    @property
    def error(self) -> Refusal | None:
        """Why it could not be read."""

    @property
    def method(self) -> str | None:
        """``push``, ``oath``, ``sms``, ``voiceMobile``, ``voiceAlternateMobile``, ``voiceOffice``, or None for none."""


class InventoryToken(Protocol):
    """What the tenant's token inventory holds under a serial number."""

    @property
    def error(self) -> Refusal | None:
        """Why it could not be looked up."""

    @property
    def id(self) -> str | None:
        """Id of the device; None when there is no such serial."""

    @property
    def assigned_to(self) -> str | None:
        """Id of the user who holds it, in lower case; None when it is free."""

    @property
    def activated(self) -> bool:
        """Whether its holder has activated it."""


class Outcome(Protocol):
    """What became of one write."""

    @property
    def error(self) -> Refusal | None:
        """Why it was refused or what cut it off; None when it was done."""

    @property
    def unknown(self) -> bool:
        """True when it may or may not have been applied: read before writing again."""

    @property
    def created_id(self) -> str | None:
        """Id of the object that was made, where the service tells one."""


class Tenant(Protocol):
    """Reads and writes of one tenant. Requests are opaque: made by one method, sent by ``send``."""

    def read_methods(self, user_ids: Sequence[str]) -> Sequence[Methods]:
        """Registered methods of these users, in this order."""

    def read_default_methods(self, user_ids: Sequence[str]) -> Sequence[DefaultMethod]:
        """Default methods of these users, in this order."""

    def find_tokens(self, serials: Sequence[str]) -> Sequence[InventoryToken]:
        """Inventory entries of these serial numbers, in this order."""

    def set_phone(self, user_id: str, phone_type: str, number: str, *, exists: bool) -> Any:
        """Request that writes a number of one type; ``exists`` says that the type is taken already."""

    def create_token(
        self,
        user_id: str,
        *,
        serial: str,
        secret: str,
        interval: int,
        hash_name: str,
        manufacturer: str,
        model: str,
        display_name: str | None,
    ) -> Any:
        """Request that puts a token into the inventory and assigns it to the user."""

    def assign_token(self, user_id: str, device_id: str) -> Any:
        """Request that assigns a free token of the inventory."""

    def activate_token(self, user_id: str, device_id: str, code: str, display_name: str | None) -> Any:
        """Request that activates an assigned token with a current code."""

    def set_default_method(self, user_id: str, method: str | None) -> Any:
        """Request that sets the default method."""

    def delete_phone(self, user_id: str, phone_type: str) -> Any:
        """Request that removes the number of one type."""

    def unassign_token(self, user_id: str, device_id: str) -> Any:
        """Request that takes a token from a user and leaves it in the inventory."""

    def delete_token(self, device_id: str) -> Any:
        """Request that removes a free token from the inventory."""

    def send(self, requests: Sequence[Any]) -> Sequence[Outcome]:
        """Send requests side by side, at most one for each user; outcomes come in the same order."""
