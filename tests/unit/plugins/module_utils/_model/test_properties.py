# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for any input: of URLs and addresses, of the removal of secrets, of finding and planning."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base import scrubber as scrubbing
from ansible_collections.hcptf.vcs.plugins.module_utils._base import urls
from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import Ambiguous, InvalidArgument
from ansible_collections.hcptf.vcs.plugins.module_utils._model import matching, planning, verification
from ansible_collections.hcptf.vcs.plugins.module_utils._model.desired import desired_from_options
from ansible_collections.hcptf.vcs.plugins.module_utils._model.oauth_client import OAuthClient
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS

hypothesis = pytest.importorskip("hypothesis")
given, st = hypothesis.given, hypothesis.strategies
# Time-outs of single examples only say that the machine is busy.
steady = hypothesis.settings(deadline=None, max_examples=200)

# -- URLs

LABELS = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,6}[A-Za-z0-9])?", fullmatch=True).filter(
    lambda label: not label.lower().startswith("xn--")
)
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
INTERNATIONAL = st.text("abäöüéñжя", min_size=1, max_size=8).map("{}.example.com".format)
IPV6 = st.ip_addresses(v=6).map("[{}]".format)
HOSTS = NAMES | INTERNATIONAL | IPV6
SCHEMES = st.sampled_from(["http", "https", "HTTPS", "Http"])
PORTS = st.just("") | st.sampled_from([":80", ":443", ":8443", ":0443"]) | st.integers(1, 65535).map(":{}".format)
SEGMENTS = st.text("abXY09-._~%ä", min_size=1, max_size=5)
PATHS = st.lists(SEGMENTS, max_size=3).map(lambda parts: "".join(f"/{part}" for part in parts))
SLASHES = st.sampled_from(["", "/", "//"])
JUNK = st.text(max_size=3) | st.text(" /\u00a0", max_size=3)
URLS = st.builds("{}://{}{}{}{}".format, SCHEMES, HOSTS, PORTS, PATHS, SLASHES)


@steady
@given(URLS)
def test_the_normal_form_of_a_normal_form_is_itself(url):
    normal = urls.normalize(url)
    assert normal is not None
    assert urls.normalize(normal) == normal
    assert not normal.endswith("/")


@steady
@given(st.text(max_size=30) | st.text("ab:/. \t?#", max_size=8) | st.builds("{}{}{}".format, URLS, JUNK, SLASHES))
def test_the_normal_form_of_any_text_is_one(text):
    normal = urls.normalize(text)
    assert urls.normalize(normal) == normal


@steady
@given(NAMES | IPV6, NAMES | IPV6, SCHEMES, PORTS, PATHS, SLASHES)
def test_two_different_hosts_never_become_equal(one, other, scheme, port, path, slash):
    hypothesis.assume(one.lower() != other.lower())
    rest = f"{port}{path}"
    assert urls.normalize(f"{scheme}://{one}{rest}") != urls.normalize(f"{scheme}://{other}{rest}{slash}")


@steady
@given(HOSTS, st.integers(1, 65535), st.integers(1, 65535), PATHS)
def test_two_different_ports_never_become_equal(host, one, other, path):
    hypothesis.assume(one != other)
    assert urls.normalize(f"https://{host}:{one}{path}") != urls.normalize(f"https://{host}:{other}{path}")


@steady
@given(URLS, st.data())
def test_case_of_scheme_and_host_and_final_slashes_make_no_difference(url, data):
    scheme, rest = url.split("://")
    host = rest.partition("/")[0]
    swapped = f"{scheme.swapcase()}://{host.upper()}{rest[len(host) :]}{data.draw(SLASHES)}"
    hypothesis.assume(host.upper().lower() == host.lower())
    assert urls.normalize(swapped) == urls.normalize(url)


ADDRESSES = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "https://", "http://", "HTTPS://"]),
    HOSTS,
    PORTS,
    PATHS,
    st.sampled_from(["", "/api/v2", "/api/v2/api/v2"]),
    SLASHES,
)


@steady
@given(ADDRESSES)
def test_the_base_of_an_address_is_an_address_of_its_own(text):
    try:
        address = urls.api_address(text, "option tfe_address")
    except InvalidArgument:
        return
    assert urls.api_address(address.base, "option tfe_address") == address
    assert urls.api_address(f"{address.base}/api/v2/", "option tfe_address") == address


