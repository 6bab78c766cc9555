# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The normal form of URLs, what is refused as a URL, and every spelling of the API's address."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base import urls
from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument

SAME = [
    ("final slash", "https://gitlab.example.com/api/v4/", "https://gitlab.example.com/api/v4"),
    ("several final slashes", "https://gitlab.example.com///", "https://gitlab.example.com"),
    ("case of the host, slash", "http://ghe.example.com/", "http://GHE.example.com"),
    ("case of the scheme", "HTTPS://ghe.example.com", "https://ghe.example.com"),
    ("default port of https", "https://ghe.example.com:443", "https://ghe.example.com"),
    ("default port of http", "http://ghe.example.com:80/", "http://ghe.example.com"),
    ("default port before a path", "https://ado.example.com:443/tfs", "https://ado.example.com/tfs"),
    ("port with zeros in front", "https://ghe.example.com:08443", "https://ghe.example.com:8443"),
    ("white space around", "  https://ghe.example.com \n", "https://ghe.example.com"),
    ("case of an IPv6 address", "https://[2001:DB8::A]", "https://[2001:db8::a]"),
    ("default port of an IPv6 address", "https://[2001:db8::a]:443/", "https://[2001:db8::a]"),
    ("empty port", "https://ghe.example.com:/tfs", "https://ghe.example.com/tfs"),
    ("final dot of the host", "https://ghe.example.com./tfs", "https://ghe.example.com/tfs"),
    ("final dot before a port", "https://ghe.example.com.:443", "https://ghe.example.com"),
    ("zeros of an IPv6 address", "https://[2001:0db8:0:0::000a]", "https://[2001:db8::a]"),
    ("case of percent-escapes", "https://ado.example.com/My%2fTeam%c3%a9", "https://ado.example.com/My%2FTeam%C3%A9"),
    ("escaped letter", "https://ghe.example.com/%7eteam/%41", "https://ghe.example.com/~team/A"),
    ("escaped international letter", "https://ado.example.com/Caf%C3%A9", "https://ado.example.com/Café"),
    ("accent as a letter of its own", "https://ado.example.com/Cafe\u0301", "https://ado.example.com/Caf\u00e9"),
    ("escaped accent", "https://ado.example.com/Cafe%CC%81", "https://ado.example.com/Caf\u00e9"),
    ("space in a path", "https://ado.example.com/My Collection/", "https://ado.example.com/My%20Collection"),
    ("international name", "https://bücher.example.com", "https://xn--bcher-kva.example.com"),
    ("case of an international name", "https://BÜCHER.example.com", "https://bücher.example.com"),
    ("no URL and an empty one", None, ""),
    ("no URL and white space", None, " \t"),
]

DIFFERENT = [
    ("http and https", "http://ghe.example.com", "https://ghe.example.com"),
    ("http at the port of https", "http://ghe.example.com:443", "http://ghe.example.com"),
    ("https at the port of http", "https://ghe.example.com:80", "https://ghe.example.com"),
    ("another port", "https://ghe.example.com:8443", "https://ghe.example.com"),
    ("case of the path", "https://ado.example.com/TFS", "https://ado.example.com/tfs"),
    ("another path", "https://ado.example.com/tfs", "https://ado.example.com"),
    ("an escaped slash", "https://ado.example.com/My%2FTeam", "https://ado.example.com/My/Team"),
    ("an escaped percent sign", "https://ado.example.com/My%2520Team", "https://ado.example.com/My%20Team"),
    ("escapes that are no text", "https://ado.example.com/%C3", "https://ado.example.com/%E3"),
    ("an escaped control character", "https://ado.example.com/a%0Ab", "https://ado.example.com/ab"),
    ("a host with another before its name", "https://gitlab.example.com", "https://gitlab-old.example.com"),
    ("a host that begins alike", "https://ghe.example.com", "https://ghe.example.com.example.org"),
    ("a host that ends alike", "https://ghe.com", "https://fooghe.com"),
    ("another IPv6 address", "https://[2001:db8::a]", "https://[2001:db8::b]"),
    ("an IPv6 address with port, another without", "https://[2001:db8::a]:8443", "https://[2001:db8::a:8443]"),
    # Older and newer rules for international names disagree on these two letters.
    ("sharp s and ss", "https://straße.example.com", "https://strasse.example.com"),
    ("final sigma and sigma", "https://ghe-\u03c2.example.com", "https://ghe-\u03c3.example.com"),
    ("a URL and none", "https://ghe.example.com", None),
]


@pytest.mark.parametrize(("one", "other"), [pair[1:] for pair in SAME], ids=[pair[0] for pair in SAME])
def test_spellings_of_one_url_are_equal(one, other):
    assert urls.normalize(one) == urls.normalize(other)


