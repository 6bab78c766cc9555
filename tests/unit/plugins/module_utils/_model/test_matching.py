# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which OAuth client a task means."""

from __future__ import annotations

import re
import unicodedata

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import Ambiguous
from ansible_collections.hcptf.vcs.plugins.module_utils._model import matching
from utils.model_objects import ADO_SERVICES, GITHUB, GITLAB, ado, client, desire


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (GITHUB, "oc-A"),
        ({**GITHUB, "http_url": "https://GitHub.com:443/"}, "oc-A"),
        (GITLAB, "oc-B"),
        ({**GITLAB, "http_url": "https://gitlab.example.com/api"}, None),
        ({**GITLAB, "http_url": "http://gitlab.example.com"}, None),
        ({**GITLAB, "http_url": "https://gitlab.example.com:8443"}, None),
        ({**GITLAB, "http_url": "https://gitlab-old.example.com"}, "oc-C"),
        ({**GITLAB, "http_url": "https://gitlab"}, None),
        ({**GITLAB, "service_provider": "gitlab_community_edition"}, None),
        ({"service_provider": "gitlab_hosted"}, None),
        # Another name is another value of an attribute, not another connection.
        ({**GITLAB, "name": "other"}, "oc-B"),
        ({**GITLAB, "name": "git", "match_by": "url_and_name"}, None),
        ({**GITLAB, "name": "GITLAB", "match_by": "url_and_name"}, None),
        ({**GITLAB, "name": "gitlab", "match_by": "url_and_name"}, "oc-B"),
        ({**GITHUB, "name": "gitlab", "match_by": "url_and_name"}, None),
        ({"oauth_client_id": "oc-C"}, "oc-C"),
        ({"oauth_client_id": "oc-"}, None),
        ({"oauth_client_id": "OC-C"}, None),
        ({"oauth_client_id": "oc-missing", **GITHUB}, None),
    ],
)
def test_only_what_agrees_exactly_is_found(options, found):
    clients = [
        client("oc-0", service_provider="forge_of_tomorrow"),
        client("oc-1", http_url=None),
        client("oc-2", service_provider="github_enterprise", http_url=None, api_url=None),
        client("oc-C", service_provider="gitlab_enterprise_edition", http_url="https://gitlab-old.example.com"),
        client(
            "oc-B", service_provider="gitlab_enterprise_edition", http_url="https://gitlab.example.com/", name="gitlab"
        ),
        client("oc-A", http_url="HTTPS://GITHUB.com/"),
    ]
    wanted = desire(options)
    for listed in (clients, clients[::-1]):
        result = matching.find(wanted, listed)
        assert (result.id if result else None) == found


@pytest.mark.parametrize("options", [GITHUB, {"oauth_client_id": "oc-A"}])
def test_in_an_empty_organization_nothing_is_found(options):
    assert matching.find(desire(options), []) is None


TWO = [client("oc-B", name="team-b"), client("oc-A", name="team-a", created_at="2026-01-01T00:00:00.000Z")]
SAME_NAME = [client("oc-B", name="team"), client("oc-A", name="team"), client("oc-C", name="other")]
UNNAMED = [client("oc-A"), client("oc-B", without=("name",)), client("oc-C", name="team")]


@pytest.mark.parametrize(
    ("options", "clients", "found"),
    [
        ({"name": "team-a"}, TWO, "oc-A"),
        ({"name": "team-b"}, TWO, "oc-B"),
        ({"name": "team-b", "match_by": "url_and_name"}, TWO, "oc-B"),
        ({"name": "team-c", "match_by": "url_and_name"}, TWO, None),
        ({"name": "other"}, SAME_NAME, "oc-C"),
        ({"name": "team"}, UNNAMED, "oc-C"),
        # Without a name the one without a name is meant.
        ({}, UNNAMED[1:], "oc-B"),
        ({"name": ""}, UNNAMED[1:], "oc-B"),
        ({"oauth_client_id": "oc-A"}, TWO, "oc-A"),
        ({"oauth_client_id": "oc-A", "name": "team-b"}, TWO, "oc-A"),
    ],
)
def test_of_several_that_fit_the_name_or_the_id_picks_one(options, clients, found):
    result = matching.find(desire(GITHUB, options), clients)
    assert (result.id if result else None) == found


