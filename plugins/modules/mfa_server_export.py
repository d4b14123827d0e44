#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read users and OATH tokens of any product into one export file."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_server_export
short_description: Read users and OATH tokens from CSV, PSKC and JSON into one export file
version_added: 1.0.0
description:
  - Reads files of users (CSV of any product, by a map of its columns, or JSON) and files of OATH tokens (CSV or PSKC),
    and writes the one export file that M(entra.mfa.migration_batch) reads.
  - Telephone numbers are checked and split into country code, number and extension. Secrets in hexadecimal are
    recognised and written in Base32. Cells that a spreadsheet would run as a formula are refused.
  - Whatever is wrong is reported with its file and line, and never with its value.
options:
  users:
    description:
      - Files of users. At least one of O(users) and O(oath_tokens) is needed.
      - A user of several files is one user, compared by C(username) without case. Later files fill what earlier ones
        leave open; another value for the same field is a problem, and the earlier one stands.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description:
          - The file. A relative path starts at the folder of the playbook.
          - A file that is encrypted with Ansible Vault is opened with the Vault secrets of the play, into a temporary
            file that only the owner can read and that is removed in any case.
        type: path
        required: true
      name:
        description: What problems and warnings call the file. Its path when left out.
        type: str
      format:
        description: What the file is. All the options below are for C(csv) only.
        type: str
        default: csv
        choices:
          csv: Fields between separators, a record for each user.
          json: An export file in the format C(entra.mfa/export-v1).
      columns:
        description:
          - Which column holds which field. The keys are fields of the export, the values names of columns, or their
            positions from 1. Names are compared without case.
          - The fields are C(username), C(upn), C(sid), C(enabled), C(language), C(default_method), C(pin_modes),
            C(changed_at), C(attributes.NAME), C(phone.country_code), C(phone.number), C(phone.extension), the same
            three of C(backup_phone), C(mobile_apps.N.name), C(mobile_apps.N.secret), C(mobile_apps.N.device_token),
            C(mobile_apps.N.registered_at) with N from 1 to 9, and C(oath_token.serial), C(oath_token.secret),
            C(oath_token.interval), C(oath_token.hash), C(oath_token.manufacturer), C(oath_token.model).
          - C(phone.number) may be a whole number such as C(+1 (206) 555-0100 x12).
          - Columns that are named like a field are read when this option is left out.
          - Columns that are not read are listed in a warning.
        type: dict
      header:
        description: Whether the first record names the columns. Without, O(users[].columns) must give positions.
        type: bool
        default: true
      encoding:
        description: The encoding of the file.
        type: str
        default: auto
        choices:
          auto: Found by byte order mark, zero bytes, and whether the file is UTF-8; else C(windows-1252).
          utf-8: UTF-8, with or without byte order mark.
          utf-16: UTF-16 with byte order mark.
          utf-16-le: UTF-16, the lower byte first.
          utf-16-be: UTF-16, the higher byte first.
          windows-1252: The code page of Western Europe.
      delimiter:
        description: The separator of the fields.
        type: str
        default: auto
        choices:
          auto: The one that brings the columns to light.
          comma: A comma.
          semicolon: A semicolon.
          tab: A tabulator.
          pipe: A vertical bar.
      values:
        description:
          - What the values of a field stand for, for fields whose words the export does not know. The keys are fields;
            below each, the keys are values of the file, compared without case, and the values what they mean. Null
            means that the field is empty.
          - C(default_method) knows C(Phone Call), C(Text Message), C(Mobile App) and C(OATH Token) without this option,
            C(enabled) the usual words for yes and no.
        type: dict
        default: {}
      country_code:
        description: The country code of numbers that have none of their own.
        type: str
      time_format:
        description:
          - The format of times, in the terms of C(strptime), such as C(%m/%d/%Y %H:%M). ISO 8601 when left out.
          - A time without an offset is taken as UTC.
        type: str
      notation: &notation
        description: How secrets of OATH tokens are written.
        type: str
        default: auto
        choices:
          auto: What all secrets of the file together show.
          base32: Base32.
          hex: Hexadecimal.
  oath_tokens:
    description:
      - Files of OATH tokens.
      - A token goes to the user whose C(upn) or C(username) stands beside it, else to the user whose record has its
        serial number in C(oath_token.serial).
      - A user principal name that no user of O(users) has makes a user with the token alone. Tokens of nobody are
        listed in a warning and left out.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: The file, as O(users[].path).
        type: path
        required: true
      name:
        description: What problems and warnings call the file. Its path when left out.
        type: str
      format:
        description: What the file is.
        type: str
        required: true
        choices:
          mfa_server_csv: >-
            What MFA Server imports - serial number, secret key and time interval, with or without a header. With a
            header, a column C(upn), C(manufacturer) or C(model) is read too.
          entra_csv: >-
            What Entra imports - the columns C(upn), C(serial number), C(secret key), C(time interval),
            C(manufacturer), C(model).
          pskc: >-
            Portable Symmetric Key Container (RFC 6030), plain, or encrypted by AES in CBC mode with a pre-shared key or
            a password (PBKDF2) and checked by HMAC. Keys that are not time-based are named in a warning and left out.
      encoding:
        description: The encoding of a CSV file, as O(users[].encoding).
        type: str
        default: auto
        choices: [auto, utf-8, utf-16, utf-16-le, utf-16-be, windows-1252]
      delimiter:
        description: The separator of a CSV file, as O(users[].delimiter).
        type: str
        default: auto
        choices: [auto, comma, semicolon, tab, pipe]
      notation: *notation
      key:
        description: The pre-shared key of an encrypted PSKC file, 16, 24 or 32 bytes in hexadecimal or Base64.
        type: str
      password:
        description: The password of an encrypted PSKC file.
        type: str
      interval:
        description: Seconds that a code holds, for tokens that do not tell.
        type: int
        default: 30
        choices: [30, 60]
      hash:
        description: The hash function, for tokens that do not tell. CSV files never do.
        type: str
        default: sha1
        choices: [sha1, sha256]
      manufacturer:
        description: The manufacturer, for tokens that do not tell.
        type: str
      model:
        description: The model, for tokens that do not tell.
        type: str
  dest:
    description:
      - The export file. It is made for its owner only (mode 0600) and takes the place of an earlier one at once.
      - A relative path starts at the folder of the playbook.
      - If only the time of the export would change, the file stays as it is.
    type: path
    required: true
  server:
    description: The server that the users come from, written into the export.
    type: dict
    suboptions:
      name:
        description: Its name.
        type: str
      version:
        description: Its version.
        type: str
  on_error:
    description: What happens when a source has problems.
    type: str
    default: fail
    choices:
      fail: Nothing is written, and the task fails with the list of problems.
      report: >-
        What can be used is written, and the problems are returned. A value that cannot be used is left out; a record
        without a usable C(username) and an OATH token of a token file with anything wrong are left out as a whole.
  vault_password_file:
    description:
      - A file with a password, or a script that prints one. The export is encrypted with it by Ansible Vault. Start the
        playbooks that read the export with C(--vault-password-file) and the same file.
      - The plain export then is in a temporary folder of the owner only, while the task runs.
    type: path
