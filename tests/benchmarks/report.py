# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured times as a page of tables and as a picture."""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from .limited import LIMIT
from .rows import FLOOR_GOALS, GOALS, MEMORY_GOALS, MOST_REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .bench import Sample, Samples
    from .rows import Job, Row

# What is written stands under the licence of this file.
_HEADER = Path(__file__).read_text(encoding="utf-8").splitlines()[:3]
LICENCE = "\n".join(["<!--", *(line.removeprefix("# ") for line in _HEADER), "-->\n"])


def samples_of(samples: Samples, job: str, row: str) -> list[Sample]:
    return [sample for sample in samples.get((job, row), ()) if sample]


def ratios(samples: Samples, job: str, row: str, against: str, what: str = "seconds") -> list[float]:
    """One row's seconds divided by another's, round by round."""
    pairs = zip(samples.get((job, row), ()), samples.get((job, against), ()), strict=False)
    return [getattr(one, what) / getattr(other, what) for one, other in pairs if one and other]


def spread(numbers: Sequence[float], digits: int = 2) -> str:
    if not numbers:
        return ""
    return f"{median(numbers):.{digits}f} ({min(numbers):.{digits}f} to {max(numbers):.{digits}f})"


# -- the page ---------------------------------------------------------------------------------------------------------


def markdown(jobs: Sequence[Job], samples: Samples, circumstances: Mapping[str, str]) -> str:
    measured = ", ".join(f"{name} {value}" for name, value in circumstances.items())
    parts = [LICENCE, INTRODUCTION, f"Measured on: {measured}.\n", PICTURE]
    goals = list(_goals(jobs, samples))
    if goals:
        parts += ["## Goals\n", _table(["what", "goal", "measured", "met"], goals)]
    for job in jobs:
        if job.name != "clients":
            parts += [f"## {job.title}\n", _table(HEAD, [_line(job, row, samples) for row in job.rows])]
    for job in jobs:
        if job.name == "clients":
            parts += [f"## {job.title}\n", _table(["clients", "seconds", "÷ 100 clients"], list(_sizes(job, samples)))]
    return "\n".join(parts)


INTRODUCTION = """\
# What it costs

Made by `make bench`: whole runs of `ansible-playbook`, against a server on the same machine.
In the rows at 50 ms, the server waits 50 ms before each response, and 100 ms more for each new connection, which
uses TLS.
Ratios are medians of the ratios of each round, with the smallest and the largest.
A run counts only if it succeeded, changed what it should, and made exactly the requests that it should.
Recipes are tasks with `ansible.builtin.uri`: the naive one lists, looks and creates for every connection, the careful
one lists once and creates what is missing.
Where workspaces are moved, where hundreds of organizations are read, and at 0.1 s, the server is the sandbox.
`terraform apply` is measured if `terraform` and `terraform-provider-tfe` are on the PATH.
"""
PICTURE = "![Times of the ways to do a job, in pings](benchmark.svg)\n"
HEAD = ["way", "seconds", "÷ ping", "CPU seconds", "÷ ping", "MB", "requests", "answers 429"]


def _line(job: Job, row: Row, samples: Samples) -> list[str]:
    found = samples_of(samples, job.name, row.name)
    requests = [f"{number} {method}" for number, method in _numbers(row) if number]
    return [
        row.title,
        spread([sample.seconds for sample in found]),
        spread(ratios(samples, job.name, row.name, "ping")),
        f"{median(sample.cpu for sample in found):.2f}",
        spread(ratios(samples, job.name, row.name, "ping", "cpu")),
        f"{median(sample.megabytes for sample in found):.0f}",
        ", ".join(requests),
        f"{max(sample.refused for sample in found)}" if row.limiter else "",
    ]


def _numbers(row: Row) -> Iterator[tuple[int, str]]:
    yield from ((row.get, "GET"), (row.post, "POST"), (row.patch, "PATCH"))


def _floor(row: Row) -> float:
    """Seconds that the rate limit alone takes; the requests of the first second are free."""
    return (row.requests - LIMIT) / LIMIT


def _sizes(job: Job, samples: Samples) -> Iterator[list[str]]:
    for row in job.rows:
        seconds = [sample.seconds for sample in samples_of(samples, job.name, row.name)]
        yield [f"{int(row.name):,}", spread(seconds), spread(ratios(samples, job.name, row.name, "100"))]