@pytest.mark.parametrize(
    ("state", "options", "clients", "listed"),
    [
        ("present", {}, TWO, ["oc-A ('team-a')", "oc-B ('team-b')"]),
        ("present", {"name": "team-c"}, TWO, ["oc-A ('team-a')", "oc-B ('team-b')"]),
        ("present", {"name": "TEAM-A"}, TWO, ["oc-A ('team-a')", "oc-B ('team-b')"]),
        ("present", {}, UNNAMED, ["oc-A (unnamed)", "oc-B (unnamed)"]),
        ("present", {"name": ""}, UNNAMED, ["oc-A (unnamed)", "oc-B (unnamed)"]),
        ("absent", {}, TWO, ["oc-A ('team-a')", "oc-B ('team-b')"]),
        ("absent", {}, UNNAMED, ["oc-A (unnamed)", "oc-B (unnamed)", "oc-C ('team')"]),
        ("absent", {"name": ""}, UNNAMED, ["oc-A (unnamed)", "oc-B (unnamed)", "oc-C ('team')"]),
        *(
            (state, {"name": "team", "match_by": match_by}, SAME_NAME, ["oc-A ('team')", "oc-B ('team')"])
            for state in ("present", "absent")
            for match_by in ("url", "url_and_name")
        ),
    ],
)
def test_several_that_fit_are_an_error_that_lists_them_from_the_oldest_on(state, options, clients, listed):
    with pytest.raises(Ambiguous) as raised:
        matching.find(desire(GITHUB, options, state=state), clients)
    message = raised.value.message
    places = [message.index(entry) for entry in listed]
    assert places == sorted(places)
    assert "acme" in message
    assert "oauth_client_id" in message
    assert ("match_by" in message) == (state == "present")
    assert raised.value.code == "ambiguous"


def test_candidates_match_regardless_of_their_name():
    assert {fit.id for fit in matching.candidates(desire(GITHUB, name="team"), SAME_NAME)} == {"oc-A", "oc-B", "oc-C"}
    both = matching.candidates(desire(GITHUB, name="team", match_by="url_and_name"), SAME_NAME)
    assert {fit.id for fit in both} == {"oc-A", "oc-B"}
    assert matching.candidates(desire({"oauth_client_id": "oc-A"}), [*SAME_NAME, client("oc-D", http_url=None)]) == []


ANY = ado("oc-any", ado_org_name=None)
OLD = ado("oc-old", without=("ado_org_name",))
MINE = ado("oc-mine", ado_org_name="My-Company")
OTHER = ado("oc-other", ado_org_name="other")


@pytest.mark.parametrize(
    ("wanted", "clients", "found"),
    [
        ("my-company", [OTHER, ANY, MINE], "oc-mine"),
        ("MY-COMPANY", [MINE], "oc-mine"),
        ("my-company", [OTHER], None),
        # A connection without organization can belong to any, so it is not the one.
        ("my-company", [OTHER, ANY], None),
        ("my-compan", [MINE], None),
        # Not set: any.
        (None, [MINE], "oc-mine"),
        (None, [ANY], "oc-any"),
        (None, [MINE, ANY], "oc-any"),
        ("", [MINE], "oc-mine"),
    ],
)
def test_the_azure_devops_organization_is_part_of_the_identity_if_set(wanted, clients, found):
    result = matching.find(desire(ADO_SERVICES, ado_org_name=wanted), clients)
    assert (result.id if result else None) == found


