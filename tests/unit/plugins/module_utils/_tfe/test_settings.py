# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where address, API token, organization and transport settings come from, and in which order."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument, TokenMissing
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe import settings

HOST = "tfe-prod.corp.example.com"
#: TF_TOKEN_<HOST> in Terraform's encoding.
VARIABLE = "TF_TOKEN_tfe__prod_corp_example_com"
#: All sources of the API token, in their order.
SOURCES = ("option tfe_token", "TFE_TOKEN", VARIABLE, "TF_TOKEN", "credentials.tfrc.json")


def write_credentials(home, content):
    folder = home / ".terraform.d"
    folder.mkdir()
    path = folder / "credentials.tfrc.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def credentials(**hosts):
    return {"credentials": {host.replace("_", "."): {"token": token} for host, token in hosts.items()}}


def resolve(params=None, environ=None, home=None, token="a-tfe-token"):
    """The settings, of a task that sets the API token unless a test is about tokens."""
    given = {"tfe_token": token, **(params or {})}
    return settings.resolve_settings(given, environ or {}, str(home) if home else None)


# -- the API token


def place_tokens(home, sources):
    """Put a token that tells its source into each of these sources."""
    params, environ = {"tfe_address": HOST, "tfe_token": None}, {}
    for source in sources:
        token = f"token-of-{source.replace(' ', '-')}"
        if source == "option tfe_token":
            params["tfe_token"] = token
        elif source == "credentials.tfrc.json":
            write_credentials(home, {"credentials": {HOST: {"token": token}}})
        else:
            environ[source] = token
    return params, environ


@pytest.mark.parametrize(
    "sources", [chosen for size in range(1, 6) for chosen in combinations(SOURCES, size)], ids=", ".join
)
def test_the_first_source_that_has_a_token_is_taken(sources, tmp_path):
    params, environ = place_tokens(tmp_path, sources)
    found = settings.resolve_settings(params, environ, str(tmp_path))
    assert found.token == f"token-of-{sources[0].replace(' ', '-')}"
    assert found.token_source.endswith(sources[0])


@pytest.mark.parametrize("empty", ["", " ", "\n"], ids=ascii)
@pytest.mark.parametrize("source", SOURCES[:-1])
def test_a_source_with_an_empty_token_is_passed_over(source, empty, tmp_path):
    params, environ = place_tokens(tmp_path, SOURCES)
    (params if source == "option tfe_token" else environ)[source.replace("option ", "")] = empty
    expected = SOURCES[1] if source == SOURCES[0] else SOURCES[0]
    assert settings.resolve_settings(params, environ, str(tmp_path)).token_source.endswith(expected)
    if source != SOURCES[0]:
        for earlier in SOURCES[: SOURCES.index(source)]:
            environ.pop(earlier, None)
        params["tfe_token"] = None
        expected = SOURCES[SOURCES.index(source) + 1]
        assert settings.resolve_settings(params, environ, str(tmp_path)).token_source.endswith(expected)


def test_a_token_loses_the_white_space_around_it(tmp_path):
    write_credentials(tmp_path, credentials(app_terraform_io="a-tfe-token\n"))
    assert resolve(token=" a-tfe-token\r\n").token == "a-tfe-token"
    assert resolve(token=None, environ={"TFE_TOKEN": "a-tfe-token\n"}).token == "a-tfe-token"
    assert resolve(token=None, home=tmp_path).token == "a-tfe-token"


