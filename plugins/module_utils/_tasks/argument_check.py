# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Checks the shape of a task's arguments before ansible-core does, because its messages show unexpected values.

A list of connections inside another list, a dictionary in place of a text, an option that does not exist: all of these
may hold secrets. Messages name the place and the kind of value, never the value.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from .._base.secret_shapes import misplaced_secret
from .argument_specs import TFE
from .secret_values import can_be_secret, long_enough, secret_values

Spec = t.Mapping[str, t.Mapping[str, t.Any]]

#: A misspelled name is shown only if it cannot be a secret in place of a name.
OPTION_NAME = re.compile(r"[a-z_]{1,40}")
#: Words that are shorter than the tokens of any service provider, which have at least 20 characters, and texts that are
#: shorter than any secret.
_WORD = re.compile(r"[A-Za-z][A-Za-z_ -]{0,17}|[A-Za-z0-9_. -]{0,7}")
_MOST_PROBLEMS = 5
#: How similar, at most 1, a name must be to a misspelled one. With less, validate_certs looks like update_secrets.
_SIMILAR = 0.75
_SCALARS = {"bool": "true or false", "int": "a whole number", "float": "a number"}
_TRUTHS = {"y", "yes", "on", "1", "true", "t", "1.0", "n", "no", "off", "0", "false", "f", "0.0"}


def find_problem(spec: Spec, arguments: t.Mapping[t.Any, t.Any]) -> str | None:
    """Describe the problems of the arguments in one message without any of their values. None if there are none."""
    found = list(_problems(spec, arguments, ""))
    if not found:
        found = list(_exposed(spec, arguments))
    if not found:
        return None
    left = len(found) - _MOST_PROBLEMS
    return " ".join([*found[:_MOST_PROBLEMS], *([f"There are {left} more such problems."] if left > 0 else [])])


def _problems(spec: Spec, arguments: t.Mapping[t.Any, t.Any], path: str) -> t.Iterator[str]:
    options = by_name(spec)
    for name, value in arguments.items():
        if name in options:
            yield from misshapen(options[name], value, f"{path}{name}")
        elif not str(name).startswith("_ansible_"):
            yield _unknown(name, path, spec)


def by_name(spec: Spec) -> dict[str, t.Mapping[str, t.Any]]:
    """The options by their names and aliases."""
    return {given: option for name, option in spec.items() for given in (name, *option.get("aliases", ()))}


def _unknown(name: t.Any, path: str, spec: Spec) -> str:
    place = path.rstrip(".") or "The task"
    if not (isinstance(name, str) and OPTION_NAME.fullmatch(name)):
        return f"{place} has an unsupported option. Its name is not shown because it could be a secret."
    return f"Unsupported option {path}{name}. {_advice(name, path, spec)}"


def _advice(name: str, path: str, spec: Spec) -> str:
    """What to write instead of an option that is not supported there."""
    from difflib import get_close_matches

    if path and name in TFE:
        return (
            f"It is not an option of one connection: set it for the whole task, in the role as vcs_connections_{name}."
        )
    if "connections" in spec and name in by_name(spec["connections"].get("options", {})):
        return "Set it in the entries of connections."
    # Not the aliases: some have the name of something else, such as oauth_token for a personal access token.
    close = get_close_matches(name, spec, 1, _SIMILAR) or [each for each in spec if each.endswith(f"_{name}")]
    return f"Did you mean {' or '.join(close)}?" if close else f"Supported are: {', '.join(sorted(spec))}."


def misshapen(option: t.Mapping[str, t.Any], value: t.Any, place: str) -> t.Iterator[str]:
    """Describe what is wrong with the shape of a value, without the value."""
    if value is None or option["type"] == "raw":
        return
    if option["type"] == "list":
        yield from _misshapen_list(option, value, place)
    elif option["type"] == "dict":
        if not isinstance(value, Mapping):
            yield _wrong(place, value, "a dictionary")
            return
        if "options" in option:
            yield from _problems(option["options"], value, f"{place}.")
            return
        for item in value.values():
            if is_container(item):
                yield _wrong(f"A value of {place}", item, "text")
    else:
        yield from _misshapen_scalar(option, value, place)


def _misshapen_scalar(option: t.Mapping[str, t.Any], value: t.Any, place: str) -> t.Iterator[str]:
    if is_container(value):
        yield _wrong(place, value, _SCALARS.get(option["type"], "text"))
    elif "choices" in option and value not in option["choices"]:
        yield f"{place} must be one of {', '.join(option['choices'])}, but is {_word(value)}."
    elif not _is_of_type(option["type"], str(value).strip().lower()):
        yield f"{place} must be {_SCALARS[option['type']]}, but is {_word(value)}."


