# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is compared: jobs, in each of them the ways to do it, and the goals for ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .server import http_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Tasks = list[dict[str, Any]]
Connection = dict[str, str]


@dataclass(frozen=True)
class Row:
    """One way to do a job: a play, and what it must have done for its time to count."""

    name: str
    title: str
    tasks: Tasks
    get: int = 0
    post: int = 0
    patch: int = 0
    connections: int = 0
    """To the server, at most."""
    changed: int = 0
    play: Mapping[str, Any] | None = None
    """More keywords of the play."""
    files: Mapping[str, Tasks] | None = None
    """Files of tasks that the play includes."""
    limiter: str | None = None
    slow: bool = False
    """Too slow for more than a few rounds."""
    script: Sequence[str] | None = None
    """A script and its arguments in place of a play."""
    prepare: Sequence[str] | None = None
    """A script that runs in the same folder first, without a rate limit, and does not count."""
    needs: Sequence[str] = ()
    """Programs without which the row is left out."""

    @property
    def requests(self) -> int:
        return self.get + self.post + self.patch


@dataclass(frozen=True)
class Job:
    """Rows that are compared with each other."""

    name: str
    title: str
    rows: Sequence[Row]
    far: bool = False
    seed: Mapping[str, Any] | None = None
    """What the sandbox holds, which is the server of this job."""
    latency: float = 0.0
    """Seconds that the sandbox waits before each answer."""
    tls: bool = False
    """Whether the sandbox is served by TLS."""


@dataclass(frozen=True)
class Goal:
    """The median of one row's time divided by another's, in the same round."""

    job: str
    row: str
    against: str
    at_most: float


@dataclass(frozen=True)
class FloorGoal:
    """The median of one row's time divided by what a limit of 30 requests a second alone makes of its requests."""

    job: str
    row: str
    at_most: float


@dataclass(frozen=True)
class MemoryGoal:
    """The median of the megabytes that one row takes more than another, in the same round."""

    job: str
    row: str
    against: str
    at_most: float


PAT = "made-up-token"
CLIENTS = "{{ lookup('ansible.builtin.env', 'TFE_ADDRESS') }}/api/v2/organizations/%s/oauth-clients"
HEADERS = {
    "Authorization": "Bearer {{ lookup('ansible.builtin.env', 'TFE_TOKEN') }}",
    "Content-Type": "application/vnd.api+json",
}
#: Nothing reads it, but an environment of its own makes a task run as a module.
AS_MODULE = {"environment": {"HCPTF_NOT_READ_BY_ANYTHING": "1"}}


def connections(number: int) -> list[Connection]:
    return [connection(each) for each in range(number)]


def connection(number: int) -> Connection:
    url = http_url(number)
    return {
        "service_provider": "github_enterprise",
        "http_url": url,
        "api_url": f"{url}/api/v3",
        "personal_access_token": PAT,
    }


# -- ours -------------------------------------------------------------------------------------------------------------


def ours_one(organization: str) -> Tasks:
    return [{"hcptf.vcs.oauth_client": {"organization": organization, **connection(0)}}]


def ours_many(organization: str, number: int) -> Tasks:
    return [{"hcptf.vcs.oauth_clients": {"organization": organization, "connections": connections(number)}}]


def ours_by_role(organization: str, number: int) -> dict[str, Any]:
    variables = {"vcs_connections_organization": organization, "vcs_connections_list": connections(number)}
    return {"roles": ["hcptf.vcs.vcs_connections"], "vars": variables}


def ours_in_a_loop(organization: str, number: int) -> Tasks:
    looped = {**connection(0), "http_url": "https://ghe{{ item }}.example.com"}
    del looped["api_url"]
    return [{"hcptf.vcs.oauth_client": {"organization": organization, **looped}, "loop": list(range(number))}]


def ours_organizations(number: int) -> Tasks:
    spread = [{"organization": f"org{each}-1", **connection(0)} for each in range(number)]
    return [{"hcptf.vcs.oauth_clients": {"connections": spread}}]


# -- without us -------------------------------------------------------------------------------------------------------


