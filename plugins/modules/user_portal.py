#!/usr/bin/python

# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: user_portal
short_description: Redirect or close the User portal of an MFA Server
version_added: 1.0.0
description:
  - Sends the users of the User portal to the place where they now register their methods, closes the portal, or opens
    it again.
  - While dependent applications still use MFA Server, users must go on using the portal. Redirect it when they have
    moved.
  - For V(redirected), the C(web.config) of the application is replaced by one that redirects every request (302). The
    one before it stays beside it as C(web.before-entra-mfa.config), which IIS does not serve, and O(state=open) puts
    it back byte for byte.
  - For V(closed), a page C(app_offline.htm) is laid down, with which ASP.NET answers 503 to everybody.
    O(state=open) removes it.
options:
  state:
    description:
      - What visitors of the portal meet.
    type: str
    choices: [redirected, closed, open]
    default: redirected
  url:
    description:
      - Where visitors are sent with O(state=redirected).
    type: str
    default: https://aka.ms/mfasetup
  path:
    description:
      - Folder of the portal's application.
      - If left out, it is the one of the application C(/MultiFactorAuth) or C(/PhoneFactor) in IIS, else the install
        location of the product.
    type: str
attributes:
  diff_mode:
    description: Shows state and address before and after.
    support: full
notes:
  - A redirect needs the Windows feature C(Web-Http-Redirect). Without it IIS would ignore the redirect silently, so the
    module refuses it.
  - A redirect or a closing page that others have put there is not removed; the message then names the file.
requirements:
  - The collection C(ansible.windows) on the controller
seealso:
  - module: entra.mfa.mfa_server_info
extends_documentation_fragment:
  - entra.mfa.attributes.windows
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
---
- name: Send users to the registration page of Microsoft Entra
  entra.mfa.user_portal:

- name: Close the portal
  entra.mfa.user_portal:
    state: closed

- name: Take either back
  entra.mfa.user_portal:
    state: open
"""

RETURN = r"""
---
state:
  description: State of the portal now, in check mode the one that it would have.
  returned: success
  type: str
  sample: redirected
url:
  description: Where the portal redirects to, null if it does not.
  returned: success
  type: str
  sample: https://aka.ms/mfasetup
path:
  description: Folder of the portal's application.
  returned: success
  type: str
  sample: C:\inetpub\wwwroot\MultiFactorAuth
previous:
  description: State before.
  returned: success
  type: str
  sample: open
previous_url:
  description: Where the portal redirected to before, null if it did not.
  returned: success
  type: str
  sample: null
"""
