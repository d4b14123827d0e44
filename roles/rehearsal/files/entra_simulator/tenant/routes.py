# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole simulated API on one page: which version has which call, what it asks for and who answers it.

A version, verb or path that is not here is refused. Permissions follow the least privileged lists of the Graph
documentation and their higher alternatives.
"""

from __future__ import annotations

from entra_simulator.tenant.bodies import EMPTY, REFERENCE
from entra_simulator.tenant.permissions import (
    CREATE_GROUPS,
    DELETE_MEMBERS,
    READ_ALL_APPS,
    READ_APPS,
    READ_DOMAINS,
    READ_FEDERATION,
    READ_GROUPS,
    READ_LOGS,
    READ_METHODS,
    READ_METHODS_POLICY,
    READ_ORGANIZATION,
    READ_REQUIREMENTS,
    READ_USERS,
    ROLLOUT,
    WRITE_APPS,
    WRITE_FEDERATION,
    WRITE_GRANTS,
    WRITE_MEMBERS,
    WRITE_METHODS,
    WRITE_METHODS_POLICY,
    any_of,
    read_methods,
    write_methods,
)
from entra_simulator.tenant.resources import (
    access_passes,
    applications,
    authenticator_methods,
    domains,
    groups,
    logs,
    methods_policy,
    phone_methods,
    preferences,
    rollout,
    service_principals,
    sign_ins,
    users,
)
from entra_simulator.tenant.resources import hardware_inventory as inventory
from entra_simulator.tenant.resources import hardware_methods as tokens
from entra_simulator.tenant.routing import Route

STABLE = ("v1.0", "beta")
BETA = ("beta",)
V1 = ("v1.0",)

ONE = frozenset({"$select"})
LIST = frozenset({"$select", "$filter", "$top", "$count", "$orderby"})
GRANTS = frozenset({"$select", "$top", "$count"})
REPORT = frozenset({"$filter", "$orderby"})
LOG = frozenset({"$filter", "$top", "$orderby"})
SIGN_INS = frozenset({"$filter", "$top"})
DEVICES = frozenset({"$filter", "$select", "$top"})
EXPAND = frozenset({"$expand"})
NONE: frozenset[str] = frozenset()
EVENTUAL = {"ConsistencyLevel": "eventual"}

USER = "/users/{user}"
AUTH = f"{USER}/authentication"
PHONES = f"{AUTH}/phoneMethods"
APPS = f"{AUTH}/microsoftAuthenticatorMethods"
SOFTWARE = f"{AUTH}/softwareOathMethods"
PASSES = f"{AUTH}/temporaryAccessPassMethods"
HARDWARE = f"{AUTH}/hardwareOathMethods"
INVENTORY = "/directory/authenticationMethodDevices/hardwareOathDevices"
POLICY = "/policies/authenticationMethodsPolicy"
CONFIGURATION = f"{POLICY}/authenticationMethodConfigurations/{{configuration}}"
ROLLOUTS = "/policies/featureRolloutPolicies"
GROUP = "/groups/{group}"
MEMBERS = f"{GROUP}/members"
NESTED = f"{GROUP}/transitiveMembers"
CASTS = ("microsoft.graph.user", "graph.user")
APP = "/applications/{application}"
APP_ID = "/applications(appId={app_id})"
PRINCIPAL = "/servicePrincipals/{principal}"
PRINCIPAL_ID = "/servicePrincipals(appId={app_id})"
FEDERATION = "/domains/{domain}/federationConfiguration"
REGISTRATIONS = "/reports/authenticationMethods/userRegistrationDetails"

TENANT_ROUTES = (
    Route(STABLE, "GET", "/organization", domains.list_organization, READ_ORGANIZATION, ONE),
    Route(STABLE, "GET", "/organization/{organization}", domains.get_organization, READ_ORGANIZATION, ONE),
    Route(STABLE, "GET", "/domains", domains.list_domains, READ_DOMAINS, ONE),
    Route(STABLE, "GET", "/domains/{domain}", domains.get_domain, READ_DOMAINS, ONE),
    Route(STABLE, "GET", FEDERATION, domains.list_federation, READ_FEDERATION),
    Route(STABLE, "GET", FEDERATION + "/{configuration}", domains.get_federation, READ_FEDERATION),
    Route(
        STABLE,
        "PATCH",
        FEDERATION + "/{configuration}",
        domains.update_federation,
        WRITE_FEDERATION,
        body=domains.FEDERATION_BODY,
    ),
)

DIRECTORY_ROUTES = (
    Route(STABLE, "GET", "/users", users.list_users, READ_USERS, LIST, units=2),
    Route(STABLE, "GET", USER, users.get_user, READ_USERS, ONE),
    Route(STABLE, "GET", "/groups", groups.list_groups, READ_GROUPS, LIST),
    Route(STABLE, "POST", "/groups", groups.create_group, CREATE_GROUPS, body=groups.CREATE_BODY),
    Route(STABLE, "GET", GROUP, groups.get_group, READ_GROUPS, ONE),
    Route(STABLE, "PATCH", GROUP, groups.update_group, WRITE_MEMBERS, body=groups.UPDATE_BODY),
    Route(STABLE, "GET", MEMBERS, groups.list_members, READ_GROUPS, LIST, units=3),
    Route(STABLE, "GET", MEMBERS + "/$count", groups.count_members, READ_GROUPS, headers=EVENTUAL),
    Route(STABLE, "POST", MEMBERS + "/$ref", groups.add_member, WRITE_MEMBERS, body=REFERENCE),
    Route(STABLE, "DELETE", MEMBERS + "/{member}/$ref", groups.remove_member, WRITE_MEMBERS),
    Route(STABLE, "DELETE", MEMBERS + "/{member}", users.delete_object, DELETE_MEMBERS),
    Route(STABLE, "GET", NESTED, groups.list_transitive_members, READ_GROUPS, LIST, units=5),
    Route(STABLE, "GET", NESTED + "/$count", groups.count_transitive_members, READ_GROUPS, headers=EVENTUAL),
    *(
        route
        for cast in CASTS
        for route in (
            Route(STABLE, "GET", f"{MEMBERS}/{cast}", groups.list_user_members, READ_GROUPS, LIST, advanced=True),
            Route(
                STABLE, "GET", f"{NESTED}/{cast}", groups.list_transitive_user_members, READ_GROUPS, LIST, advanced=True
            ),
            Route(
                STABLE,
                "GET",
                f"{NESTED}/{cast}/$count",
                groups.count_transitive_user_members,
                READ_GROUPS,
                headers=EVENTUAL,
            ),
        )
    ),
)

METHOD_ROUTES = (
    Route(STABLE, "GET", f"{AUTH}/methods", authenticator_methods.list_methods, READ_METHODS),
    Route(STABLE, "GET", PHONES, phone_methods.list_phones, read_methods("Phone")),
    Route(STABLE, "POST", PHONES, phone_methods.create_phone, write_methods("Phone"), body=phone_methods.CREATE_BODY),
    Route(STABLE, "GET", PHONES + "/{method}", phone_methods.get_phone, read_methods("Phone")),
    Route(
        STABLE,
        "PATCH",
        PHONES + "/{method}",
        phone_methods.update_phone,
        write_methods("Phone"),
        body=phone_methods.UPDATE_BODY,
    ),
    Route(STABLE, "DELETE", PHONES + "/{method}", phone_methods.delete_phone, write_methods("Phone")),
    Route(STABLE, "GET", APPS, authenticator_methods.list_apps, read_methods("MicrosoftAuthApp")),
    Route(STABLE, "GET", APPS + "/{method}", authenticator_methods.get_app, read_methods("MicrosoftAuthApp")),
    Route(STABLE, "DELETE", APPS + "/{method}", authenticator_methods.delete_app, write_methods("MicrosoftAuthApp")),
    Route(STABLE, "GET", SOFTWARE, authenticator_methods.list_tokens, read_methods("SoftwareOATH")),
    Route(STABLE, "GET", SOFTWARE + "/{method}", authenticator_methods.get_token, read_methods("SoftwareOATH")),
    Route(STABLE, "DELETE", SOFTWARE + "/{method}", authenticator_methods.delete_token, write_methods("SoftwareOATH")),
    Route(STABLE, "GET", PASSES, access_passes.list_passes, read_methods("TAP")),
    Route(STABLE, "POST", PASSES, access_passes.create_pass, write_methods("TAP"), body=access_passes.CREATE_BODY),
    Route(STABLE, "GET", PASSES + "/{method}", access_passes.get_pass, read_methods("TAP")),
    Route(STABLE, "DELETE", PASSES + "/{method}", access_passes.delete_pass, write_methods("TAP")),
    Route(BETA, "GET", f"{AUTH}/signInPreferences", preferences.get_preferences, READ_METHODS),
    Route(
        BETA,
        "PATCH",
        f"{AUTH}/signInPreferences",
        preferences.set_preferences,
        WRITE_METHODS,
        body=preferences.PREFERENCES_BODY,
    ),
    Route(BETA, "GET", f"{AUTH}/requirements", preferences.get_requirements, READ_REQUIREMENTS),
    Route(
        BETA,
        "PATCH",
        f"{AUTH}/requirements",
        preferences.set_requirements,
        WRITE_METHODS_POLICY,
        body=preferences.REQUIREMENTS_BODY,
    ),
)

READ_TOKENS, WRITE_TOKENS = read_methods("HardwareOATH"), write_methods("HardwareOATH")
HARDWARE_ROUTES = tuple(
    Route(BETA, method, path, handler, permission, options, body=body)
    for method, path, handler, permission, options, body in (
        ("GET", INVENTORY, inventory.list_devices, WRITE_METHODS_POLICY, DEVICES, None),
        ("POST", INVENTORY, inventory.create_device, WRITE_METHODS_POLICY, NONE, inventory.CREATE_BODY),
        ("PATCH", INVENTORY, inventory.create_devices, WRITE_METHODS_POLICY, NONE, inventory.BULK_BODY),
        ("GET", INVENTORY + "/{device}", inventory.get_device, WRITE_METHODS_POLICY, ONE, None),
        ("PATCH", INVENTORY + "/{device}", inventory.update_device, WRITE_METHODS_POLICY, NONE, inventory.UPDATE_BODY),
        ("DELETE", INVENTORY + "/{device}", inventory.delete_device, WRITE_METHODS_POLICY, NONE, None),
        ("GET", HARDWARE, tokens.list_methods, READ_TOKENS, DEVICES, None),
        ("POST", HARDWARE, tokens.assign, WRITE_TOKENS, NONE, tokens.ASSIGN_BODY),
        ("GET", HARDWARE + "/{method}", tokens.get_method, READ_TOKENS, ONE, None),
        ("DELETE", HARDWARE + "/{method}", tokens.unassign, WRITE_TOKENS, NONE, None),
        ("POST", HARDWARE + "/{method}/activate", tokens.activate, WRITE_TOKENS, NONE, tokens.ACTIVATE_BODY),
        ("POST", HARDWARE + "/{method}/deactivate", tokens.deactivate, WRITE_TOKENS, NONE, EMPTY),
        (
            "POST",
            HARDWARE + "/assignAndActivate",
            tokens.assign_and_activate,
            WRITE_TOKENS,
            NONE,
            tokens.ASSIGN_AND_ACTIVATE_BODY,
        ),
        (
            "POST",
            HARDWARE + "/assignAndActivateBySerialNumber",
            tokens.assign_and_activate_by_serial,
            WRITE_TOKENS,
            NONE,
            tokens.BY_SERIAL_BODY,
        ),
    )
)

POLICY_ROUTES = (
    Route(STABLE, "GET", POLICY, methods_policy.get_policy, READ_METHODS_POLICY),
    Route(STABLE, "PATCH", POLICY, methods_policy.update_policy, WRITE_METHODS_POLICY, body=methods_policy.POLICY_BODY),
    Route(STABLE, "GET", CONFIGURATION, methods_policy.get_configuration, READ_METHODS_POLICY),
    Route(
        STABLE,
        "PATCH",
        CONFIGURATION,
        methods_policy.update_configuration,
        WRITE_METHODS_POLICY,
        body=methods_policy.CONFIGURATION_BODY,
    ),
    Route(STABLE, "DELETE", CONFIGURATION, methods_policy.reset_configuration, WRITE_METHODS_POLICY),
    Route(V1, "GET", ROLLOUTS, rollout.list_policies, ROLLOUT, EXPAND),
    Route(V1, "POST", ROLLOUTS, rollout.create_policy, ROLLOUT, body=rollout.CREATE_BODY),
    Route(V1, "GET", ROLLOUTS + "/{policy}", rollout.get_policy, ROLLOUT, EXPAND),
    Route(V1, "PATCH", ROLLOUTS + "/{policy}", rollout.update_policy, ROLLOUT, body=rollout.UPDATE_BODY),
    Route(V1, "DELETE", ROLLOUTS + "/{policy}", rollout.delete_policy, ROLLOUT),
    Route(V1, "POST", ROLLOUTS + "/{policy}/appliesTo/$ref", rollout.add_group, ROLLOUT, body=REFERENCE),
    Route(V1, "DELETE", ROLLOUTS + "/{policy}/appliesTo/{group}/$ref", rollout.remove_group, ROLLOUT),
)

APPLICATION_ROUTES = (
    Route(STABLE, "GET", "/applications", applications.list_applications, READ_APPS, LIST, units=2),
    Route(STABLE, "POST", "/applications", applications.create_application, WRITE_APPS, body=applications.CREATE_BODY),
    *(
        route
        for app in (APP, APP_ID)
        for route in (
            Route(STABLE, "GET", app, applications.get_application, READ_APPS, ONE, units=2),
            Route(STABLE, "PATCH", app, applications.update_application, WRITE_APPS, body=applications.UPDATE_BODY),
            Route(STABLE, "DELETE", app, applications.delete_application, WRITE_APPS),
        )
    ),
    Route(
        STABLE, "POST", f"{APP}/addPassword", applications.add_password, WRITE_APPS, body=applications.ADD_PASSWORD_BODY
    ),
    Route(
        STABLE,
        "POST",
        f"{APP}/removePassword",
        applications.remove_password,
        WRITE_APPS,
        body=applications.REMOVE_PASSWORD_BODY,
    ),
    Route(STABLE, "GET", "/servicePrincipals", service_principals.list_principals, READ_ALL_APPS, LIST, units=2),
    Route(
        STABLE,
        "POST",
        "/servicePrincipals",
        service_principals.create_principal,
        WRITE_APPS,
        body=service_principals.CREATE_BODY,
    ),
    Route(STABLE, "GET", PRINCIPAL, service_principals.get_principal, READ_APPS, ONE),
    Route(STABLE, "GET", PRINCIPAL_ID, service_principals.get_principal, READ_APPS, ONE),
    Route(STABLE, "DELETE", PRINCIPAL, service_principals.delete_principal, WRITE_APPS),
    *(
        route
        for side, lister in (
            ("appRoleAssignedTo", service_principals.list_assigned_to),
            ("appRoleAssignments", service_principals.list_assignments),
        )
        for route in (
            Route(STABLE, "GET", f"{PRINCIPAL}/{side}", lister, READ_ALL_APPS, GRANTS, units=2),
            Route(
                STABLE,
                "POST",
                f"{PRINCIPAL}/{side}",
                service_principals.create_assignment,
                WRITE_GRANTS,
                body=service_principals.ASSIGNMENT_BODY,
            ),
            Route(
                STABLE,
                "DELETE",
                f"{PRINCIPAL}/{side}/{{assignment}}",
                service_principals.delete_assignment,
                any_of("AppRoleAssignment.ReadWrite.All"),
            ),
        )
    ),
)

LOG_ROUTES = (
    Route(STABLE, "GET", "/auditLogs/directoryAudits", logs.list_audits, READ_LOGS, LOG),
    Route(STABLE, "GET", "/auditLogs/directoryAudits/{audit}", logs.get_audit, READ_LOGS),
    Route(STABLE, "GET", "/auditLogs/signIns", sign_ins.list_sign_ins, READ_LOGS, SIGN_INS),
    Route(STABLE, "GET", REGISTRATIONS, logs.list_registrations, READ_LOGS, REPORT),
    Route(STABLE, "GET", REGISTRATIONS + "/{user}", logs.get_registration, READ_LOGS),
)

ROUTES = (
    *TENANT_ROUTES,
    *DIRECTORY_ROUTES,
    *METHOD_ROUTES,
    *HARDWARE_ROUTES,
    *POLICY_ROUTES,
    *APPLICATION_ROUTES,
    *LOG_ROUTES,
)
