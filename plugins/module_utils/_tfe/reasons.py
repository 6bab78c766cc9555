# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The server's own reasons for a failed request: short, on one line, and without credentials."""

from __future__ import annotations

import json
import re
import typing as t

from .._base import urls
from .._base.printable import printable
from .response import Response

#: Characters of one text, and number of errors, that are shown. Longer ones are those of a page, not of a message.
LONGEST_TEXT = 1000
MOST_ERRORS = 20
#: The keys in which APIs and gateways without JSON:API put their message, the most specific first.
_MESSAGE_KEYS = ("message", "error_description", "detail", "error", "title", "msg", "reason", "description", "fault",
                 "faultstring", "errorMessage", "errors", "status")  # fmt: skip
_SHOWN_WITHOUT_JSON = 200

#: Each takes time in proportion to the text, whatever a server sends.
_TAG = re.compile(r"<[^<>]*>")

Scrub = t.Callable[[str], str]


def is_json_api(document: t.Any) -> bool:
    """Whether this is the document of an error in the form of JSON:API, and so from the API itself."""
    return bool(entries_of(document, str))


def entries_of(document: t.Any, scrub: Scrub) -> list[dict[str, str]]:
    """The errors of a JSON:API document as dictionaries of strings; some endpoints send plain strings."""
    listed = document.get("errors") if isinstance(document, dict) else None
    entries = []
    for error in (listed if isinstance(listed, list) else [])[:MOST_ERRORS]:
        if isinstance(error, dict):
            source = error.get("source")
            found = {**error, "pointer": source.get("pointer") if isinstance(source, dict) else None}
            known = {key: found[key] for key in ("status", "title", "detail", "pointer") if found.get(key)}
            entries.append({key: cleaned(_text(value), scrub) for key, value in known.items()})
        elif isinstance(error, str):
            entries.append({"title": cleaned(error, scrub)})
    return [entry for entry in entries if entry]


def reason_of(response: Response, document: t.Any, scrub: Scrub) -> str:
    """The reasons in the body in a few words, in whatever form it has them."""
    listed = document.get("errors") if isinstance(document, dict) else None
    texts = list(filter(None, map(_entry_text, entries_of(document, scrub))))
    if isinstance(listed, list) and len(listed) > MOST_ERRORS:
        texts.append(f"and {len(listed) - MOST_ERRORS} more errors")
    if texts:
        return "; ".join(texts)
    message = _message(document)
    return cleaned(message, scrub) if message else not_json_api(response, scrub)


def not_json_api(response: Response, scrub: Scrub) -> str:
    """Describe a body that is not JSON:API, without its tags."""
    kind = response.headers.get("Content-Type", "").partition(";")[0] or "no content type"
    content = response.content.decode("utf-8", "replace")
    text = _TAG.sub(" ", _without(_without(content, "script"), "style"))
    excerpt = cleaned(text, scrub, _SHOWN_WITHOUT_JSON)
    return f"expected a JSON:API document, got {kind}" + (f" ({excerpt})" if excerpt else "")


def cleaned(text: str, scrub: Scrub, most: int = LONGEST_TEXT) -> str:
    """The text on one line, at most so long, without control characters.

    Secrets are removed first: half of one would not be recognized.
    """
    line = printable(" ".join(urls.without_userinfo(scrub(text)).split()))
    return line if len(line) <= most else f"{line[: most + 1].rpartition(' ')[0] or line[:most]}..."


def _message(value: t.Any, depth: int = 0) -> str:
    """The message of a JSON document in some other form: that of a gateway or of another API."""
    if isinstance(value, str):
        return value
    if depth > 4 or not isinstance(value, (dict, list)):
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, (_message(each, depth + 1) for each in value[:MOST_ERRORS])))
    known = [_message(value[key], depth + 1) for key in _MESSAGE_KEYS if value.get(key)]
    texts = list(dict.fromkeys(filter(None, known)))
    if not texts and depth:  # fields with their messages
        texts = [f"{key}: {text}" for key, each in value.items() for text in [_message(each, depth + 1)] if text]
    return ": ".join(texts[:2])


def _without(text: str, element: str) -> str:
    """The text of a page without these elements and what is in them."""
    first, *others = re.split(rf"<{element}\b", text, flags=re.IGNORECASE)
    ends = (re.split(rf"</{element}\b[^>]*>?", other, maxsplit=1, flags=re.IGNORECASE) for other in others)
    return " ".join([first, *(parts[1] for parts in ends if len(parts) > 1)])


def _entry_text(entry: dict[str, str]) -> str:
    text = ": ".join(entry[key] for key in ("title", "detail") if key in entry)
    return f"{text} ({entry['pointer']})" if "pointer" in entry else text


def _text(value: t.Any) -> str:
    return value if isinstance(value, str) else json.dumps(value) if isinstance(value, (dict, list)) else str(value)
