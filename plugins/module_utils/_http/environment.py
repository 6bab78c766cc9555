# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The proxies of the environment.

macOS has settings of its own, and urllib and requests read them if the environment has none. That ends a process
which was forked, as Ansible's workers are (U(https://github.com/python/cpython/issues/77906)), so only the
environment counts.
"""

from __future__ import annotations

from urllib.request import getproxies_environment


def environment_proxies(url: str) -> dict[str, str]:
    """The proxies by scheme, none if no_proxy names the URL's host."""
    return {} if is_exempt(url) else getproxies_environment()


def is_exempt(url: str) -> bool:
    """Whether no_proxy names the URL's host."""
    from requests.utils import should_bypass_proxies

    return bool(getproxies_environment()) and should_bypass_proxies(url, no_proxy=None)