@pytest.mark.parametrize(("one", "other"), [pair[1:] for pair in DIFFERENT], ids=[pair[0] for pair in DIFFERENT])
def test_different_urls_stay_different(one, other):
    assert urls.normalize(one) != urls.normalize(other)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://GHE.Example.com:443/Path/", "https://ghe.example.com/Path"),
        ("http://GHE.example.com:8080", "http://ghe.example.com:8080"),
        ("https://[2001:DB8::A]:8443/", "https://[2001:db8::a]:8443"),
        ("https://BÜCHER.example.com/Ä/", "https://xn--bcher-kva.example.com/Ä"),
        # longer than a name can be in the form in which it travels
        (f"https://{'Ü' * 64}.example.com/", f"https://{'ü' * 64}.example.com"),
        ("https://ghe.example.com/%e2%80%ae%c3", "https://ghe.example.com/%E2%80%AE%C3"),
        ("https://ghe.example.com/a?b=C", "https://ghe.example.com/a?b=C"),
        ("", None),
        (None, None),
    ],
)
def test_normal_form(url, normal):
    assert urls.normalize(url) == normal


@pytest.mark.parametrize(
    ("garbage", "normal"),
    [
        ("ghe.example.com", "ghe.example.com"),
        ("GHE.example.com:443/", "GHE.example.com:443"),
        ("https://ghe.example.com:port", "https://ghe.example.com:port"),
        ("https://a b/", "https://a b"),
        ("not a URL", "not a URL"),
        ("/path", "/path"),
        ("FTP://GHE.example.com/", "FTP://GHE.example.com"),
        ("https://-GHE.example.com/", "https://-GHE.example.com"),
    ],
)
def test_a_malformed_url_in_an_answer_equals_only_itself(garbage, normal):
    assert urls.normalize(garbage) == normal


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (" https://GHE.example.com:443/Path/ ", "https://GHE.example.com:443/Path"),
        ("https://ghe.example.com//", "https://ghe.example.com"),
        ("https://ghe.example.com", "https://ghe.example.com"),
        ("  ", ""),
    ],
)
def test_clean_keeps_what_was_written_but_for_white_space_and_final_slashes(written, meant):
    assert urls.clean(written) == meant


@pytest.mark.parametrize(
    ("url", "scheme", "netloc", "path"),
    [
        ("https://ghe.example.com", "https", "ghe.example.com", ""),
        ("http://localhost:8080/git", "http", "localhost:8080", "/git"),
        ("https://[2001:db8::a]:8443", "https", "[2001:db8::a]:8443", ""),
        ("https://10.0.0.7", "https", "10.0.0.7", ""),
        ("https://vcs_1.example.com", "https", "vcs_1.example.com", ""),
        ("https://bücher.example.com", "https", "bücher.example.com", ""),
    ],
)
def test_parse_takes_http_and_https_urls(url, scheme, netloc, path):
    parts = urls.parse(url, "http_url")
    assert (parts.scheme, parts.netloc, parts.path) == (scheme, netloc, path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ghe.example.com",
        "ghe.example.com:8443",
        "//ghe.example.com",
        "/ghe.example.com",
        "https:ghe.example.com",
        "https:/ghe.example.com",
        "https://",
        "https:///path",
        "https://:8443",
        "https://ghe.example.com:port",
        "https://ghe.example.com:99999",
        "https://ghe.example.com:-1",
        "https://ghe .example.com",
        "https://ghe.example.com/a path",
        "https://ghe.exam\nple.com",
        "https://ghe.exam\tple.com",
        "https://ghe.example.com\r\nHost: other.example.com",
        "https://ghe.example.com/\x00",
        "https://ghe.example.com\x7f",
        "https://ghe.example.com\\@other.example.com",
        "https://.example.com",
        "https://ghe..example.com",
        "https://-ghe.example.com",
        "https://ghe-.example.com",
        "https://ghe.example.com,other.example.com",
        "https://[2001:db8::a",
        "https://2001:db8::a",
        "ftp://ghe.example.com",
        "ssh://git@ghe.example.com",
        "git@ghe.example.com:acme/app.git",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://ghe.example.com?tab=1",
        "https://ghe.example.com/path#part",
    ],
)
def test_parse_refuses_malformed_urls_and_names_the_option(url):
    with pytest.raises(InvalidArgument, match="api_url") as raised:
        urls.parse(url, "api_url")
    assert raised.value.code == "invalid_argument"