def ping() -> Tasks:
    return [{"ansible.builtin.ping": {}}]


def listed(organization: str) -> dict[str, Any]:
    url = f"{CLIENTS % organization}?page%5Bsize%5D=100"
    return {"ansible.builtin.uri": {"url": url, "headers": HEADERS}, "register": "listed"}


def created(organization: str, wanted: str) -> dict[str, Any]:
    attributes = {
        "service-provider": f"{{{{ {wanted}.service_provider }}}}",
        "http-url": f"{{{{ {wanted}.http_url }}}}",
        "api-url": f"{{{{ {wanted}.api_url }}}}",
        "oauth-token-string": f"{{{{ {wanted}.personal_access_token }}}}",
    }
    return {
        "ansible.builtin.uri": {
            "url": CLIENTS % organization,
            "method": "POST",
            "headers": HEADERS,
            "body_format": "json",
            "body": {"data": {"type": "oauth-clients", "attributes": attributes}},
            "status_code": 201,
        }
    }


def naive(organization: str) -> Tasks:
    """List, look, create: for one connection."""
    found = "{{ listed.json.data | selectattr('attributes.http-url', 'equalto', wanted.http_url) }}"
    return [
        listed(organization),
        {"ansible.builtin.set_fact": {"found": found}},
        {**created(organization, "wanted"), "when": "found | length == 0"},
    ]


def naive_row(organization: str, number: int, **keywords: Any) -> Row:
    """The same three tasks for every connection."""
    if number == 1:
        return Row("naive", "naive recipe", naive(organization), play={"vars": {"wanted": connection(0)}}, **keywords)
    include = {
        "ansible.builtin.include_tasks": "one.yml",
        "loop": connections(number),
        "loop_control": {"loop_var": "wanted"},
    }
    return Row("naive", "naive recipe", [include], files={"one.yml": naive(organization)}, **keywords)


def careful_row(organization: str, number: int, **keywords: Any) -> Row:
    """One list, and then only what is missing."""
    tasks = [
        listed(organization),
        {
            **created(organization, "item"),
            "loop": connections(number),
            "loop_control": {"label": "{{ item.http_url }}"},
            "when": "item.http_url not in listed.json.data | map(attribute='attributes.http-url')",
        },
    ]
    return Row("careful", "careful recipe", tasks, **keywords)


def sdk(organization: str) -> dict[str, Any]:
    return {"sdk_oauth_client": {"organization": organization, **connection(0)}}


def sdk_in_a_loop(organization: str, number: int) -> Tasks:
    task = sdk(organization)
    task["sdk_oauth_client"]["http_url"] = "https://ghe{{ item }}.example.com"
    return [{**task, "loop": list(range(number))}]


TERRAFORM = ["terraform", "terraform-provider-tfe"]
#: Requests of the provider when it starts, which it does twice: it asks for the API's URL, and for its version.
_AT_START = 4


# -- at the size of a company -----------------------------------------------------------------------------------------

_OWNER = {"name": "owner", "token": "made-up-api-token", "manages": ["*"]}


def _seed_of_links(number: int) -> dict[str, Any]:
    """One organization with so many workspaces on one of its two connections, each with its own repository."""
    link = {"connection": "old", "branch": "main"}
    workspaces = [
        {"name": f"ws-{each:04}", "vcs_repo": {**link, "identifier": f"acme/repo-{each:04}"}} for each in range(number)
    ]
    clients = [{"name": "old", "id": "oc-old"}, {"name": "new", "id": "oc-new"}]
    organization = {"name": "acme", "oauth_clients": clients, "workspaces": workspaces}
    return {"tokens": [_OWNER], "organizations": [organization]}


def _seed_of_organizations(number: int) -> dict[str, Any]:
    clients = [{"name": "one"}, {"name": "two"}]
    organizations = [{"name": f"org{each:03}", "oauth_clients": clients} for each in range(number)]
    return {"tokens": [_OWNER], "organizations": organizations}


_SEED_OF_ONE = {"tokens": [_OWNER], "organizations": [{"name": "acme-0"}]}