@pytest.mark.parametrize(
    ("address", "variable"),
    [
        (None, "TF_TOKEN_app_terraform_io"),
        ("app.eu.terraform.io", "TF_TOKEN_app_eu_terraform_io"),
        (HOST, VARIABLE),
        # a literal hyphen, where the shell allows it
        (HOST, "TF_TOKEN_tfe-prod_corp_example_com"),
        (HOST.upper(), VARIABLE),
        (HOST, "TF_TOKEN_TFE__PROD_CORP_EXAMPLE_COM"),
        (f"https://{HOST}:8443/prefix/api/v2", VARIABLE),
        ("http://localhost:8765", "TF_TOKEN_localhost"),
        ("127.0.0.1", "TF_TOKEN_127_0_0_1"),
        ("a--b.example.com", "TF_TOKEN_a____b_example_com"),
        # punycode, and the name that is written so
        ("bücher.example.com", "TF_TOKEN_xn____bcher__kva_example_com"),
        ("xn--bcher-kva.example.com", "TF_TOKEN_xn--bcher-kva_example_com"),
    ],
)
def test_the_variable_of_a_host_is_found_in_terraforms_encoding(address, variable):
    settings = resolve({"tfe_address": address}, {variable: "a-host-token", "TF_TOKEN": "another"}, token=None)
    assert settings.token == "a-host-token"
    assert settings.token_source == f"environment variable {variable}"


@pytest.mark.parametrize(
    "variable",
    [
        "TF_TOKEN_app_terraform_io",
        "TF_TOKEN_",
        "TF_TOKEN_tfe_prod_corp_example_com",
        "TF_TOKEN_tfe__prod__corp__example__com",
        "TF_TOKEN_corp_example_com",
        "TF_TOKEN_x_tfe__prod_corp_example_com",
        "tf_token_tfe__prod_corp_example_com",
        "XTF_TOKEN_tfe__prod_corp_example_com",
    ],
)
def test_the_variable_of_another_host_is_never_taken(variable):
    with pytest.raises(TokenMissing):
        resolve({"tfe_address": HOST}, {variable: "a-token-of-another-host"}, token=None)


@pytest.mark.parametrize(
    ("address", "content", "found"),
    [
        (None, credentials(app_terraform_io="a-tfe-token"), True),
        (None, credentials(App_Terraform_IO="a-tfe-token"), True),
        (None, credentials(tfe_example_com="another", app_terraform_io="a-tfe-token"), True),
        (None, credentials(tfe_example_com="another"), False),
        (None, credentials(terraform_io="another"), False),
        ("https://TFE.example.com/api/v2", credentials(tfe_example_com="a-tfe-token"), True),
        # With a port: its own entry, else that of the host.
        ("tfe.example.com:8443", {"credentials": {"tfe.example.com:8443": {"token": "a-tfe-token"}}}, True),
        (
            "tfe.example.com:8443",
            {
                "credentials": {
                    "tfe.example.com": {"token": "another"},
                    "tfe.example.com:8443": {"token": "a-tfe-token"},
                }
            },
            True,
        ),
        ("tfe.example.com:8443", credentials(tfe_example_com="a-tfe-token"), True),
        ("tfe.example.com:8443", {"credentials": {"tfe.example.com:9443": {"token": "another"}}}, False),
        ("tfe.example.com", {"credentials": {"tfe.example.com:8443": {"token": "another"}}}, False),
        # Broken, or of another shape.
        (None, "", False),
        (None, "{", False),
        (None, "[]", False),
        (None, "null", False),
        (None, '"text"', False),
        (None, "\x00", False),
        (None, {}, False),
        (None, {"credentials": None}, False),
        (None, {"credentials": []}, False),
        (None, {"credentials": {"app.terraform.io": None}}, False),
        (None, {"credentials": {"app.terraform.io": "a-tfe-token"}}, False),
        (None, {"credentials": {"app.terraform.io": []}}, False),
        (None, {"credentials": {"app.terraform.io": {}}}, False),
        (None, {"credentials": {"app.terraform.io": {"token": None}}}, False),
        (None, {"credentials": {"app.terraform.io": {"token": 12345678}}}, False),
        (None, {"credentials": {"app.terraform.io": {"token": ["a-tfe-token"]}}}, False),
        (None, {"credentials": {"app.terraform.io": {"token": ""}}}, False),
        # As an administrator may have written it.
        (None, 'credentials "app.terraform.io" {\n  token = "a-tfe-token"\n}', True),
        # As programs of Windows may have written it.
        (None, '\ufeffcredentials "app.terraform.io" {\r\n  token = "a-tfe-token"\r\n}\r\n', True),
        (None, "\ufeff" + json.dumps(credentials(app_terraform_io="a-tfe-token")), True),
    ],
)
def test_the_token_of_terraform_login(address, content, found, tmp_path):
    path = write_credentials(tmp_path, content)
    if not found:
        with pytest.raises(TokenMissing) as raised:
            resolve({"tfe_address": address}, home=tmp_path, token=None)
        assert str(path) in raised.value.message
        return
    settings = resolve({"tfe_address": address}, home=tmp_path, token=None)
    assert (settings.token, settings.token_source) == ("a-tfe-token", str(path))