attributes:
  check_mode:
    support: full
    details:
      - All sources are read and checked. Nothing is written.
  diff_mode:
    support: full
    details:
      - Shows users that differ, numbers masked to their last two digits, secrets never. At most 200 users.
  idempotent:
    support: full
    details:
      - A second run with the same sources leaves the file as it is, with the time of the first one.
notes:
  - Runs on the controller, with a local connection. Nothing is sent anywhere.
  - A file that is missing, empty, cut off or of another format fails the task whatever O(on_error) says.
  - Signatures of PSKC files are not checked.
requirements:
  - phonenumbers >= 8.13
  - cryptography, for encrypted PSKC files
seealso:
  - module: entra.mfa.migration_batch
  - name: RFC 6030
    description: Portable Symmetric Key Container.
    link: https://www.rfc-editor.org/rfc/rfc6030
extends_documentation_fragment:
  - entra.mfa.attributes
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Read the users of a CSV file
  entra.mfa.mfa_server_export:
    users:
      - path: users.csv
        columns:
          username: User Name
          phone.number: Phone
          backup_phone.number: Backup Phone
          default_method: Method
          enabled: Status
        values:
          enabled: {Locked: false, Live: true}
        country_code: "1"
    dest: export.json

- name: Read users and encrypted OATH tokens, and write an encrypted export
  entra.mfa.mfa_server_export:
    users:
      - path: vault/users.csv
        columns:
          username: User Name
          upn: Mail
          phone.country_code: Country
          phone.number: Phone
          phone.extension: Extension
          oath_token.serial: Token
    oath_tokens:
      - path: tokens.pskcxml
        format: pskc
        password: "{{ pskc_password }}"
    server:
      name: MFA01
      version: 8.1.10
    dest: export.json
    vault_password_file: ~/.vault-password

- name: Take what can be used, and list the rest
  entra.mfa.mfa_server_export:
    users:
      - path: users.csv
    dest: export.json
    on_error: report
  register: export

