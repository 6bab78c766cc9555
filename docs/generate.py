# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the documentation of shared options into every file that needs it.

    python docs/generate.py

Texts come from docs/options.yml; types, choices, defaults and aliases from the argument specs; the VCS providers from
their catalogue; the environment variables of their tokens from the role. Each place is a region between two comments:

    # <generated NAME>
    # </generated NAME>

NAME is a key of REGIONS. In Markdown, the comments are <!-- generated NAME --> and <!-- /generated NAME -->. Doc
fragments hold literal text, because editors read it without running Python.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from utils.collection_path import collections_path  # noqa: E402 - found by the line above

sys.path.insert(0, str(collections_path()))

MODULE_UTILS = "ansible_collections.hcptf.vcs.plugins.module_utils"
WIDTH = 120
REGION = re.compile(
    r"^(?P<indent> *)(?P<start>(?:# <|<!-- )generated (?P<name>[\w-]+)(?:>| -->))\n"
    r".*?^ *(?P<end>(?:# <|<!-- )/generated (?P=name)(?:>| -->))$",
    re.MULTILINE | re.DOTALL,
)
#: Where regions can be.
SEARCHED = (
    "plugins/**/*.py",
    "roles/*/meta/argument_specs.yml",
    "roles/*/README.md",
    ".github/ISSUE_TEMPLATE/*.yml",
)
ROLE_VARIABLES = ROOT / "roles" / "vcs_connections" / "vars" / "main.yml"

Options = Mapping[str, Mapping[str, Any]]


def main() -> int:
    for file, text in stale_files().items():
        file.write_text(text, encoding="utf-8")
        print(f"wrote {file.relative_to(ROOT)}")
    return 0


def stale_files() -> dict[Path, str]:
    """The files with a region that is not up to date, and what they should contain."""
    files = [file for pattern in SEARCHED for file in sorted(ROOT.glob(pattern))]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    current = {file: REGION.sub(_region, text) for file, text in texts.items()}
    return {file: text for file, text in current.items() if text != texts[file]}


def _region(found: re.Match[str]) -> str:
    indent = found["indent"]
    body = textwrap.indent("\n".join(REGIONS[found["name"]](WIDTH - len(indent))), indent)
    return f"{indent}{found['start']}\n{body}\n{indent}{found['end']}"


# -- what regions contain, as lines of at most the given width


def connection(width: int) -> Iterator[str]:
    """The options of a task for one connection."""
    return _options(_texts("connection"), _specs("CONNECTION"), width)


def connections(width: int) -> Iterator[str]:
    """The options of each entry in a list of connections."""
    return _options(_texts("connection", path="connections[]."), _specs("CONNECTION"), width)


def settings(width: int) -> Iterator[str]:
    """How a task reaches the API."""
    return _options(_texts("settings"), _specs("TFE"), width)


def selector_of(option: str) -> Callable[[int], Iterator[str]]:
    """The suboptions of an option that selects a connection as a whole."""
    return lambda width: _options(_texts("selector", f"{option}."), _specs("SELECTOR"), width)


def role_connections(width: int) -> Iterator[str]:
    """The options of each entry in the role's list. A role's argument spec has no aliases, so they are options too."""
    path = "vcs_connections_list[]."
    texts, specs = _texts("connection", path, in_role=True), _specs("CONNECTION")
    for name, spec in specs.items():
        # vcs_connections_state is the default of every entry's state.
        kept = {key: value for key, value in spec.items() if (name, key) != ("state", "default") and key != "aliases"}
        yield from _option(name, texts[name], kept, width)
        for alias in spec.get("aliases", ()):
            text = {**texts[name], "description": [f"Another name for O({path}{name})."]}
            yield from _option(alias, text, {"type": spec["type"]}, width)


def role_settings(width: int) -> Iterator[str]:
    """The role's variables for reaching the API."""
    texts = _texts("settings", "vcs_connections_", in_role=True)
    for name, spec in _specs("TFE").items():
        kept = {key: value for key, value in spec.items() if key != "aliases"}
        yield from _option(f"vcs_connections_{name}", texts[name], kept, width)


def service_providers(_width: int) -> Iterator[str]:
    """A list of all VCS providers."""
    return (f"- {provider}" for provider in _service_providers())


def token_variables(_width: int) -> Iterator[str]:
    """A Markdown table of the environment variables that the role reads."""
    yield "| `service_provider` | environment variable |"
    yield "|---|---|"
    for variables, providers in _token_variables().items():
        names, variable = (f"`{name}`" for name in providers), (f"`{name}`" for name in variables)
        yield f"| {', '.join(names)} | {', else '.join(variable)} |"


def returned(part: str) -> Callable[[int], Iterator[str]]:
    """Return values that several modules share. What does not say when it is returned always is."""

    def lines(width: int) -> Iterator[str]:
        for name, value in _source()[part].items():
            yield f"{name}:"
            entries = {"description": value["text"], "returned": "always", **value}
            for key in ("description", "returned", "type", "elements", "sample"):
                if key in entries:
                    yield from textwrap.indent("\n".join(_entry(key, entries[key], width - 2)), "  ").splitlines()

    return lines