def test_a_credentials_file_that_is_no_text_has_no_token(tmp_path):
    write_credentials(tmp_path, "").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TokenMissing):
        resolve(home=tmp_path, token=None)


def test_a_credentials_file_that_is_a_folder_has_no_token(tmp_path):
    (tmp_path / ".terraform.d" / "credentials.tfrc.json").mkdir(parents=True)
    with pytest.raises(TokenMissing):
        resolve(home=tmp_path, token=None)


@pytest.mark.parametrize("has_home", [True, False])
def test_a_missing_token_says_where_it_was_looked_for_and_what_to_do(has_home, tmp_path):
    with pytest.raises(TokenMissing) as raised:
        resolve({"tfe_address": f"{HOST}:8443"}, {"TFE_TOKEN": ""}, tmp_path if has_home else None, token=None)
    message = raised.value.message
    words = [
        f"{HOST}:8443",
        "tfe_token",
        "TFE_TOKEN",
        VARIABLE,
        "TF_TOKEN",
        "terraform login",
        "delegate_to: localhost",
    ]
    assert [word for word in words if word not in message] == []
    assert (str(tmp_path / ".terraform.d" / "credentials.tfrc.json") in message) is has_home
    assert raised.value.code == "token_missing"


@pytest.mark.parametrize("source", SOURCES)
def test_a_malformed_token_is_an_error_that_names_its_source_and_not_its_value(source, tmp_path):
    bad = "a-tfe-token\nwith more lines"
    params, environ = place_tokens(tmp_path, SOURCES[SOURCES.index(source) + 1 : -1])
    if source == "option tfe_token":
        params["tfe_token"] = bad
    elif source == "credentials.tfrc.json":
        write_credentials(tmp_path, {"credentials": {HOST: {"token": bad}}})
    else:
        environ[source] = bad
    with pytest.raises(InvalidArgument) as raised:
        settings.resolve_settings(params, environ, str(tmp_path))
    assert source in raised.value.message
    assert "a-tfe-token" not in raised.value.message
    assert "more lines" not in raised.value.message


@pytest.mark.parametrize("placeholder", ["${TFE_TOKEN}", "$(TFE_TOKEN)", "<your-token>", "********", '"a-tfe-token"'])
@pytest.mark.parametrize("source", ["option tfe_token", "TFE_TOKEN"])
def test_a_variable_that_was_not_expanded_is_never_sent_as_the_token(source, placeholder):
    params, environ = ({"tfe_token": placeholder}, {}) if source == "option tfe_token" else ({}, {source: placeholder})
    with pytest.raises(InvalidArgument, match="It was not sent") as raised:
        resolve(params, environ, token=None)
    assert source in raised.value.message
    assert placeholder.strip('"') not in raised.value.message