- name: Say what is wrong
  ansible.builtin.debug:
    msg: "{{ export.problems }}"
"""

RETURN = r"""
path:
  description: The export file.
  type: str
  returned: when the sources were read
  sample: /srv/migration/export.json
users:
  description: How many users the export has.
  type: int
  returned: when the sources were read
  sample: 240
oath_tokens:
  description: How many of them have an OATH token with its secret.
  type: int
  returned: when the sources were read
  sample: 38
problems:
  description: What is wrong with the sources, at most 500 entries, without the values.
  type: list
  elements: dict
  returned: when the sources were read
  sample:
    - {source: users.csv, line: 14, field: phone.number, problem: is no possible telephone number}
  contains:
    source:
      description: The file.
      type: str
    line:
      description: The line on which the record begins, or the position of a record in JSON.
      type: int
    field:
      description: The field, null when the whole record is concerned.
      type: str
    problem:
      description: What is wrong.
      type: str
problems_omitted:
  description: How many problems are missing from RV(problems).
  type: int
  returned: when the sources were read
  sample: 0
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import export_build
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.csv_table import DELIMITERS
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_diff import ExportDiff
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_write import ExportWriter
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.libraries import PHONENUMBERS_IMPORT_ERROR
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.text_file import ENCODINGS

_FILE: dict[str, Any] = {
    "path": {"type": "path", "required": True},
    "name": {"type": "str"},
    "encoding": {"type": "str", "default": "auto", "choices": list(ENCODINGS)},
    "delimiter": {"type": "str", "default": "auto", "choices": ["auto", *DELIMITERS]},
    "notation": {"type": "str", "default": "auto", "choices": ["auto", "base32", "hex"]},
}
ARGUMENT_SPEC: dict[str, Any] = {
    "users": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            **_FILE,
            "format": {"type": "str", "default": "csv", "choices": list(export_build.USER_FORMATS)},
            "columns": {"type": "dict"},
            "header": {"type": "bool", "default": True},
            "values": {"type": "dict", "default": {}},
            "country_code": {"type": "str"},
            "time_format": {"type": "str"},
        },
    },
    "oath_tokens": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "no_log": False,
        "options": {
            **_FILE,
            "format": {"type": "str", "required": True, "choices": list(export_build.TOKEN_READERS)},
            "key": {"type": "str", "no_log": True},
            "password": {"type": "str", "no_log": True},
            "interval": {"type": "int", "default": 30, "choices": [30, 60]},
            "hash": {"type": "str", "default": "sha1", "choices": ["sha1", "sha256"]},
            "manufacturer": {"type": "str"},
            "model": {"type": "str"},
        },
    },
    "dest": {"type": "path", "required": True},
    "server": {"type": "dict", "options": {"name": {"type": "str"}, "version": {"type": "str"}}},
    "on_error": {"type": "str", "default": "fail", "choices": ["fail", "report"]},
    "vault_password_file": {"type": "path", "no_log": False},
}


def work(module: AnsibleModule) -> dict[str, Any]:
    """Read the sources and write the export, unless they have problems that matter."""
    options = module.params
    users = [export_build.user_source(source) for source in options["users"]]
    tokens = [export_build.token_source(source) for source in options["oath_tokens"]]
    findings = Findings()
    diff = ExportDiff(options["dest"]) if module._diff else None
    with ExportWriter(options["dest"], options["server"], dry_run=module.check_mode) as writer:
        for record in export_build.records(users, tokens, findings):
            writer.add(record)
            if diff is not None:
                diff.add(record)
        refused = findings.count > 0 and options["on_error"] == "fail"
        changed = False if refused else writer.finish()
    for warning in findings.warnings:
        module.warn(warning)
    result: dict[str, Any] = {
        "changed": changed,
        "path": options["dest"],
        "users": writer.users,
        "oath_tokens": writer.oath_tokens,
        "problems": [problem.as_dict() for problem in findings.problems],
        "problems_omitted": findings.omitted,
    }
    if refused:
        module.fail_json(msg=findings.failure_message(), **result)
    return result | ({"diff": diff.as_dict()} if diff is not None else {})


def main() -> None:
    """Entry point of the module."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    options = module.params
    if PHONENUMBERS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("phonenumbers"), exception=PHONENUMBERS_IMPORT_ERROR)
    if not options["users"] and not options["oath_tokens"]:
        module.fail_json(msg="There is nothing to read; name at least one file in users or oath_tokens.")
    if options["vault_password_file"]:
        module.fail_json(msg="vault_password_file needs a local connection; run the task on the controller.")
    try:
        result = work(module)
    except UnusableInputError as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
