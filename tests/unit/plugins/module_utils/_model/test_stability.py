# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of one task that the next run would not confirm."""

from __future__ import annotations

from ansible_collections.hcptf.vcs.plugins.module_utils._model import matching, planning, removal
from ansible_collections.hcptf.vcs.plugins.module_utils._model.stability import unstable
from ansible_collections.hcptf.vcs.plugins.module_utils._model.usage import Usage
from utils.model_objects import GITHUB, GITLAB, PAT, client, desire

NOBODY = Usage(workspaces=(), workspaces_count=0, policy_sets=(), registry_modules=(), stacks=())


def plans(clients, *wanted):
    """Plan connections as a task does: the most specific first, each without the clients of the others."""
    made, claimed = {}, set()
    for desired in sorted(wanted, key=matching.precedence):
        found = matching.find(desired, clients, claimed)
        if found:
            claimed.add(found.id)
        made[id(desired)] = (
            planning.plan(desired, found) if desired.present else removal.plan_removal(desired, found, NOBODY)
        )
    return [made[id(desired)] for desired in wanted]


def github(name, **options):
    return desire(GITHUB, name=name, match_by="url_and_name", personal_access_token=PAT, **options)


def any_github(**options):
    return desire(GITHUB, personal_access_token=PAT, **options)


def refused(clients, *wanted):
    """The places of the connections that are refused, and what would have been done."""
    made = plans(clients, *wanted)
    found = unstable(made, clients)
    return [made.index(plan) for plan in found], [plan.action for plan in made]


def test_a_plan_is_confirmed_by_its_own_result():
    gone, kept, other = client("oc-gone", name="gone"), client("oc-kept", name="kept"), client("oc-other", name="x")
    assert refused(
        [gone, kept, other],
        github("gone", state="absent"),
        github("kept", organization_scoped=True),
        github("new"),
        github("never", state="absent"),
        desire(GITLAB, personal_access_token=PAT),
    ) == ([], ["deleted", "unchanged", "created", "absent", "created"])


def test_a_client_is_recognized_by_its_new_name():
    old, other = client("oc-old", name="old"), client("oc-other", name="other")
    wanted = (any_github(name="new"), github("other"))
    assert refused([old, other], *wanted) == ([], ["updated", "unchanged"])


def test_a_removal_by_id_is_stable_beside_a_new_connection_of_the_same_url():
    wanted = (desire(oauth_client_id="oc-A", state="absent"), github("new"))
    assert refused([client("oc-A", name="old")], *wanted) == ([], ["deleted", "created"])


def test_several_new_connections_to_one_url_are_told_apart_by_name():
    assert refused([], github("a"), github("b"), any_github()) == ([], ["created"] * 3)
    assert refused([], any_github(), github("b"), github("a")) == ([], ["created"] * 3)


def test_connections_that_would_undo_each_other_in_every_run_are_refused_together():
    wanted = (any_github(name="a"), github("a", state="absent"))
    bystander = desire(GITLAB, personal_access_token=PAT)
    for places, listed in (([0, 1], (*wanted, bystander)), ([1, 2], (bystander, *wanted[::-1]))):
        found, _actions = refused([client("oc-A", name="a")], *listed)
        assert found == places


def test_a_connection_that_the_next_run_would_find_twice_is_refused():
    old = client("oc-A", name="old")
    renamed = desire(oauth_client_id="oc-A", name="new")
    found, actions = refused([old], renamed, github("new"))
    assert (found, actions) == ([1], ["updated", "created"])


def test_what_a_more_specific_connection_finds_is_no_client_of_the_others():
    clients = [client("oc-A", name="a"), client("oc-X", name="x")]
    for listed in (clients, clients[::-1]):
        assert refused(listed, any_github(), github("a")) == ([], ["unchanged", "unchanged"])