@pytest.mark.parametrize(("token", "issuer"), [("ghp_" + "x" * 36, "GitHub"), ("glpat-" + "x" * 20, "GitLab")])
@pytest.mark.parametrize("source", ["option tfe_token", "TFE_TOKEN"])
def test_a_token_of_a_vcs_provider_is_never_sent_as_the_api_token(source, token, issuer):
    params, environ = ({"tfe_token": token}, {}) if source == "option tfe_token" else ({}, {source: token})
    with pytest.raises(InvalidArgument, match=f"{source} is a token of {issuer}, not an API token") as raised:
        resolve(params, environ, token=None)
    assert token not in raised.value.message


def test_the_token_does_not_show_in_the_settings():
    assert "a-tfe-token" not in repr(resolve())
    assert "a-tfe-token" not in str(resolve())


# -- the address


@pytest.mark.parametrize(
    ("option", "environ", "base"),
    [
        (
            "option.example.com",
            {"TFE_ADDRESS": "a.example.com", "TFE_HOSTNAME": "b.example.com", "TF_HOSTNAME": "c.example.com"},
            "https://option.example.com",
        ),
        (
            None,
            {"TFE_ADDRESS": "a.example.com", "TFE_HOSTNAME": "b.example.com", "TF_HOSTNAME": "c.example.com"},
            "https://a.example.com",
        ),
        (None, {"TFE_HOSTNAME": "b.example.com", "TF_HOSTNAME": "c.example.com"}, "https://b.example.com"),
        (None, {"TF_HOSTNAME": "c.example.com"}, "https://c.example.com"),
        (None, {"TFE_ADDRESS": "", "TFE_HOSTNAME": "", "TF_HOSTNAME": "c.example.com"}, "https://c.example.com"),
        (None, {"TFE_ADDRESS": "http://a.example.com:8080/api/v2/"}, "http://a.example.com:8080"),
        (None, {"TFE_HOSTNAME": "https://b.example.com/"}, "https://b.example.com"),
        (None, {}, "https://app.terraform.io"),
    ],
)
def test_address(option, environ, base):
    assert resolve({"tfe_address": option}, environ).address.base == base


@pytest.mark.parametrize(
    "malformed", ["https://", "tfe example", "https//tfe.example.com", " ", "tfe.example.com:port"]
)
@pytest.mark.parametrize("source", ["option tfe_address", "TFE_ADDRESS", "TFE_HOSTNAME", "TF_HOSTNAME"])
def test_a_malformed_address_names_its_source_and_never_falls_through_to_another(source, malformed):
    good = {"TFE_ADDRESS": "a.example.com", "TFE_HOSTNAME": "b.example.com", "TF_HOSTNAME": "c.example.com"}
    names = list(good)
    if source == "option tfe_address":
        params, environ = {"tfe_address": malformed}, good
    else:
        below = names[names.index(source) + 1 :]
        params, environ = {}, {source: malformed, **{name: good[name] for name in below}}
    with pytest.raises(InvalidArgument) as raised:
        resolve(params, environ)
    assert source in raised.value.message
    assert raised.value.code == "invalid_argument"


def test_an_empty_address_in_the_task_is_malformed():
    with pytest.raises(InvalidArgument, match="option tfe_address"):
        resolve({"tfe_address": ""}, {"TFE_ADDRESS": "a.example.com"})


def test_the_token_of_the_saas_host_is_not_sent_to_another_address(tmp_path):
    write_credentials(tmp_path, credentials(app_terraform_io="a-saas-token"))
    with pytest.raises(TokenMissing):
        resolve({"tfe_address": HOST}, {"TF_TOKEN_app_terraform_io": "a-saas-token"}, tmp_path, token=None)


# -- the organization


@pytest.mark.parametrize(
    ("given", "environ", "name"),
    [
        ("acme", {}, "acme"),
        ("acme", {"TFE_ORGANIZATION": "beta"}, "acme"),
        (None, {"TFE_ORGANIZATION": "beta"}, "beta"),
        ("", {"TFE_ORGANIZATION": "beta"}, "beta"),
        (" acme\n", {}, "acme"),
        (None, {"TFE_ORGANIZATION": "beta\n"}, "beta"),
        ("ACME_1-x", {}, "ACME_1-x"),
    ],
)
def test_organization(given, environ, name):
    assert settings.resolve_organization(given, environ) == name


