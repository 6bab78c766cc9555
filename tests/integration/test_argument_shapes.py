# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the shape of a task's arguments, no value of a secret option, or in its place, is printed or logged.

The action plugin leaves unsound arguments to the module, so that it is enough to see what that gives and logs.
"""

from __future__ import annotations

import contextlib
import io
import json
from importlib import import_module

import hypothesis
import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from hypothesis import strategies as st

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.argument_check import find_problem
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.shown_arguments import shown_arguments
from utils.fake_keys import rsa_private_key
from utils.module_runner import PAT, PEM, RSA_PUBLIC_KEY, Recorded, with_module_args

pytest_plugins = ["utils.module_runner"]

GITHUB = {"service_provider": "github", "personal_access_token": PAT}
GHES = {"service_provider": "github_enterprise"}
SHAPES = {
    "a list in the list": ([[GITHUB]], "connections[0] is a list"),
    "a list of lists": ([[[GITHUB, GITHUB]]], "connections[0] is a list"),
    "a dictionary in place of the list": (GITHUB, "connections is a dictionary"),
    "JSON in place of the list": (json.dumps([GITHUB]), "connections is text"),
    "JSON in the list": ([json.dumps(GITHUB)], "connections[0] is text"),
    "one line in the list": ([f"service_provider=github pat={PAT}"], "connections[0] is text"),
    "a secret in the list": ([GITHUB, PAT], "connections[1] is text"),
    "a number in the list": ([GITHUB, 12345678], "connections[1] is a number"),
    "nothing in the list": ([GITHUB, None], "connections[1] is empty"),
    "a secret in place of the list": (PAT, "connections is text"),
    "a dictionary for a text": ([{**GITHUB, "pat": {"token": PAT}}], "connections[0].pat is a dictionary"),
    "a secret as a key": ([{"personal_access_token": {PAT: None}}], "personal_access_token is a dictionary"),
    "a list for a text": ([{**GITHUB, "private_key": PEM.splitlines()}], "connections[0].private_key is a list"),
    "a connection in a connection": ([{"name": GITHUB}], "connections[0].name is a dictionary"),
    "a connection as projects": ([{**GITHUB, "projects": GITHUB}], "connections[0].projects is a dictionary"),
    "connections as projects": ([{**GITHUB, "projects": [GITHUB]}], "connections[0].projects[0] is a dictionary"),
    "a connection for truth": ([{**GITHUB, "force": GITHUB}], "connections[0].force is a dictionary"),
    "an option of the whole task": (
        [{**GITHUB, "tfe_token": "fake-api-token"}],
        "Unsupported option connections[0].tfe_token. It is not an option of one connection: set it for the whole task",
    ),
    "a name that is like no other": ([{**GITHUB, "validate_certs": False}], "validate_certs. Supported are: "),
    "a misspelled option": ([{**GITHUB, "personal_acces_token": PAT}], "Did you mean personal_access_token?"),
    "a misspelled option and a wrong shape": ([{"personal_acces_token": PAT}, [PAT]], "connections[1] is a list"),
    "a misspelled option that holds more": ([{**GITHUB, "tokens": [{"a": PAT}]}], "connections[0].tokens"),
    "a secret in place of an option": ([{**GITHUB, PAT: 1}], "name is not shown"),
    "nothing that selects": ([GITHUB, {"name": "x"}], "connections[1] needs oauth_client_id or service_provider."),
    "no name to match by": ([{**GITHUB, "match_by": "url_and_name"}], "connections[0].match_by is url_and_name, which"),
    "a secret as a choice": ([{**GITHUB, "state": PAT}], "state"),
    "a secret as truth": ([{**GITHUB, "force": PAT}], "force"),
    "a secret in a name": ([{**GITHUB, "name": f"x {PAT}"}], "connections[0].name contains the value of a secret"),
    "a secret of another": (
        [GITHUB, {**GHES, "http_url": f"https://{PAT}@x.example.com"}],
        "http_url contains",
    ),
    "another secret as a choice": ([{"service_provider": "fake-pat-0001"}], "value that is not shown"),
}
ALL_SECRETS = (PAT, "fake-pat-0001", *PEM.splitlines()[1:-1])


@pytest.mark.parametrize(("connections", "words"), SHAPES.values(), ids=SHAPES)
def test_arguments_of_any_shape_are_refused_with_a_code_and_without_a_value(server, connections, words):
    text, result = outcome("oauth_clients", {"organization": "acme", "connections": connections})
    assert words in result["msg"]
    assert result["failure"] == {"code": "invalid_argument", "message": result["msg"], "status": None, "errors": []}
    assert (result["failed"], result["changed"]) == (True, False)
    assert not [secret for secret in ALL_SECRETS if secret in text]
    assert not server.sandbox.requests


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**GITHUB, "state": "presnet"}, "state must be one of present, absent, but is 'presnet'"),
        ({**GITHUB, "no_such": PAT}, "Unsupported option no_such"),
        ({**GITHUB, "github_token": PAT}, "Unsupported option github_token. Supported are: "),
        ({**GITHUB, "oauth_token_id": "ot-x"}, "Did you mean oauth_client_id?"),
        ({**GITHUB, "provider": "github"}, "Did you mean service_provider?"),
        ({**GITHUB, "url": "https://github.com"}, "Did you mean http_url or api_url?"),
        ({**GITHUB, "tfe_timeout": "soon"}, "tfe_timeout must be a number, but is 'soon'"),
        ({**GITHUB, "minimum_days": "14d"}, "minimum_days must be a whole number, but is '14d'"),
        ({**GITHUB, "minimum_days": "inf"}, "minimum_days must be a whole number, but is 'inf'"),
        (
            {**GITHUB, "tfe_max_retries": PAT},
            "tfe_max_retries must be a whole number, but is a value that is not shown",
        ),
        ({**GITHUB, "force": "perhaps"}, "force must be true or false"),
        ({"name": "x"}, "service_provider"),
        ({**GITHUB, "match_by": "url_and_name"}, "name"),
        ({**GITHUB, "tfe_token": {"token": PAT}}, "tfe_token is a dictionary"),
        ({**GITHUB, "personal_access_token": "fail"}, "shorter than 8 characters"),
        ({**GITHUB, "personal_access_token": "failed"}, "shorter than 8 characters"),
        (
            {"service_provider": "github", "pat": "$(GITHUB_PAT)", "update_secrets": "always"},
            "was not replaced by its value",
        ),
        ({"service_provider": "github", "pat": f"'{PAT}'", "update_secrets": "always"}, "quotation marks around it"),
        ({"service_provider": "github", "pat": "********", "update_secrets": "always"}, "holds a mask"),
    ],
)
def test_every_error_of_an_option_has_the_code_invalid_argument(server, options, words):
    text, result = outcome("oauth_client", {"organization": "acme", "tfe_token": "fake-token", **options})
    assert words in result["msg"]
    assert (result["failed"], result["failure"]["code"]) == (True, "invalid_argument")
    assert PAT not in text
    assert not server.sandbox.requests


@pytest.mark.usefixtures("server")
def test_options_of_a_connection_beside_the_list_belong_in_its_entries():
    text, result = outcome("oauth_clients", {"organization": "acme", **GITHUB, "connections": []})
    assert "Unsupported option service_provider. Set it in the entries of connections." in result["msg"]
    assert "Unsupported option personal_access_token. Set it in the entries of connections." in result["msg"]
    assert PAT not in text


def test_a_private_key_in_place_of_a_public_one_is_neither_sent_nor_printed_nor_logged(server):
    key = rsa_private_key("in the wrong place")
    options = {
        "service_provider": "bitbucket_data_center",
        "http_url": "https://bitbucket.example.com",
        "key": "fake-key",
        "secret": PEM,
        "rsa_public_key": key,
        "tfe_address": server.address,
        "tfe_token": "fake-token-0001",
    }
    text, result = outcome("oauth_client", {"organization": "acme", **options})
    assert result["failure"]["code"] == "invalid_argument"
    assert "rsa_public_key does not hold a public key" in result["msg"]
    assert not [line for line in (*key.splitlines()[1:-1], *ALL_SECRETS) if line in text]
    assert not server.sandbox.requests


def test_a_consumer_key_is_not_a_secret_and_damages_no_result(server):
    """The API returns it openly."""
    for key in ("oauth", "fail", "id"):
        result = server.oauth_client(
            service_provider="bitbucket_data_center",
            http_url=f"https://{key}.example.com",
            key=key,
            secret=PEM,
            rsa_public_key=RSA_PUBLIC_KEY,
            name=f"Bitbucket {key}",
        )
        assert {"oauth_client_id", "oauth_token_id", "changed"} <= set(result)
        assert result["action"] == "created", result.get("msg")


#: Made up: nobody issues such a token.
FAKE_TOKEN = "ghp_" + "x" * 36
#: What a module needs besides the option that holds the secret.
NEEDED = {
    "github_app_installation_info": {},
    "oauth_client": {"organization": "acme", "service_provider": "github"},
    "oauth_client_info": {"organization": "acme"},
    "oauth_clients": {"organization": "acme", "connections": []},
    "personal_access_token_info": {"service_provider": "github", "personal_access_token": PAT},
    "vcs_links": {"organization": "acme", "from": {"oauth_client_id": "oc-A"}, "to": {"oauth_client_id": "oc-B"}},
    "vcs_links_info": {"organization": "acme"},
}
NEEDED_IN_LISTS = {"connections": {"service_provider": "github"}, "repositories": {"from": "x", "to": "y"}}


def public_options(spec):
    """The places of all options that take any text and are not secret, and arguments with the text there."""
    for name, option in spec.items():
        if option.get("no_log") or "choices" in option or name == "rsa_public_key":
            continue
        if "options" in option:
            for place, value in public_options(option["options"]):
                if option["type"] == "list":
                    yield f"{name}[0].{place}", {name: [{**NEEDED_IN_LISTS[name], **value}]}
                else:
                    yield f"{name}.{place}", {name: value}
        elif option["type"] == "list":
            yield f"{name}[0]", {name: [FAKE_TOKEN]}
        elif option["type"] in ("str", "path"):
            yield name, {name: FAKE_TOKEN}


PUBLIC_PLACES = {
    f"{module}: {place}": (module, place, arguments)
    for module in NEEDED
    for place, arguments in public_options(getattr(argument_specs, module)()["argument_spec"])
}


@pytest.mark.parametrize(("module", "place", "arguments"), PUBLIC_PLACES.values(), ids=PUBLIC_PLACES)
def test_a_token_in_an_option_that_is_not_secret_is_neither_sent_nor_printed_nor_logged(
    server, module, place, arguments
):
    api = {} if module == "personal_access_token_info" else {"tfe_address": server.address, "tfe_token": "fake-token"}
    text, result = outcome(module, {**api, **NEEDED[module], **arguments})
    assert result["failure"]["code"] == "invalid_argument"
    assert f"{place} holds a token of GitHub" in result["msg"]
    assert FAKE_TOKEN not in text
    assert not server.sandbox.requests


@pytest.mark.parametrize(
    "url",
    [
        "https://bot:a-password-0001@x.example.com",
        "bot:a-password-0001@x.example.com",
        "https://bot:a/a-password-0001@x.example.com",
        "https://bot:a?a-password-0001@x.example.com",
        "https://x.example.com/?private_token=a-password-0001",
        "https://x.example.com/#a-password-0001",
    ],
)
@pytest.mark.parametrize("option", ["http_url", "api_url", "tfe_address"])
@pytest.mark.parametrize("many", [True, False])
def test_a_password_in_a_url_is_neither_printed_nor_logged_nor_in_a_label(server, option, url, many):
    api = {"tfe_address": server.address, "tfe_token": "fake-token", "organization": "acme"}
    connection = {**GHES, "http_url": "https://ghe.example.com"}
    if option == "tfe_address":
        api[option] = url
    else:
        connection[option] = url
    name = "oauth_clients" if many else "oauth_client"
    text, result = outcome(name, {**api, **({"connections": [connection]} if many else connection)})
    assert result["failure"]["code"] == "invalid_argument"
    assert "a-password-0001" not in text
    assert not server.sandbox.requests


def outcome(name, arguments):
    """Everything that a run of a module prints and logs, and its result."""
    module = import_module(f"ansible_collections.hcptf.vcs.plugins.modules.{name}")
    recorded, output, errors = Recorded(), io.StringIO(), io.StringIO()
    internal = {"_ansible_remote_tmp": "/tmp", "_ansible_keep_remote_files": False}
    if "inject_invocation" in PASS_VARS:  # older releases of ansible-core always return the invocation
        internal["_ansible_inject_invocation"] = True
    with (
        recorded.from_modules(),
        with_module_args({**arguments, **internal}),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
        pytest.raises(SystemExit),
    ):
        module.main()
    result = json.loads(output.getvalue())
    # ansible-core 2.22 takes these out of the result, to mask them in everything that it prints.
    result.pop("_ansible_new_secrets", None)
    shown = [json.dumps(result), errors.getvalue(), *recorded.unmasked, *recorded.warned, *recorded.logged]
    return "\n".join(shown), result


# -- any shape

SECRET = "fake/secret+in=any-place-0001"
SECRET_NAMES = ["personal_access_token", "pat", "private_key", "secret", "ssh_key", "tfe_token", "pasword", "tokens"]
TEXTS = st.sampled_from(["github", "present", "x", 1, 12345678, True, None, "", SECRET, f"{SECRET} and more"])
# What is the whole value of a public option is no secret, so deep shapes have none of these by name.
NAMES = st.sampled_from([*SECRET_NAMES, "tfe_proxies", "connections", SECRET])
ANYTHING = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4) | inner.map(json.dumps),
    max_leaves=12,
)
DICTIONARIES = st.dictionaries(NAMES, ANYTHING, max_size=4)
#: What a secret may be in where another kind of value belongs. As the whole value of another option it is a name.
MISPLACED = st.sampled_from(["x", 1, None]) | DICTIONARIES | st.lists(DICTIONARIES, min_size=1, max_size=2)
PUBLIC_NAMES = sorted(
    {name for name, option in argument_specs.CONNECTION.items() if not option.get("no_log")} - {"rsa_public_key"}
)
OPTIONS = {
    **dict.fromkeys(PUBLIC_NAMES, MISPLACED),
    **dict.fromkeys([*SECRET_NAMES, "rsa_public_key", SECRET], ANYTHING),
}
CONNECTION = st.fixed_dictionaries({}, optional=OPTIONS)
CONNECTIONS = ANYTHING | st.lists(CONNECTION | ANYTHING, max_size=3)
MALFORMED = st.fixed_dictionaries(
    {"connections": CONNECTIONS}, optional={"organization": MISPLACED, "tfe_token": ANYTHING, "tfe_proxies": ANYTHING}
)


@pytest.mark.usefixtures("clean_environment")
@hypothesis.settings(max_examples=150, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(MALFORMED)
def test_no_secret_comes_out_of_arguments_of_any_shape(arguments):
    # What is sound by chance finds no server.
    text, result = outcome("oauth_clients", {**arguments, "tfe_address": "http://127.0.0.1:9", "tfe_max_retries": 0})
    assert SECRET not in text
    assert "fake/secret" not in text
    assert "Traceback" not in text
    assert not result.get("failed") or result["failure"]["code"]


@hypothesis.settings(max_examples=300, deadline=None)
@hypothesis.given(st.fixed_dictionaries({}, optional={**OPTIONS, "connections": CONNECTIONS}))
def test_messages_and_shown_arguments_of_any_shape_hold_no_secret(arguments):
    """As the action plugin asks, before it hands a task to the module."""
    for name in ("oauth_client", "oauth_clients"):
        spec = getattr(argument_specs, name)()["argument_spec"]
        problem = find_problem(spec, arguments)
        assert SECRET not in json.dumps([problem, shown_arguments(spec, arguments)])