def _is_of_type(kind: str, text: str) -> bool:
    """Whether a text can be a value of the type. ansible-core may still refuse it, but does not show it then."""
    if kind == "bool":
        return text in _TRUTHS
    if kind not in _SCALARS:
        return True
    try:
        number = float(text)
    except ValueError:
        return False
    return kind == "float" or number.is_integer()


def _word(value: t.Any) -> str:
    """The value of an option that is not secret, unless it looks like a secret in the wrong place."""
    return repr(str(value)) if _WORD.fullmatch(str(value)) else "a value that is not shown because it could be a secret"


def _misshapen_list(option: t.Mapping[str, t.Any], value: t.Any, place: str) -> t.Iterator[str]:
    of_dictionaries = option.get("elements") == "dict"
    what = "a list of dictionaries" if of_dictionaries else "a list"
    if not isinstance(value, (list, tuple)):
        if of_dictionaries or isinstance(value, Mapping):
            yield _wrong(place, value, what)
        return
    for number, item in enumerate(value):
        each = f"{place}[{number}]"
        if not of_dictionaries:
            yield from _misshapen_scalar({**option, "type": option.get("elements", "str")}, item, each)
        elif not isinstance(item, Mapping):
            advice = ""
            if isinstance(item, (list, tuple)):
                advice = f' If a variable holds the whole list, write {place}: "{{{{ variable }}}}" without brackets.'
            yield _wrong(each, item, "a dictionary") + advice
        else:
            yield from _problems(option["options"], item, f"{each}.")
            yield from _missing(option, item, each)


def _missing(option: t.Mapping[str, t.Any], item: t.Mapping[t.Any, t.Any], place: str) -> t.Iterator[str]:
    """Name the entry that lacks an option, which ansible-core does not."""
    for names in option.get("required_one_of", ()):
        if all(item.get(name) is None for name in names):
            yield f"{place} needs {' or '.join(names)}."
    for name, value, required in option.get("required_if", ()):
        if item.get(name) == value:
            yield from (
                f"{place}.{name} is {value}, which needs {each}." for each in required if item.get(each) is None
            )


def _wrong(place: str, value: t.Any, expected: str) -> str:
    return (
        f"{place} is {kind_of(value)}, but must be {expected}. Its value is not shown because it could hold a secret."
    )


def kind_of(value: t.Any) -> str:
    """The kind of a value in words."""
    if value is None:
        return "empty"
    if isinstance(value, Mapping):
        return "a dictionary"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "a list"
    if isinstance(value, bool):
        return "true or false"
    return "a number" if isinstance(value, (int, float)) else "text"


def is_container(value: t.Any) -> bool:
    """Whether a value holds other values."""
    return isinstance(value, (Mapping, list, tuple, set, frozenset))


def _exposed(spec: Spec, arguments: t.Mapping[t.Any, t.Any]) -> t.Iterator[str]:
    """Options that are not secret but contain a secret, which would then be shown."""
    secrets = long_enough(secret_values(arguments))
    public = dict(_public_texts(spec, arguments, ""))
    together = "\0".join(public.values())
    if any(secret in together for secret in secrets):
        for place, text in public.items():
            if any(secret in text for secret in secrets):
                yield (
                    f"{place} contains the value of a secret option, and would be shown. "
                    "Choose a value that does not contain the secret, or a secret that is not a common word."
                )
    if misplaced_secret(together):
        yield from (f"{place} {problem}" for place, text in public.items() if (problem := misplaced_secret(text)))


def _public_texts(spec: Spec, arguments: t.Mapping[t.Any, t.Any], path: str) -> t.Iterator[tuple[str, str]]:
    options = by_name(spec)
    for name, value in arguments.items():
        option = options.get(name, {})
        if can_be_secret(name):
            continue
        if "options" in option and isinstance(value, Mapping):
            yield from _public_texts(option["options"], value, f"{path}{name}.")
        elif "options" in option:
            for number, item in enumerate(value or ()):
                yield from _public_texts(option["options"], item, f"{path}{name}[{number}].")
        elif isinstance(value, (list, tuple)):
            yield from ((f"{path}{name}[{number}]", str(item)) for number, item in enumerate(value))
        elif value is not None:
            yield f"{path}{name}", str(value)