@pytest.mark.parametrize(
    ("given", "environ"),
    [(None, {}), ("", {}), (" ", {}), (None, {"TFE_ORGANIZATION": ""}), (None, {"TFE_ORGANIZATION": " \n"})],
)
def test_a_missing_organization_names_the_option_and_the_variable(given, environ):
    with pytest.raises(InvalidArgument, match="TFE_ORGANIZATION") as raised:
        settings.resolve_organization(given, environ)
    assert raised.value.message.startswith("organization ")


@pytest.mark.parametrize(
    "name", ["acme/../beta", "ac me", "ac\nme", "ac\tme", "ac\x00me", "ac\u200bme", "https://acme"]
)
@pytest.mark.parametrize("source", ["option", "variable"])
def test_what_cannot_be_the_name_of_an_organization_is_refused(name, source):
    with pytest.raises(InvalidArgument, match="organization"):
        settings.resolve_organization(*((name, {}) if source == "option" else (None, {"TFE_ORGANIZATION": name})))


@pytest.mark.parametrize("variable", ["TFE_ORGANIZATION", "TFE_ADDRESS", "TFE_CLIENT_CERT", "TFE_CLIENT_KEY"])
def test_a_secret_in_a_variable_that_is_not_secret_is_refused_without_being_shown(variable):
    secret = "-----BEGIN PRIVATE KEY-----" if "CLIENT" in variable else "ghp_" + "x" * 36
    with pytest.raises(InvalidArgument, match=f"^environment variable {variable} holds a") as raised:
        settings.resolve_organization(None, {variable: secret}) if "ORG" in variable else resolve(
            {}, {variable: secret}
        )
    assert secret not in raised.value.message


# -- transport


def test_defaults():
    settings = resolve()
    assert (settings.timeout, settings.max_retries, settings.verify_tls) == (30.0, 5, True)
    assert (settings.ca_bundle, settings.proxies) == (None, None)


@pytest.mark.parametrize(
    ("option", "given", "environ", "attribute", "value"),
    [
        ("tfe_timeout", 7.5, {"TFE_TIMEOUT": "9"}, "timeout", 7.5),
        ("tfe_timeout", None, {"TFE_TIMEOUT": "9.5"}, "timeout", 9.5),
        ("tfe_timeout", None, {"TFE_TIMEOUT": ""}, "timeout", 30.0),
        ("tfe_timeout", 86400.0, {}, "timeout", 86400.0),
        ("tfe_max_retries", 0, {"TFE_MAX_RETRIES": "9"}, "max_retries", 0),
        ("tfe_max_retries", None, {"TFE_MAX_RETRIES": "9"}, "max_retries", 9),
        ("tfe_max_retries", None, {"TFE_MAX_RETRIES": "0"}, "max_retries", 0),
        ("tfe_max_retries", None, {"TFE_MAX_RETRIES": ""}, "max_retries", 5),
        ("tfe_verify_tls", False, {"TFE_VERIFY_TLS": "true"}, "verify_tls", False),
        ("tfe_verify_tls", True, {"TFE_VERIFY_TLS": "false"}, "verify_tls", True),
        ("tfe_verify_tls", None, {"TFE_VERIFY_TLS": ""}, "verify_tls", True),
        *(
            ("tfe_verify_tls", None, {"TFE_VERIFY_TLS": text}, "verify_tls", value)
            for value, texts in {
                False: ["false", "False", "0", "no", "off", "f", "n", " FALSE\n"],
                True: ["true", "1"],
            }.items()
            for text in texts
        ),
        ("tfe_proxies", "http://a.example.com:3128", {"TFE_PROXIES": "b"}, "proxies", "http://a.example.com:3128"),
        ("tfe_proxies", "", {"TFE_PROXIES": "http://b.example.com:3128"}, "proxies", ""),
        ("tfe_proxies", None, {"TFE_PROXIES": "http://b.example.com:3128"}, "proxies", "http://b.example.com:3128"),
        ("tfe_proxies", None, {"TFE_PROXIES": ""}, "proxies", ""),
        ("tfe_proxies", None, {"https_proxy": "http://c.example.com:3128"}, "proxies", None),
    ],
)
def test_the_option_comes_before_the_variable_and_that_before_the_default(option, given, environ, attribute, value):
    found = getattr(resolve({option: given}, environ), attribute)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("tfe_timeout", "0"),
        ("tfe_timeout", "-1"),
        ("tfe_timeout", "86401"),
        ("tfe_timeout", "nan"),
        ("tfe_timeout", "inf"),
        ("tfe_timeout", "30 s"),
        ("tfe_max_retries", "-1"),
        ("tfe_max_retries", "86401"),
        ("tfe_max_retries", "2.5"),
        ("tfe_max_retries", "many"),
        ("tfe_verify_tls", "maybe"),
        ("tfe_verify_tls", "2"),
    ],
)
def test_a_malformed_variable_is_an_error_that_names_it(option, value):
    with pytest.raises(InvalidArgument, match=f"environment variable {option.upper()} must be"):
        resolve({option: None}, {option.upper(): value})


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("tfe_timeout", 0.0),
        ("tfe_timeout", -1.0),
        ("tfe_timeout", float("inf")),
        ("tfe_timeout", float("nan")),
        ("tfe_max_retries", -1),
    ],
)
def test_a_number_out_of_bounds_in_the_task_is_an_error_that_names_the_option(option, value):
    with pytest.raises(InvalidArgument, match=f"option {option} must be"):
        resolve({option: value}, {option.upper(): "1"})