@steady
@given(NAMES | IPV6, PORTS, PATHS, st.sampled_from(["", "https://", "http://"]))
def test_an_address_is_at_the_host_that_was_written(host, port, path, scheme):
    hypothesis.assume(host.lower() not in ("http", "https"))
    address = urls.api_address(f"{scheme}{host}{port}{path}", "option tfe_address")
    assert address.hostname == host.lower().strip("[]")
    assert urls.hostname(address.base) == address.hostname


@steady
@given(st.text(max_size=40) | st.text("htps:/.@?#a1[]\\ ", max_size=20))
def test_any_text_is_an_address_at_a_host_that_it_names_or_malformed(text):
    try:
        address = urls.api_address(text, "option tfe_address")
    except InvalidArgument:
        return
    assert address.hostname
    assert address.hostname in text.lower() or not text.isascii()


# -- secrets

#: Without brackets, which would let a secret be a part of the word that stands for it.
SECRETS = st.text([chr(code) for code in range(33, 127) if chr(code) not in "()"], min_size=8, max_size=40)
TEXTS = st.text(max_size=12) | st.text('abc123+/=-_ "\\%', max_size=12)
SPELLINGS = [
    str,
    lambda secret: quote(secret, safe=""),
    quote,
    quote_plus,
    lambda secret: json.dumps(secret)[1:-1],
    lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    lambda secret: json.dumps(json.dumps(secret)[1:-1])[1:-1],
]


