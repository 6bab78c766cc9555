# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks requests and answers against the official OpenAPI documents."""

from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from werkzeug.wrappers import Request, Response

_API = "/api/v2"
_MEDIA_TYPE = "application/vnd.api+json"
_METHODS = frozenset({"get", "put", "post", "delete", "patch"})


@dataclass(frozen=True)
class Operation:
    """One method of one path. `schemas` are those of its document."""

    method: str
    path: str
    pattern: re.Pattern[str]
    request: Mapping[str, Any] | None
    responses: Mapping[str, Mapping[str, Any] | None]
    schemas: Mapping[str, Any] = field(repr=False)


class Contract:
    """Collects violations of the documents. Does not check paths that they do not have."""

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        # Only needed here: the sandbox runs without jsonschema.
        from jsonschema import Draft7Validator

        self._validator = Draft7Validator
        found = [operation for document in documents for operation in _operations(document)]
        # A path without a parameter in a place wins over one with.
        self._operations = sorted(found, key=lambda operation: operation.path.count("{"))
        self._lock = threading.Lock()
        self.violations: list[str] = []

    @classmethod
    def from_files(cls, paths: str | Path) -> Contract:
        """One file, several separated as in PATH, or a folder with JSON files."""
        files = [file for part in str(paths).split(os.pathsep) for file in _files(Path(part))]
        return cls(*(json.loads(file.read_text(encoding="utf-8")) for file in files))

    def check(self, request: Request, body: bytes, response: Response) -> None:
        operation = self._operation(request)
        if operation is None:
            return
        found = [f"answer {response.status_code}: {text}" for text in self._wrong_answer(operation, response)]
        # A refused request may be wrong on purpose.
        if response.status_code < 400 and operation.request is not None:
            found += [f"request: {text}" for text in self._errors(operation, operation.request, body)]
        with self._lock:
            self.violations += [f"{operation.method} {operation.path}: {text}" for text in found]

    def _operation(self, request: Request) -> Operation | None:
        path = request.path.removeprefix(_API)
        return next((o for o in self._operations if o.method == request.method and o.pattern.fullmatch(path)), None)

    def _wrong_answer(self, operation: Operation, response: Response) -> Iterator[str]:
        code = str(response.status_code)
        # The document names few error answers; every other one has the common shape.
        fallback = "default" if "default" in operation.responses else "404"
        if code not in operation.responses and response.status_code < 400:
            yield "this status is not documented"
            return
        schema = operation.responses.get(code, operation.responses.get(fallback))
        if schema is None:
            # Some error answers are documented without their body, which says nothing.
            if response.get_data() and response.status_code < 400:
                yield "has a body"
            return
        if response.status_code == 429:
            # The document types an error's status as a string; the API's guide shows the integer 429 here.
            return
        if response.mimetype != _MEDIA_TYPE:
            yield f"Content-Type is {response.mimetype}"
        yield from self._errors(operation, schema, response.get_data())

    def _errors(self, operation: Operation, schema: Mapping[str, Any], body: bytes) -> Iterator[str]:
        try:
            document = json.loads(body)
        except ValueError:
            yield "not JSON"
            return
        validator = self._validator({**schema, "components": {"schemas": operation.schemas}})
        for error in validator.iter_errors(document):
            # The message would quote the value, which may be a secret.
            yield f"{error.json_path} fails {error.validator} ({json.dumps(error.validator_value)[:120]})"


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    components = document.get("components", {})
    schemas = {name: _json_schema(schema) for name, schema in components.get("schemas", {}).items()}
    for path, item in document["paths"].items():
        pattern = re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path)))
        # Beside its methods, a path has keys such as `parameters`, `summary` or `servers`.
        for method in sorted(_METHODS & set(item)):
            operation = item[method]
            yield Operation(
                method.upper(),
                path,
                pattern,
                _schema_of(operation.get("requestBody", {}), components),
                {code: _schema_of(answer, components) for code, answer in operation["responses"].items()},
                schemas,
            )


def _schema_of(part: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if reference := part.get("$ref"):
        kind, name = reference.removeprefix("#/components/").split("/")
        part = components[kind][name]
    schema = part.get("content", {}).get(_MEDIA_TYPE, {}).get("schema")
    return None if schema is None else _json_schema(schema)


def _json_schema(schema: Any) -> Any:
    """OpenAPI 3.0's dialect as JSON Schema: `nullable` becomes a choice."""
    if isinstance(schema, list):
        return [_json_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _json_schema(value) for name, value in schema.items() if name != "nullable"}
    # Strictly, `nullable` beside `allOf` forbids null; the document means (as its own samples show) that it allows it.
    return {"anyOf": [{"type": "null"}, plain]} if schema.get("nullable") is True else plain
