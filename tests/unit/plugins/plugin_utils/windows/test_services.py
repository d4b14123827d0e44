# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: found by their program, stopped dependents first, always started again."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import services
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.services import Service


def service(name: str, folder: str = "C:\\MFA", state: str = "started", dependents: tuple[str, ...] = ()) -> Service:
    return Service(name, name, state, "auto", f"{folder}\\{name}.exe", dependents)


@pytest.mark.parametrize(
    ("command_line", "program"),
    [
        ('"C:\\Program Files\\MFA\\svc.exe" -k run', "C:\\Program Files\\MFA\\svc.exe"),
        ("C:\\Program Files\\MFA\\svc.exe -k", "C:\\Program Files\\MFA\\svc.exe"),
        ("C:\\MFA\\svc.exe", "C:\\MFA\\svc.exe"),
        ("C:\\a.exe.old\\svc.EXE /x", "C:\\a.exe.old\\svc.EXE"),
        ("", ""),
    ],
)
def test_program(command_line: str, program: str) -> None:
    assert services.program(command_line) == program


def test_only_running_services_of_the_folder_and_what_needs_them() -> None:
    every = [
        service("Main", dependents=("sync", "Portal")),
        service("Sync"),
        service("Radius", state="stopped"),
        service("Portal", folder="C:\\inetpub", dependents=("Deep",)),
        service("Deep", folder="C:\\other"),
        service("Spooler", folder="C:\\Windows"),
    ]
    order = services.to_stop(every, "C:\\MFA\\")
    assert sorted(order) == ["Deep", "Main", "Portal", "Sync"]
    assert order.index("Deep") < order.index("Portal") < order.index("Main")
    assert order.index("Sync") < order.index("Main")


def test_started_in_the_reverse_order(fake: Any) -> None:
    host = fake(services={"Sync": "running", "Main": "running"})
    with services.stopped(host.view(), ["Sync", "Main"], 5):
        assert host.services == {"Sync": "stopped", "Main": "stopped"}
    assert host.services == {"Sync": "running", "Main": "running"}
    assert host.calls == ["set_service_state Stopped", "set_service_state Running"]


def test_nothing_to_stop_asks_nothing(fake: Any) -> None:
    host = fake()
    with services.stopped(host.view(), [], 5):
        pass
    assert host.calls == []


def test_one_that_does_not_stop_leaves_the_others_running(fake: Any) -> None:
    host = fake(services={"Sync": "running", "Main": "running"}, stubborn={"Main stopped"})
    with pytest.raises(HostError, match="stop the service Main:"), services.stopped(host.view(), ["Sync", "Main"], 5):
        raise AssertionError("the work was done although a service runs")
    assert host.services == {"Sync": "running", "Main": "running"}


def test_one_that_does_not_start_again_is_a_failure(fake: Any) -> None:
    view = fake(services={"Main": "running"}, stubborn={"Main running"}).view()
    reason = "could not start the service Main: it is stopped after 5 seconds.*The copy is made"
    with pytest.raises(HostError, match=reason), services.stopped(view, ["Main"], 5) as done:
        done.append("The copy is made.")


def test_an_unexpected_error_starts_the_service_too(fake: Any) -> None:
    host = fake(services={"Main": "running"})
    with pytest.raises(ZeroDivisionError), services.stopped(host.view(), ["Main"], 5):
        raise ZeroDivisionError
    assert host.services == {"Main": "running"}


def test_a_connection_lost_for_a_moment_stays_ansibles_own_and_the_service_runs(fake: Any) -> None:
    host = fake(services={"Main": "running"})
    view = host.view()
    with pytest.raises(AnsibleConnectionFailure), services.stopped(view, ["Main"], 5):
        raise AnsibleConnectionFailure("lost")
    assert host.services == {"Main": "running"}
    assert view.warnings == ["mfa01: the connection was lost for a moment; the service Main is running again"]


def test_a_connection_lost_for_good_warns(fake: Any) -> None:
    host = fake(services={"Main": "running"}, failing={"set_service_state Running": "no answer"})
    view = host.view()
    with pytest.raises(AnsibleConnectionFailure), services.stopped(view, ["Main"], 5):
        raise AnsibleConnectionFailure("lost")
    assert "start what does not run by hand" in view.warnings[0]