def _goals(jobs: Sequence[Job], samples: Samples) -> Iterator[list[str]]:
    titles = {job.name: job.title for job in jobs}
    rows = {(job.name, row.name): row for job in jobs for row in job.rows}
    for goal in GOALS:
        found = ratios(samples, goal.job, goal.row, goal.against)
        if found:
            one, other = rows[goal.job, goal.row], rows[goal.job, goal.against]
            what = f"{titles[goal.job]}: {one.title} ÷ {other.title}"
            yield [what, f"≤ {goal.at_most:.2f}", spread(found), _met(median(found) <= goal.at_most)]
    for floor in FLOOR_GOALS:
        row = rows.get((floor.job, floor.row))
        if row:
            found = [sample.seconds / _floor(row) for sample in samples_of(samples, floor.job, floor.row)]
            what = f"{titles[floor.job]}: {row.title} ÷ what {LIMIT} requests a second take"
            yield [what, f"≤ {floor.at_most:.2f}", spread(found), _met(median(found) <= floor.at_most)]
    limited = [(job, row) for job in jobs for row in job.rows if row.limiter]
    for job, row in limited:
        refused = max(sample.refused for sample in samples_of(samples, job.name, row.name))
        yield [
            f"{job.title}: answers 429, {row.title}",
            f"≤ {MOST_REFUSED}",
            f"{refused}",
            _met(refused <= MOST_REFUSED),
        ]
    for memory in MEMORY_GOALS:
        pairs = zip(
            samples.get((memory.job, memory.row), ()), samples.get((memory.job, memory.against), ()), strict=False
        )
        more = [one.megabytes - other.megabytes for one, other in pairs if one and other]
        if more:
            one, other = rows[memory.job, memory.row], rows[memory.job, memory.against]
            what = f"{titles[memory.job]}: MB of {one.title} above {other.title}"
            yield [what, f"≤ {memory.at_most:.0f}", spread(more, 1), _met(median(more) <= memory.at_most)]


def _met(is_met: bool) -> str:
    return "yes" if is_met else "**no**"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---", *["--:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, rule, *lines))


# -- the picture ------------------------------------------------------------------------------------------------------

WIDTH, LEFT, RIGHT, BAR, GAP = 860, 300, 60, 18, 34
OURS, OTHERS, PING = "#7b42bc", "#8a8f98", "#c9ccd1"


def picture(jobs: Sequence[Job], samples: Samples) -> str:
    """Bars for all rows of the jobs that have a ping to be compared with, on a logarithmic scale."""
    charts = [
        (job, [(row, median(found)) for row in job.rows if (found := ratios(samples, job.name, row.name, "ping"))])
        for job in jobs
    ]
    charts = [(job, bars) for job, bars in charts if len(bars) > 1]
    values = [value for _job, bars in charts for _row, value in bars] or [1.0]
    low, high = min(*values, 0.5) * 0.9, max(*values, 2.0) * 1.1

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log(value / low) / math.log(high / low))

    shapes, y = [], 60.0
    for job, bars in charts:
        shapes.append(f'<text x="16" y="{y + 4:.0f}" font-weight="bold">{escape(job.title)}</text>')
        y += 16
        for row, value in bars:
            colour = OURS if row.title.startswith("ours") else PING if row.name == "ping" else OTHERS
            middle = y + BAR / 2 + 4
            shapes += [
                f'<text x="{LEFT - 8}" y="{middle:.0f}" text-anchor="end">{escape(row.title)}</text>',
                f'<rect x="{LEFT}" y="{y:.0f}" width="{x(value) - LEFT:.1f}" height="{BAR - 4}" fill="{colour}"/>',
                f'<text x="{x(value) + 6:.1f}" y="{middle:.0f}">{value:.2f}</text>',
            ]
            y += BAR
        y += GAP
    grid = [
        f'<path d="M{x(tick):.1f} 44V{y - GAP:.0f}" stroke="{PING}" stroke-dasharray="2 4"/>'
        f'<text x="{x(tick):.1f}" y="38" text-anchor="middle">{tick:g}</text>'
        for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
        if low <= tick <= high
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:.0f}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#24292f">'
    )
    title = "Time of one ansible-playbook run, in runs of one ping (logarithmic; less is better)"
    return "\n".join(
        [
            LICENCE.rstrip(),
            head,
            f"<title>{title}</title>",
            f'<rect width="{WIDTH}" height="{y:.0f}" fill="#ffffff"/>',
            f'<text x="16" y="20" font-weight="bold">{title}</text>',
            *grid,
            *shapes,
            "</svg>\n",
        ]
    )