# -- certificates

CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.mark.parametrize("first", range(4), ids=("option", *CA_VARIABLES))
def test_the_ca_bundle_of_the_task_comes_before_the_usual_variables_in_their_order(first, tmp_path):
    paths = {}
    for name in ("option", *CA_VARIABLES)[first:]:
        path = tmp_path / f"{name}.pem"
        path.touch()
        paths[name] = str(path)
    option = paths.pop("option", None)
    assert resolve({"tfe_ca_bundle": option}, paths).ca_bundle == (option or paths[CA_VARIABLES[first - 1]])


def test_a_missing_ca_bundle_of_the_task_is_an_error(tmp_path):
    path = tmp_path / "missing.pem"
    (tmp_path / "there.pem").touch()
    with pytest.raises(InvalidArgument, match="tfe_ca_bundle") as raised:
        resolve({"tfe_ca_bundle": str(path)}, {"SSL_CERT_FILE": str(tmp_path / "there.pem")})
    assert str(path) in raised.value.message


def test_a_missing_ca_bundle_of_a_variable_is_skipped(tmp_path):
    (tmp_path / "there.pem").touch()
    environ = {"SSL_CERT_FILE": str(tmp_path / "missing.pem"), "CURL_CA_BUNDLE": str(tmp_path / "there.pem")}
    assert resolve(environ=environ).ca_bundle == environ["CURL_CA_BUNDLE"]
    assert resolve(environ={"SSL_CERT_FILE": str(tmp_path / "missing.pem")}).ca_bundle is None


def test_the_environment_of_the_process_is_not_looked_at(monkeypatch, tmp_path):
    (tmp_path / "there.pem").touch()
    for name in CA_VARIABLES:
        monkeypatch.setenv(name, str(tmp_path / "there.pem"))
    monkeypatch.setenv("TFE_ADDRESS", "other.example.com")
    monkeypatch.setenv("TFE_TOKEN", "another-token")
    settings = resolve()
    assert settings.address.base == "https://app.terraform.io"
    assert (settings.token, settings.ca_bundle) == ("a-tfe-token", None)