REGIONS: dict[str, Callable[[int], Iterable[str]]] = {
    "connection": connection,
    "connections": connections,
    "settings": settings,
    "oauth-client-view": returned("view"),
    "linked-connection": returned("linked_connection"),
    "requests": returned("requests"),
    "failure": returned("failure"),
    **{f"selector-of-{option}": selector_of(option) for option in ("connection", "from", "to")},
    "role-connections": role_connections,
    "role-settings": role_settings,
    "service-providers": service_providers,
    "token-variables": token_variables,
}


# -- sources


def _texts(part: str, path: str = "", *, in_role: bool = False) -> dict[str, dict[str, Any]]:
    """What is written about each option by hand: its description in paragraphs, and the version that added it."""
    return {
        name: {
            "description": [
                paragraph.replace("O(@", f"O({path}").replace("{token_variables}", _token_variables_text())
                for paragraph in (in_role and option.get("role")) or option["text"]
            ],
            **{key: option[key] for key in ("version_added",) if key in option},
        }
        for name, option in _source()[part].items()
    }


@cache
def _source() -> dict[str, Any]:
    source: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "options.yml").read_text(encoding="utf-8"))
    for part, spec in (("settings", "TFE"), ("connection", "CONNECTION"), ("selector", "SELECTOR")):
        if different := source[part].keys() ^ _specs(spec).keys():
            raise SystemExit(
                f"docs/options.yml ({part}) and argument_specs.{spec} differ in these options: "
                f"{', '.join(sorted(different))}. Each option needs an entry in both."
            )
    for part, shown in (
        ("view", import_module(f"{MODULE_UTILS}._model.oauth_client").public_view({}, "")),
        ("linked_connection", import_module(f"{MODULE_UTILS}._apply.select_connection").Connection((), "").public()),
    ):
        if different := source[part].keys() ^ shown.keys():
            raise SystemExit(f"docs/options.yml ({part}) and its results differ: {', '.join(sorted(different))}")
    return source


def _specs(name: str) -> Options:
    module = import_module(f"{MODULE_UTILS}._tasks.argument_specs")
    specs: Options = getattr(module, name)
    return specs


def _service_providers() -> list[str]:
    return list(import_module(f"{MODULE_UTILS}._vcs.service_providers").SERVICE_PROVIDERS)


@cache
def _token_variables() -> dict[tuple[str, ...], list[str]]:
    """The environment variables that the role reads, in order of precedence, and the providers that they are for."""
    defaults = yaml.safe_load(ROLE_VARIABLES.read_text(encoding="utf-8"))["vcs_connections__provider_defaults"]
    providers: dict[tuple[str, ...], list[str]] = {}
    for provider, options in defaults.items():
        variables = tuple(re.findall(r"'([A-Z_]+)'", options["personal_access_token"]))
        providers.setdefault(variables, []).append(provider)
    return providers


def _token_variables_text() -> str:
    return "; ".join(
        f"{', else '.join(f'E({name})' for name in variables)} for {', '.join(f'V({name})' for name in providers)}"
        for variables, providers in _token_variables().items()
    )


# -- YAML


def _options(texts: Options, specs: Options, width: int) -> Iterator[str]:
    for name, spec in specs.items():
        yield from _option(name, texts[name], spec, width)


def _option(name: str, text: Mapping[str, Any], spec: Mapping[str, Any], width: int) -> Iterator[str]:
    yield f"{name}:"
    yield "  description:"
    for paragraph in text["description"]:
        yield from textwrap.indent("\n".join(_paragraph(paragraph, width - 4)), "    ").splitlines()
    entries = {**text, **spec}
    for key in ("version_added", "type", "elements", "required", "choices", "aliases", "default"):
        if key in entries:
            yield from textwrap.indent("\n".join(_entry(key, entries[key], width - 2)), "  ").splitlines()


def _paragraph(text: str, width: int) -> list[str]:
    lines = textwrap.wrap(text, width - 2, break_long_words=False, break_on_hyphens=False)
    as_it_is = "- " + "\n  ".join(lines)
    # A colon or a hash makes a plain text something else.
    try:
        plain = yaml.safe_load(as_it_is) == [text]
    except yaml.YAMLError:
        plain = False
    return (as_it_is if plain else "- >-\n  " + "\n  ".join(lines)).splitlines()


def _entry(key: str, value: Any, width: int) -> list[str]:
    if isinstance(value, dict):
        return yaml.safe_dump({key: value}, sort_keys=False, width=width).splitlines()
    line = yaml.safe_dump({key: value}, default_flow_style=isinstance(value, list), width=1000).strip("{}\n")
    return [line] if len(line) <= width else [f"{key}:", *(f"  - {item}" for item in value)]


if __name__ == "__main__":
    sys.exit(main())