def links(number: int) -> list[Row]:
    pages = number // 100
    move = {"organization": "acme", "from": {"oauth_client_id": "oc-old"}, "to": {"oauth_client_id": "oc-new"}}
    # Clients, pages of workspaces, policy sets, modules, stacks and components; each repository, and each workspace
    # again.
    reads = 1 + pages + 4 + 2 * number
    done: dict[str, Any] = {"patch": number, "connections": 17, "limiter": "windows", "slow": True}
    return [
        NOOP,
        Row("ours", "ours", [{"hcptf.vcs.vcs_links": move}], get=reads, changed=1, **done),
        Row(
            "unchecked",
            "ours, check_repositories=false",
            [{"hcptf.vcs.vcs_links": {**move, "check_repositories": False}}],
            get=reads - number,
            changed=1,
            **done,
        ),
        Row(
            "curl",
            "recipe with curl and jq",
            [],
            get=pages,
            script=["move_links.sh", "acme", "{old}", "{new}"],
            needs=["curl", "jq"],
            **{**done, "connections": number + pages},
        ),
        Row(
            "terraform",
            "terraform apply",
            [],
            script=["terraform_move.sh", "acme", f"{number}", "{new}"],
            prepare=["terraform_move.sh", "acme", f"{number}", "{old}"],
            needs=TERRAFORM,
            **{
                **done,
                "get": 4 * number + _AT_START,  # the refresh and the update read a workspace and whom it shares with
                "patch": 2 * number,
                "connections": 4 * number,
            },
        ),
    ]


def audit(number: int) -> list[Row]:
    names = [f"org{each:03}" for each in range(number)]
    wanted = {"include": ["tokens"]}
    done: dict[str, Any] = {"connections": 9, "limiter": "windows", "slow": True}
    return [
        NOOP,
        Row(
            "ours",
            "ours",
            [{"hcptf.vcs.oauth_client_info": {"organizations": names, **wanted}}],
            get=2 * number,
            **done,
        ),
        Row(
            "all",
            "ours, organizations: all",
            [{"hcptf.vcs.oauth_client_info": {"organizations": ["all"], **wanted}}],
            get=2 * number + number // 100,
            **done,
        ),
    ]


# -- the jobs ---------------------------------------------------------------------------------------------------------

NOOP = Row("noop", "action plugin that does nothing", [{"does_nothing": {}}])
PING = Row("ping", "one ping", ping())


def one_existing() -> list[Row]:
    once: dict[str, Any] = {"get": 1, "connections": 1}
    return [
        PING,
        NOOP,
        Row("action", "ours", ours_one("acme-1"), **once),
        Row("module", "ours, as a module", ours_one("acme-1"), play=AS_MODULE, **once),
        naive_row("acme-1", 1, **once),
        careful_row("acme-1", 1, **once),
        Row("sdk", "module on the SDK", [sdk("acme-1")], **once),
    ]


def many_existing(number: int) -> list[Row]:
    organization = f"acme-{number}"
    once: dict[str, Any] = {"get": 1, "connections": 1}
    return [
        PING,
        Row("action", "ours", ours_many(organization, number), **once),
        Row("module", "ours, as a module", ours_many(organization, number), play=AS_MODULE, **once),
        Row("role", "ours, by the role", [], play=ours_by_role(organization, number), **once),
        careful_row(organization, number, **once),
    ]


def looped_existing(number: int) -> list[Row]:
    each: dict[str, Any] = {"get": number, "connections": number, "slow": True}
    return [
        naive_row(f"acme-{number}", number, **each),
        Row("sdk", "module on the SDK, in a loop", sdk_in_a_loop(f"acme-{number}", number), **each),
    ]


