# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many requests each operation makes, and over how many connections: what its speed comes from.

Unlike times these are the same on every machine, so they are asserted here and not only measured (tests/benchmarks).
"""

from __future__ import annotations

import re

import pytest
from integration.conftest import API_TOKEN

PAT = "made-up-token"
GITHUB = {"service_provider": "github", "personal_access_token": PAT}


def organizations(*names, **clients):
    """Seeds these organizations; those given by keyword have so many connections already."""
    seed = [{"name": name} for name in names]
    for name, number in clients.items():
        seed.append({"name": name, "oauth_clients": [{"id": f"oc-{name}-{n}", **enterprise(n)} for n in range(number)]})
    return {"organizations": seed, "tokens": [{"name": "owner", "token": API_TOKEN, "manages": ["*"]}]}


def enterprise(number):
    """One connection of many, as options and as a seed alike."""
    url = f"https://ghe{number}.example.com"
    return {"service_provider": "github_enterprise", "http_url": url, "api_url": f"{url}/api/v3"}


def connected(number, **options):
    return {**enterprise(number), "personal_access_token": PAT, **options}


def one(organization, options, **keywords):
    return {"name": organization, "hcptf.vcs.oauth_client": {"organization": organization, **options}, **keywords}


def many(organization, connections, **keywords):
    arguments = {"organization": organization, "connections": connections}
    return {"name": organization, "hcptf.vcs.oauth_clients": arguments, **keywords}


def play(*tasks, **keywords):
    return [{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **keywords}]


def requests_of(sandbox, name):
    """The requests about one organization, or about a client, the ID of which names it."""
    return [request for request in sandbox.requests if re.search(rf"/{name}(/|$)|/oc-{name}-", request.path)]


def methods(requests):
    return [request.method for request in requests]


def connections(requests):
    return len({request.connection for request in requests})


ONE_EACH = organizations("fresh", "foreseen", existing=1, updated=1, renamed=1, removed=1, spared=1)


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [ONE_EACH], indirect=True)
def test_each_operation(playbook, sandbox):
    run = playbook(
        play(
            one("existing", connected(0)),
            one("fresh", connected(0)),
            one("updated", connected(0, name="new", update_secrets="always")),
            one("removed", connected(0, state="absent")),
            one("foreseen", connected(0), check_mode=True),
            one("renamed", connected(0, name="new"), check_mode=True),
            one("spared", connected(0, state="absent"), check_mode=True),
        )
    )

    assert run.rc == 0
    assert run.recap()["changed"] == 6
    expected = {
        "existing": ["GET"],
        "fresh": ["GET", "POST", "GET"],
        "updated": ["GET", "PATCH"],
        "removed": [*["GET"] * 6, "DELETE", "GET"],
        # A dry run that foresees a change also reads whether the API token may make it.
        "foreseen": ["GET"] * 2,
        "renamed": ["GET"] * 2,
        "spared": ["GET"] * 6,
    }
    assert {name: methods(requests_of(sandbox, name)) for name in expected} == expected
    assert connections(sandbox.requests) == len(expected)
    assert requests_of(sandbox, "existing")[0].query == {"page[number]": "1", "page[size]": "100"}
    listed, *_others, deleted, confirmed = requests_of(sandbox, "removed")
    assert listed.query["show_affected_workspaces"] == "true"
    assert deleted.path == confirmed.path == "/api/v2/oauth-clients/oc-removed-0"


@pytest.mark.parametrize("sandbox", [organizations(few=1, full=100, more=101, plenty=250)], indirect=True)
def test_existing_connections_of_one_organization(playbook, sandbox):
    sizes = {"few": 1, "full": 100, "more": 101, "plenty": 250}
    run = playbook(play(*(many(name, [enterprise(n) for n in range(size)]) for name, size in sizes.items())))

    assert run.rc == 0
    assert run.recap()["changed"] == 0
    for name, pages in {"few": 1, "full": 1, "more": 2, "plenty": 3}.items():
        assert methods(requests_of(sandbox, name)) == ["GET"] * pages
        assert connections(requests_of(sandbox, name)) == 1


@pytest.mark.parametrize("sandbox", [organizations("fresh", "foreseen")], indirect=True)
def test_twenty_fresh_connections(playbook, sandbox):
    wanted = [connected(number) for number in range(20)]
    run = playbook(play(many("fresh", wanted), many("foreseen", wanted, check_mode=True)))

    assert run.rc == 0
    assert run.recap()["changed"] == 2
    assert methods(requests_of(sandbox, "fresh")) == ["GET", *["POST"] * 20, "GET"]
    assert 1 < connections(requests_of(sandbox, "fresh")) <= 8
    assert methods(requests_of(sandbox, "foreseen")) == ["GET", "GET"]


@pytest.mark.parametrize("sandbox", [organizations(acme=20)], indirect=True)
def test_a_loop_keeps_its_connection(playbook, sandbox):
    run = playbook(play(one("acme", enterprise("{{ item }}"), loop=list(range(20)))))

    assert run.rc == 0
    assert run.recap()["changed"] == 0
    assert methods(sandbox.requests) == ["GET"] * 20
    assert connections(sandbox.requests) == 1


HUNDRED = [f"org{number}" for number in range(100)]
A_HUNDRED = organizations(**dict.fromkeys(HUNDRED, 1))


@pytest.mark.parametrize("sandbox", [A_HUNDRED], indirect=True)
@pytest.mark.parametrize("way", [{}, {"environment": {"NOT_READ_BY_ANYTHING": "1"}}], ids=["plugin", "module"])
def test_a_hundred_organizations(playbook, sandbox, way):
    run = playbook(play(many("acme", [{**enterprise(0), "organization": name} for name in HUNDRED]), **way))

    assert run.rc == 0
    assert_each_listed_once(run, sandbox)
    assert connections(sandbox.requests) <= 8


@pytest.mark.parametrize("sandbox", [A_HUNDRED], indirect=True)
def test_a_hundred_organizations_with_a_rate_limit(playbook, sandbox):
    sandbox.settings.rate_limit = 30
    run = playbook(play(many("acme", [{**enterprise(0), "organization": name} for name in HUNDRED])))

    assert run.rc == 0
    refused = [request for request in sandbox.requests if request.status == 429]
    assert len(refused) <= 3
    assert len(sandbox.requests) == 100 + len(refused)
    assert_each_listed_once(run, sandbox)
    assert connections(sandbox.requests) <= 8


def assert_each_listed_once(run, sandbox):
    """Nothing is lost: every connection is found, by one answer each."""
    found = [entry["oauth_client_id"] for entry in run.result("acme")["connections"]]
    assert found == [f"oc-{name}-0" for name in HUNDRED]
    answered = [request.path for request in sandbox.requests if request.status == 200]
    assert sorted(answered) == sorted(f"/api/v2/organizations/{name}/oauth-clients" for name in HUNDRED)
    assert set(methods(sandbox.requests)) == {"GET"}
