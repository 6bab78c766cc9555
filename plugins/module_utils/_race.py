# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""How long runs that race for one OAuth client wait for each other, in seconds. Why: see _create_once.py."""

from __future__ import annotations

#: What created-at may lie before the moment from which on everybody's list shows the client.
YOUNG = 0.3
#: Where creates take long, it may lie so many times their time before that, up to LONGEST_YOUNG.
CREATES, LONGEST_YOUNG = 2, 2.0
#: For how long a run looks for its own client in a list that does not show it.
STALE = 3.0
#: The age at which all makers have removed what they give up, and the age at which lost creates are cleared away, too.
SETTLED, ALL_SETTLED = 10.0, 14.0
#: Seconds between looks at the list, in sum longer than ALL_SETTLED.
LOOKS = (0.2, 0.4, *(0.8,) * 19)