@pytest.mark.parametrize(
    ("wanted", "clients"),
    [
        ("my-company", [MINE, ado("oc-mine-too", ado_org_name="my-company")]),
        # The server does not report the organization of this one: it may be the same.
        ("my-company", [OTHER, OLD]),
        ("my-company", [ANY, OLD]),
        (None, [MINE, OTHER]),
    ],
)
def test_several_of_one_azure_devops_organization_are_ambiguous(wanted, clients):
    with pytest.raises(Ambiguous):
        matching.find(desire(ADO_SERVICES, ado_org_name=wanted), clients)


# -- removal never guesses


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({**GITHUB, "name": "team-a"}, "oc-A"),
        ({**GITHUB, "name": " team-a "}, "oc-A"),
        ({**GITHUB, "name": "team-c"}, None),
        ({**GITHUB, "name": "Team-A"}, None),
        ({**GITLAB, "name": "team-a"}, None),
    ],
)
def test_a_removal_by_name_finds_only_the_exact_name(options, found):
    result = matching.find(desire(options, state="absent"), TWO)
    assert (result.id if result else None) == found


def test_a_removal_by_name_does_not_take_the_only_connection_of_another_name():
    (only,) = TWO[:1]
    assert matching.find(desire(GITHUB, name="old", state="absent"), [only]) is None
    assert matching.find(desire(GITHUB, state="absent"), [only]) is only
    assert matching.neighbors(desire(GITHUB, name="old", state="absent"), [only, *SAME_NAME[2:]]) == [
        *(only, SAME_NAME[2]),
    ]


def test_neighbors_have_the_same_provider_and_url_for_certain():
    clients = [
        client("oc-A"),
        client("oc-B", service_provider="github_enterprise"),
        client("oc-C", http_url="https://ghe.example.com"),
        client("oc-D", without=("service_provider",)),
        client("oc-E", without=("http_url",)),
    ]
    assert [one.id for one in matching.neighbors(desire(GITHUB), clients)] == ["oc-A"]


@pytest.mark.parametrize("found", [ANY, OTHER, OLD])
def test_a_removal_by_azure_devops_organization_finds_only_that_one(found):
    assert matching.find(desire(ADO_SERVICES, ado_org_name="my-company", state="absent"), [found]) is None


# -- several connections of one task


@pytest.mark.parametrize(
    ("claimed", "found"),
    [((), "oc-only"), (("oc-only",), None), (("oc-other",), "oc-only")],
)
def test_what_another_connection_of_the_task_has_is_not_available(claimed, found):
    result = matching.find(desire(GITHUB), [client("oc-only", name="second")], claimed)
    assert (result.id if result else None) == found


def test_a_name_that_nobody_has_renames_the_only_client_that_is_left():
    assert matching.find(desire(GITHUB, name="new"), TWO, ("oc-A",)).id == "oc-B"


def test_the_more_specific_connections_are_matched_first():
    by_id = desire(oauth_client_id="oc-A")
    by_name = desire(GITHUB, name="x", match_by="url_and_name")
    absent_by_name = desire(GITHUB, name="x", state="absent")
    renames, by_organization, any_of_them = (
        desire(GITHUB, name="x"),
        desire(ADO_SERVICES, ado_org_name="x"),
        desire(GITHUB),
    )
    for first, second in (
        (by_id, by_name),
        (by_name, renames),
        (absent_by_name, renames),
        (renames, by_organization),
        (by_organization, any_of_them),
    ):
        assert matching.precedence(first) < matching.precedence(second)


# -- what the server does not report


@pytest.mark.parametrize("missing", ["service_provider", "http_url"])
def test_a_client_of_which_too_little_is_known_prevents_only_a_create_that_it_might_equal(missing):
    odd = client("oc-odd", without=(missing,), name="odd")
    other = client("oc-B", service_provider="gitlab_enterprise_edition", http_url="https://gitlab.example.com")
    with pytest.raises(Ambiguous, match=f"does not report {missing} of oc-odd"):
        matching.find(desire(GITHUB), [odd, other])
    assert matching.find(desire(GITHUB), [odd, other], ("oc-odd",)) is None
    assert matching.find(desire(GITHUB), [odd, other, client("oc-A")]).id == "oc-A"
    assert matching.find(desire(GITLAB), [odd, other]).id == "oc-B"
    assert matching.find(desire(GITHUB, state="absent"), [odd]) is None
    elsewhere = desire(ADO_SERVICES if missing == "http_url" else {**GITLAB, "http_url": "https://x.example.com"})
    assert matching.find(elsewhere, [odd]) is None