@pytest.mark.parametrize(
    "url",
    [
        "https://a-user:a-password@ghe.example.com",
        "https://a-user@ghe.example.com",
        "https://a-user:a-password@ghe.example.com:8443/path",
        "https://a-user:a-password@",
        "https://a-user:a-password@ghe .example.com",
        "https://a-user:a-password@ghe.example.com:port",
        "https://a-user:a-pass@word@ghe.example.com",
        "ftp://a-user:a-password@ghe.example.com",
        "https://ghe.example.com?token=a-password&by=a-user",
        "https://ghe.example.com#a-password",
    ],
)
def test_credentials_in_a_url_are_refused_and_never_repeated(url):
    for refuse in (lambda: urls.parse(url, "http_url"), lambda: urls.api_address(url, "option tfe_address")):
        with pytest.raises(InvalidArgument) as raised:
            refuse()
        assert "a-user" not in raised.value.message
        assert "a-pass" not in raised.value.message


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://GHE.Example.com:8443/path", "ghe.example.com"),
        ("https://[2001:DB8::A]:8443", "2001:db8::a"),
        ("https://BÜCHER.example.com", "xn--bcher-kva.example.com"),
        ("https://a-user:a-password@ghe.example.com", "ghe.example.com"),
        ("ghe.example.com", ""),
        ("https://ghe.exam\nple.com", ""),
        ("", ""),
    ],
)
def test_hostname(url, host):
    assert urls.hostname(url) == host


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://GHE.example.com:443/", "ghe.example.com"),
        ("http://ado.example.com:8080/tfs/", "ado.example.com:8080/tfs"),
        ("https://a-user:a-password@ghe.example.com/x", "ghe.example.com/x"),
        ("", ""),
    ],
)
def test_labels_have_host_port_and_path_and_no_credentials(url, label):
    assert urls.without_scheme(url) == label


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("tfe.example.com", "https://tfe.example.com"),
        ("tfe.example.com/", "https://tfe.example.com"),
        ("https://tfe.example.com", "https://tfe.example.com"),
        ("https://tfe.example.com/", "https://tfe.example.com"),
        ("https://tfe.example.com//", "https://tfe.example.com"),
        ("https://tfe.example.com/api/v2", "https://tfe.example.com"),
        ("https://tfe.example.com/api/v2/", "https://tfe.example.com"),
        ("tfe.example.com/api/v2", "https://tfe.example.com"),
        ("tfe.example.com/api/v2/", "https://tfe.example.com"),
        ("HTTPS://TFE.Example.com/api/v2", "https://tfe.example.com"),
        ("TFE.example.com", "https://tfe.example.com"),
        ("  https://tfe.example.com\n", "https://tfe.example.com"),
        ("tfe.example.com:8443", "https://tfe.example.com:8443"),
        ("tfe.example.com:443", "https://tfe.example.com"),
        ("https://tfe.example.com:443/api/v2", "https://tfe.example.com"),
        ("https://tfe.example.com:8443/api/v2/", "https://tfe.example.com:8443"),
        ("http://tfe.example.com", "http://tfe.example.com"),
        ("http://tfe.example.com:80", "http://tfe.example.com"),
        ("http://tfe.example.com:443", "http://tfe.example.com:443"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("localhost:8765", "https://localhost:8765"),
        ("localhost", "https://localhost"),
        ("https://example.com/Terraform", "https://example.com/Terraform"),
        ("example.com/Terraform/api/v2", "https://example.com/Terraform"),
        ("https://example.com/Terraform/api/v2/", "https://example.com/Terraform"),
        ("https://example.com/my-api/v2", "https://example.com/my-api/v2"),
        ("https://[2001:DB8::A]", "https://[2001:db8::a]"),
        ("[2001:db8::a]:8443", "https://[2001:db8::a]:8443"),
        ("tfe.bücher.example.com", "https://tfe.xn--bcher-kva.example.com"),
        ("https://app.eu.terraform.io", "https://app.eu.terraform.io"),
        # Hosts that are named like a scheme, or begin like one, are hosts.
        ("https.example.com", "https://https.example.com"),
        ("https-proxy:8443", "https://https-proxy:8443"),
    ],
)
def test_every_spelling_of_the_api_address(text, base):
    assert urls.api_address(text, "option tfe_address").base == base


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "/",
        "https://",
        "https:///",
        "https:///api/v2",
        "https:tfe.example.com",
        "https:/tfe.example.com",
        "https//tfe.example.com",
        "http//tfe.example.com",
        "https",
        "://tfe.example.com",
        "//tfe.example.com",
        "/api/v2",
        ":8443",
        "tfe.example.com:port",
        "tfe.example.com:99999",
        "tfe.example.com:8443:8443",
        "https://https://tfe.example.com",
        "https://http://tfe.example.com",
        "https://tfe.example.com, https://tfe2.example.com",
        "tfe.example.com,tfe2.example.com",
        "tfe.example.com tfe2.example.com",
        "tfe.exam\nple.com",
        "tfe.exam\x00ple.com",
        "tfe.example.com\\api\\v2",
        ".example.com",
        "tfe..example.com",
        "-tfe.example.com",
        "2001:db8::a",
        "[2001:db8::a",
        "ftp://tfe.example.com",
        "ssh://tfe.example.com",
        "a-user:a-password@tfe.example.com",
        "https://a-user@tfe.example.com",
        "https://tfe.example.com?x=1",
        "https://tfe.example.com/api/v2#part",
        "tfe.example.com//api/v2",
        "https://example.com/a//b",
        "{{ tfe_address }}",
        "<tfe.example.com>",
        "$TFE_ADDRESS",
        '"tfe.example.com"',
    ],
)
def test_a_malformed_address_is_an_error_that_names_its_source_and_never_another_host(text):
    with pytest.raises(InvalidArgument, match="environment variable TFE_ADDRESS") as raised:
        urls.api_address(text, "environment variable TFE_ADDRESS")
    assert "app.terraform.io" not in raised.value.message


