# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fork of a preloaded ansible-playbook does what the program does. Most tests of playbooks rely on it."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

#: A setting of Ansible, because of which the fixture starts the program; it changes nothing here.
PROGRAM = {"ANSIBLE_FORKS": "5"}
#: A task in the controller's process, one as a module, one that shows the environment, and one that fails.
PLAY: dict[str, Any] = {
    "hosts": "all",
    "gather_facts": False,
    "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
    "tasks": [
        {
            "name": "Check",
            "hcptf.vcs.oauth_client": {"organization": "acme", "service_provider": "github", "pat": "made-up-token"},
            "check_mode": True,
            "diff": True,
        },
        {"name": "Read", "hcptf.vcs.oauth_client_info": {"organization": "acme"}, "environment": {"NOT_READ": "1"}},
        {"name": "Environment", "ansible.builtin.debug": {"msg": "{{ lookup('ansible.builtin.env', 'HOME') }}"}},
        {"name": "Fail", "hcptf.vcs.oauth_client": {"organization": "nowhere", "service_provider": "github"}},
    ],
}


@pytest.mark.oldest_core_too
@pytest.mark.parametrize(
    ("args", "rc"), [((), 2), (("--diff",), 2), (("--list-tasks",), 0), (("--no-such-option",), 2)]
)
def test_a_fork_prints_and_returns_what_the_program_does(playbook, args, rc):
    hosts = ("-i", "web1,web2,", "-e", "ansible_connection=local")
    runs = [playbook([PLAY], *hosts, *args, **way) for way in ({}, PROGRAM)]
    one, other = ((run.rc, without_order(run.output), sorted(map(str, run.records))) for run in runs)
    assert one == other
    assert one[0] == rc


def without_order(output: str) -> list[str]:
    """Two hosts of one task can end in any order."""
    return sorted(output.splitlines())


def test_a_run_that_takes_too_long_is_killed(preloaded, tmp_path):
    play = tmp_path / "play.yml"
    play.write_text("[{hosts: localhost, gather_facts: false, tasks: [{ansible.builtin.pause: {seconds: 20}}]}]")
    with pytest.raises(subprocess.TimeoutExpired):
        preloaded("newest").run([str(play)], tmp_path, {}, timeout=2)
    play.write_text("[{hosts: localhost, gather_facts: false, tasks: []}]")
    assert preloaded("newest").run([str(play)], tmp_path, {}, timeout=60).returncode == 0