def test_an_unreported_name_cannot_distinguish_connections():
    with pytest.raises(Ambiguous, match="does not report name"):
        matching.find(desire(GITHUB, name="x", match_by="url_and_name"), [client("oc-A", without=("name",))])


ADO = "https://dev.azure.com"


@pytest.mark.parametrize(
    ("options", "stored", "may_be"),
    [
        (GITHUB, {"http_url": "http://github.com"}, True),
        (GITHUB, {"http_url": "https://www.github.com/"}, True),
        (GITHUB, {"http_url": "https://github.com/acme"}, True),
        (GITHUB, {"http_url": "https://api.github.com"}, True),
        (GITHUB, {"http_url": "https://acme.ghe.com"}, False),
        (GITHUB, {"http_url": "https://github.example.com"}, False),
        ({**GITHUB, "http_url": "https://acme.ghe.com"}, {"http_url": "https://github.com/acme"}, False),
        (GITHUB, {"http_url": "https://github.com/acme", "service_provider": "github_enterprise"}, False),
        (
            {**GITHUB, "match_by": "url_and_name", "name": "b"},
            {"http_url": "https://github.com/acme", "name": "a"},
            False,
        ),
        (
            {**GITHUB, "match_by": "url_and_name", "name": "a"},
            {"http_url": "https://github.com/acme", "name": "a"},
            True,
        ),
        (ADO_SERVICES, {"http_url": f"{ADO}/acme"}, True),
        ({**ADO_SERVICES, "ado_org_name": "Acme"}, {"http_url": f"{ADO}/acme", "ado_org_name": None}, True),
        ({**ADO_SERVICES, "ado_org_name": "acme"}, {"http_url": "https://acme.visualstudio.com"}, True),
        ({**ADO_SERVICES, "ado_org_name": "globex"}, {"http_url": f"{ADO}/acme", "ado_org_name": None}, False),
        ({**ADO_SERVICES, "ado_org_name": "acme"}, {"http_url": f"{ADO}/acme", "ado_org_name": "globex"}, False),
        (GITLAB, {"http_url": f"{GITLAB['http_url']}/api/v4/"}, True),
        (GITLAB, {"http_url": f"{GITLAB['http_url']}/api"}, False),
        (GITLAB, {"http_url": f"{GITLAB['http_url']}/?a=b#c"}, False),
    ],
)
def test_a_client_with_a_misspelled_url_prevents_a_create_that_it_might_equal(options, stored, may_be):
    wanted = desire(options)
    existing = client("oc-A", **{"service_provider": options["service_provider"], **stored})
    if may_be:
        with pytest.raises(Ambiguous, match=f"{re.escape(stored['http_url'])} of oc-A.*oauth_client_id"):
            matching.find(wanted, [existing])
    else:
        assert matching.find(wanted, [existing]) is None
    assert matching.find(desire({**options, "state": "absent"}), [existing]) is None


def test_the_exact_url_is_preferred_to_a_misspelled_one():
    exact, misspelled = client("oc-A"), client("oc-B", http_url="http://github.com")
    assert matching.find(desire(GITHUB), [misspelled, exact]) == exact


def test_a_connection_without_a_url_is_no_misspelled_one():
    wanted = desire({"oauth_client_id": "oc-B", **GITHUB})
    assert matching.neighbors(wanted, [client("oc-A", http_url="https://github.com/acme")]) == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_are_the_same_in_every_unicode_form(form):
    wanted = desire({**GITHUB, "match_by": "url_and_name", "name": unicodedata.normalize(form, "Café")})
    assert matching.find(wanted, [client("oc-A", name=unicodedata.normalize("NFC", "Café"))]) is not None