def fresh(number: int) -> list[Row]:
    done: dict[str, Any] = {"get": 2, "post": number, "connections": min(8, number // 2), "changed": 1}
    return [
        PING,
        Row("action", "ours", ours_many("acme-0", number), **done),
        Row("module", "ours, as a module", ours_many("acme-0", number), play=AS_MODULE, **done),
        Row("role", "ours, by the role", [], play=ours_by_role("acme-0", number), **done),
        careful_row("acme-0", number, get=1, post=number, connections=1 + number),
    ]


def applied(number: int) -> list[Row]:
    return [
        Row(
            "terraform",
            "terraform apply",
            [],
            script=["terraform_apply.sh", "acme-0", f"{number}"],
            needs=TERRAFORM,
            get=number + _AT_START,  # each again
            post=number,
            connections=number,
        )
    ]


def organizations(number: int) -> list[Row]:
    done: dict[str, Any] = {"get": number, "connections": 8}
    tasks = ours_organizations(number)
    return [
        PING,
        Row("action", "ours", tasks, **done),
        Row("module", "ours, as a module", tasks, play=AS_MODULE, **done),
        Row("bucket", "ours, limit of 30/s renewed steadily", tasks, limiter="bucket", **done),
        Row("windows", "ours, limit of 30/s renewed every second", tasks, limiter="windows", **done),
    ]


def clients(*numbers: int) -> list[Row]:
    return [
        Row(f"{number}", f"{number:,} clients", ours_one(f"acme-{number}"), get=max(1, number // 100), connections=1)
        for number in numbers
    ]


JOBS = [
    Job("one", "One existing connection", one_existing()),
    Job(
        "one-far", "One existing connection, at 50 ms", [row for row in one_existing() if row.name != "noop"], far=True
    ),
    Job("twenty", "20 existing connections", [*many_existing(20), *looped_existing(20)]),
    Job("hundred", "100 existing connections", many_existing(100)),
    Job("hundred-far", "100 existing connections, at 50 ms", many_existing(100), far=True),
    Job(
        "loop",
        "Loop of 100",
        [
            Row("ping", "100 pings", [{**ping()[0], "loop": list(range(100))}]),
            Row("action", "ours", ours_in_a_loop("acme-100", 100), get=100, connections=1),
        ],
    ),
    Job("fresh", "20 fresh connections", fresh(20)),
    Job("fresh-far", "20 fresh connections, at 50 ms", fresh(20), far=True),
    Job(
        "fresh-slow",
        "20 fresh connections, at 0.1 s",
        [*fresh(20), *applied(20)],
        seed=_SEED_OF_ONE,
        latency=0.1,
        tls=True,
    ),
    Job("organizations", "100 organizations, at 50 ms", organizations(100), far=True),
    Job("links-100", "100 workspaces moved to another connection", links(100), seed=_seed_of_links(100), tls=True),
    Job("links", "1,000 workspaces moved to another connection", links(1_000), seed=_seed_of_links(1_000), tls=True),
    Job("audit", "200 organizations with 2 connections each", audit(200), seed=_seed_of_organizations(200)),
    Job("clients", "One lookup, by the number of clients in the organization", clients(1, 100, 1_000, 10_000)),
]

GOALS = [
    Goal("one", "action", "ping", 0.78),
    Goal("one", "action", "naive", 0.62),
    Goal("one", "module", "ping", 1.20),
    Goal("hundred", "action", "ping", 0.90),
    Goal("hundred", "role", "ping", 1.10),
    Goal("hundred", "action", "careful", 0.60),
    Goal("loop", "action", "ping", 0.09),
    Goal("fresh", "action", "careful", 0.10),
    Goal("fresh-far", "action", "careful", 0.16),
    Goal("fresh-slow", "action", "terraform", 1.0),
    Goal("fresh-slow", "role", "terraform", 1.0),
    Goal("organizations", "action", "ping", 2.0),
    Goal("organizations", "bucket", "ping", 3.8),
    Goal("clients", "10000", "100", 4.0),
]
FLOOR_GOALS = [FloorGoal("links", "ours", 1.15), FloorGoal("audit", "ours", 1.2), FloorGoal("audit", "all", 1.2)]
MEMORY_GOALS = [
    MemoryGoal("one", "action", "noop", 8),
    MemoryGoal("links", "ours", "noop", 40),
    MemoryGoal("audit", "ours", "noop", 30),
]
#: Answers 429 that a run of any row may draw.
MOST_REFUSED = 3
