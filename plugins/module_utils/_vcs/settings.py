# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The settings of the check of personal access tokens, from the options of a task."""

from __future__ import annotations

import typing as t

from .._base.errors import InvalidArgument
from .._http.trust import find_bundle

DEFAULT_TIMEOUT = 5.0


class Transport(t.NamedTuple):
    """How to reach a VCS host. ``timeout`` bounds all requests about one token together, in seconds."""

    timeout: float = DEFAULT_TIMEOUT
    verify_tls: bool = True
    ca_bundle: str | None = None


class CheckSettings(t.NamedTuple):
    """How to check the token of one connection. Fewer days left than ``minimum_days`` are worth a warning."""

    transport: Transport = Transport()
    minimum_days: int | None = None


def resolve(
    options: t.Mapping[str, t.Any], shared: t.Mapping[str, t.Any], environ: t.Mapping[str, str]
) -> CheckSettings:
    """The settings of a connection: its own options win over those that it shares with the others of its task.

    Raises InvalidArgument for values that make no sense.
    """

    def value(option: str) -> t.Any:
        own = options.get(option)
        return shared.get(option) if own is None else own

    timeout, minimum_days = value("vcs_timeout"), value("minimum_days")
    timeout = DEFAULT_TIMEOUT if timeout is None else timeout
    if not 0 < timeout <= 86400:
        raise InvalidArgument("vcs_timeout must be a positive number of seconds up to 86400.")
    if minimum_days is not None and minimum_days < 0:
        raise InvalidArgument("minimum_days must not be negative.")
    bundle = find_bundle(value("vcs_ca_bundle"), "vcs_ca_bundle", environ)
    return CheckSettings(Transport(timeout, value("vcs_verify_tls") is not False, bundle), minimum_days)


def is_wanted(options: t.Mapping[str, t.Any], shared: t.Mapping[str, t.Any]) -> bool:
    """Whether the token of a connection is to be checked before it is sent."""
    own = options.get("check_personal_access_token")
    return bool(shared.get("check_personal_access_token") if own is None else own)