@pytest.mark.parametrize(
    ("text", "scheme", "hostname", "host"),
    [
        ("tfe.example.com", "https", "tfe.example.com", "tfe.example.com"),
        ("HTTP://TFE.example.com:8080/x", "http", "tfe.example.com", "tfe.example.com:8080"),
        ("https://tfe.example.com:443", "https", "tfe.example.com", "tfe.example.com"),
        ("https://[2001:db8::a]:8443", "https", "2001:db8::a", "[2001:db8::a]:8443"),
        ("bücher.example.com", "https", "xn--bcher-kva.example.com", "xn--bcher-kva.example.com"),
    ],
)
def test_the_address_tells_scheme_and_host_with_and_without_port(text, scheme, hostname, host):
    address = urls.api_address(text, "option tfe_address")
    assert (address.scheme, address.hostname, address.host) == (scheme, hostname, host)


@pytest.mark.parametrize(
    "text",
    [
        "tfe.example.com",
        "http://TFE.example.com:8080/Terraform/api/v2/",
        "https://[2001:db8::a]:8443",
        "bücher.example.com",
        "https://example.com/api/v2/api/v2",
    ],
)
def test_the_base_of_an_address_is_an_address_of_its_own(text):
    address = urls.api_address(text, "option tfe_address")
    assert urls.api_address(address.base, "option tfe_address") == address


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("127.evil.example.com", False),
        ("localhost.example.com", False),
        ("10.0.0.1", False),
        ("128.0.0.1", False),
        ("::2", False),
    ],
)
def test_what_is_this_machine(host, loopback):
    assert urls.is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://ghe.example.com/api/v3/", "https://ghe.example.com"),
        ("HTTPS://GHE.example.com.:443", "https://ghe.example.com"),
        ("http://ghe.example.com:8080/?x=1#part", "http://ghe.example.com:8080"),
        ("https://a-user:a-password@ghe.example.com:8443/", "https://ghe.example.com:8443"),
        ("https://[2001:0DB8::A]:443/api", "https://[2001:db8::a]"),
        *(
            (text, "")
            for text in ("", "ghe.example.com", "ftp://ghe.example.com", "https://[x", "https://a b/", "/api")
        ),
    ],
)
def test_the_origin_of_a_url(url, origin):
    assert urls.origin(url) == origin


@pytest.mark.parametrize(
    ("text", "url"),
    [(None, None), ("", None), (" \n", None), (" https://ghe.example.com// ", "https://ghe.example.com")],
)
def test_a_url_of_an_option_that_can_be_omitted(text, url):
    assert urls.optional(text, "http_url") == url


def test_a_malformed_url_of_an_option_that_can_be_omitted():
    with pytest.raises(InvalidArgument, match="http_url is not a valid URL"):
        urls.optional("ghe.example.com", "http_url")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://bot:something@vcs.example.com/scm", "https://vcs.example.com/scm"),
        ("https://bot@vcs.example.com", "https://vcs.example.com"),
        ("https://vcs.example.com/?private_token=something", "https://vcs.example.com/"),
        ("https://vcs.example.com/#something", "https://vcs.example.com/"),
        ("https://bot:some/thing@vcs.example.com", "https://vcs.example.com"),
        ("bot:something@vcs.example.com", "vcs.example.com"),
        ("https://bot:some?thing@vcs.example.com", None),
        ("https://vcs.example.com/?private_token=some@thing", None),
        ("https://vcs.example.com:8443/scm", "https://vcs.example.com:8443/scm"),
        ("GitHub of team A: bot@acme?", "GitHub of team A: bot@acme?"),
        ("", ""),
    ],
)
def test_what_can_be_a_secret_is_left_out_of_a_url(given, shown):
    assert urls.without_credentials(given) == shown