def texts_in(value):
    """Every text in a structure, keys included that do not look like names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in (*(key for key in value if not re.fullmatch("[a-z][a-z_]*", key)), *value.values()):
            yield from texts_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts_in(item)


def decodings(text):
    """What any base64 in a text may mean, wherever it begins."""
    for run in re.findall(r"[A-Za-z0-9+/]{4,}", text.replace("-", "+").replace("_", "/")):
        for start in range(4):
            piece = run[start:]
            yield base64.b64decode(piece + "A" * (-len(piece) % 4)).decode("latin-1")


@steady
@given(SECRETS, st.lists(st.tuples(TEXTS, st.sampled_from(SPELLINGS)), min_size=1, max_size=3), TEXTS)
def test_no_spelling_of_a_secret_is_left_in_any_context(secret, pieces, tail):
    text = "".join(before + spell(secret) for before, spell in pieces) + tail
    scrubber = scrubbing.Scrubber([secret])
    scrubbed = scrubber.scrub(text)
    assert [spelling for spelling in SPELLINGS if spelling(secret) in scrubbed] == []
    assert scrubbing.MASK in scrubbed
    assert scrubber.scrub(scrubbed) == scrubbed


@steady
@given(
    SECRETS,
    st.binary(max_size=6),
    st.binary(max_size=6),
    TEXTS,
    TEXTS,
    st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]),
)
def test_base64_that_holds_a_secret_anywhere_cannot_be_read_any_more(secret, first, last, before, after, encode):
    text = before + encode(first + secret.encode() + last).decode() + after
    assert any(secret in decoded for decoded in decodings(text))
    scrubbed = scrubbing.Scrubber([secret]).scrub(text)
    assert not any(secret in decoded for decoded in decodings(scrubbed))


@steady
@given(
    st.lists(SECRETS, min_size=1, max_size=3),
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    ),
    st.data(),
)
def test_no_structure_hides_a_secret_and_what_has_none_comes_back_unchanged(known, value, data):
    scrubber = scrubbing.Scrubber(known)
    holding = {
        "value": value,
        data.draw(st.sampled_from(known)): [{"deep": (data.draw(st.sampled_from(known)), value)}],
    }
    assert not [text for text in texts_in(scrubber.scrub(holding)) if any(secret in text for secret in known)]
    innocent = {"changed": True, "oauth_client_id": "oc-A", "list": [1, None]}
    hypothesis.assume(not any(secret in text for secret in known for text in texts_in(innocent)))
    assert scrubber.scrub(innocent) == innocent


# -- finding and planning

STATED = {
    "name": st.sampled_from(["", "a", "b", "A"]),
    "organization_scoped": st.booleans(),
    "projects": st.lists(st.sampled_from(["prj-a", "prj-b", "prj-c"]), max_size=4),
    "agent_pool": st.sampled_from(["", "apool-1", "apool-2"]),
    "ado_org_name": st.sampled_from(["", "one", "ONE", "two"]),
}
OPTIONS = st.fixed_dictionaries({}, optional=STATED)
NONE = st.none()
PROJECTS = st.lists(st.sampled_from(["prj-a", "prj-b", "prj-c"]), unique=True, max_size=3).map(tuple)
VALUES = st.fixed_dictionaries(
    {"service_provider": st.just("ado_services"), "http_url": st.just("https://dev.azure.com")},
    optional={
        "api_url": NONE | st.sampled_from(["https://dev.azure.com", "https://app.vssps.visualstudio.com"]),
        "name": NONE | st.sampled_from(["a", "b"]),
        "organization_scoped": st.booleans(),
        "projects": PROJECTS,
        "agent_pool": NONE | st.sampled_from(["apool-1", "apool-2"]),
        "ado_org_name": NONE | st.sampled_from(["one", "two"]),
        "rsa_public_key": NONE,
        "key": NONE,
        "created_at": st.just("2026-02-03T09:14:27.118Z"),
    },
)


def desire(options, provider="ado_services"):
    return desired_from_options({"service_provider": provider, **options}, "acme")


@steady
@given(OPTIONS, VALUES)
def test_a_plan_sends_only_given_options_and_needs_no_second_run(options, values):
    client = OAuthClient("oc-A", "acme", values, ("ot-A",))
    try:
        desired = desire(options)
        plan = planning.plan(desired, client)
    except InvalidArgument:
        # nobody could use it: nothing that a task without a scope of its own may run into
        assert options.get("organization_scoped") is False or options.get("projects") == []
        return
    assert set(plan.attributes) <= set(desired.attributes) <= set(options)
    assert set(plan.attributes) <= set(values)
    assert plan.changed is bool(plan.attributes)
    assert plan.changed is (plan.before != plan.after)
    assert (dict(plan.secrets), plan.send_ssh_key) == ({}, False)

    done = client._replace(values={**values, **plan.attributes})
    again = planning.plan(desired, done)
    assert (again.action, dict(again.attributes)) == ("unchanged", {})
    assert again.before == again.after == plan.after
    assert done.public() == plan.predicted == again.predicted
    assert verification.rejected_changes(plan.attributes, done) == ([], [])


@steady
@given(OPTIONS, st.sampled_from(["github", "gitlab_hosted", "ado_services"]))
def test_a_new_client_has_the_given_options_and_needs_no_update(options, provider):
    hypothesis.assume(provider == "ado_services" or not options.get("ado_org_name"))
    try:
        desired = desire({**options, "personal_access_token": "a-personal-access-token"}, provider)
        plan = planning.plan(desired, None)
    except InvalidArgument:
        assert options.get("organization_scoped") is False
        return
    assert set(plan.attributes) <= {"service_provider", "http_url", "api_url", *options}
    assert None not in plan.attributes.values()
    defaults = {"name": None, "organization_scoped": True, "projects": (), "agent_pool": None, "ado_org_name": None}
    made = OAuthClient("oc-A", "acme", {**defaults, "rsa_public_key": None, **plan.attributes}, ("ot-A",))
    assert matching.find(desired, [made]) is made
    again = planning.plan(desired, made)
    assert (again.action, dict(again.attributes), dict(again.secrets)) == ("unchanged", {}, {})


CLIENTS = st.lists(
    st.fixed_dictionaries(
        {
            "service_provider": st.sampled_from([*SERVICE_PROVIDERS, "forge_of_tomorrow"]),
            "http_url": NONE
            | st.sampled_from(["https://dev.azure.com", "HTTPS://DEV.azure.com:443/", "https://github.com"]),
        },
        optional={"name": NONE | st.sampled_from(["a", "A"]), "ado_org_name": NONE | st.sampled_from(["one", "two"])},
    ),
    max_size=5,
)


@steady
@given(CLIENTS, OPTIONS, st.sampled_from(["url", "url_and_name"]), st.randoms(use_true_random=False))
def test_what_is_found_agrees_and_does_not_depend_on_the_order_of_the_list(listed, options, match_by, random):
    hypothesis.assume(not (options.get("organization_scoped") is False and options.get("projects") == []))
    clients = [OAuthClient(f"oc-{number}", "acme", values) for number, values in enumerate(listed)]
    desired = desire({**options, "match_by": match_by})
    try:
        found = matching.find(desired, clients)
    except Ambiguous:
        found = "ambiguous"
    else:
        if found is not None:
            assert found.values["service_provider"] == "ado_services"
            assert urls.normalize(found.values["http_url"]) == "https://dev.azure.com"
            wanted = options.get("ado_org_name")
            assert not wanted or (found.values.get("ado_org_name") or wanted).lower() == wanted.lower()
            assert match_by == "url" or (found.values.get("name") or "") == options.get("name", "")
    random.shuffle(clients)
    try:
        assert matching.find(desired, clients) == found
    except Ambiguous:
        assert found == "ambiguous"
