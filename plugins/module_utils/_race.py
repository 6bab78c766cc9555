# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""When runs that race for one OAuth client act: ages of clients in seconds, by the server's clock.

Why these keep them out of each other's way is told in _create_once.py.
"""

from __future__ import annotations

#: For how long a run looks for its own client in a list that does not show it.
STALE = 3.0
#: When the oldest gives its own client up for one that stays.
GIVE_UP = (10.0, 11.5)
#: When no maker of a younger twin gives way, since the oldest may be doing that.
BUSY = (8.0, 13.5)
#: When all makers have settled, and when the runs whose answers were lost have, too.
SETTLED, ALL_SETTLED = 14.0, 17.0

#: Seconds between looks at the list: not longer than GIVE_UP lasts, and in sum longer than ALL_SETTLED.
LOOKS = (0.2, 0.4, *(0.8,) * 24)
