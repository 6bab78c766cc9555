# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interleavings of concurrent runs that are nasty, one by one; `make interleavings` goes through thousands at random.

For each run a test gives the second at which its first, second, ... request arrives at the server. Later ones take 10
ms. Time is simulated, so waits cost none.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
import requests

from proofs import offline, scene
from proofs.interleavings import SCENARIOS, Simulation, Time
from sandbox import store as sandbox_store
from sandbox.app import LIST_AS_OF

READ = {"personal_access_token": None}
REMOVE = {"state": "absent", "personal_access_token": None}
START = datetime.now(timezone.utc)


class Race:
    """Runs by name, their results by name in the order of their ends, and the server."""

    def __init__(self):
        self.server = offline.Server()
        self.results = {}
        self.requests = []
        self._clock = Time()
        self._names = {}
        self._created = {}

    def run(self, arrivals, *, options=(), created=(), lost=(), unsent=(), lag=(), on_end=None, at=()):
        """``created``: seconds by which a run's client is older than its commit; ``lag``: how old a run's lists are.

        ``lost`` and ``unsent`` are pairs of a run and the number of a request; ``at`` is what else happens, by second.
        """
        options, lag, self._created = dict(options), dict(lag), dict(created)
        counts = dict.fromkeys(arrivals, 0)

        def transport(sent):
            name = self._names.get(threading.get_ident())
            if name is None:
                return self.server.answer(sent)
            number = counts[name]
            counts[name] += 1
            times = arrivals[name]
            self._clock.pass_(times[number] - self._clock.now if number < len(times) else 0.01)
            if (name, number + 1) in unsent:
                raise requests.exceptions.ConnectionError("broken before it was sent")
            self.requests.append(f"{name} {sent.method}")
            answer = self.server.answer(sent, {LIST_AS_OF: lag[name]} if name in lag else {})
            answer.headers["Date"] = format_datetime(START + timedelta(seconds=self._clock.now), usegmt=True)
            if (name, number + 1) in lost:
                raise requests.exceptions.ConnectionError("lost")
            return answer

        def work(name):
            def one():
                self._names[threading.get_ident()] = name
                result = scene.run(scene.Operation(name, options.get(name, {})), offline.ADDRESS)
                self.results[name] = result
                if on_end:
                    on_end(name, result)

            return one

        def event(second, action):
            return lambda: (self._clock.pass_(second), action())

        with offline.talking_to(transport):
            self._clock.run([*(work(name) for name in arrivals), *(event(*one) for one in dict(at).items())])
        return self

    def again(self):
        """A run with nothing in its way."""
        with offline.talking_to(self.server.answer):
            return scene.run(scene.Operation("again"), offline.ADDRESS)

    @property
    def clients(self):
        return [client.id for client in scene.State.of(self.server.store).github]

    @property
    def ids(self):
        return {name: result.get("oauth_client_id") for name, result in self.results.items()}

    def timestamp(self):
        early = self._created.get(self._names.get(threading.get_ident()), 0.0)
        moment = START + timedelta(seconds=self._clock.now - early)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def race(monkeypatch):
    race = Race()
    monkeypatch.setattr(race.server.store, "_clock", lambda: race._clock.now)
    monkeypatch.setattr(sandbox_store, "timestamp", race.timestamp)
    simulated = race._clock
    clock = offline.Clock(simulated.pass_, lambda: simulated.now, lambda: START.timestamp() + simulated.now)
    monkeypatch.setattr(scene.product("_tfe.client"), "Clock", lambda: clock)
    race.server.store._history.clear()
    return race


def assert_one(race):
    """One client, which every run has returned, and the next run finds."""
    assert [result["msg"] for result in race.results.values() if result.get("failed")] == []
    assert len(race.clients) == 1
    assert set(race.ids.values()) == set(race.clients)
    assert race.again()["oauth_client_id"] == race.clients[0]


# -- runs whose answers all arrive ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arrivals",
    [
        {"a": (0, 1, 2), "b": (0, 1.1, 2)},
        {"a": (0, 1, 1.05), "b": (0, 1.1, 1.2)},
        {"a": (0, 1, 3), "b": (0, 1.1, 1.2)},
        {"a": (0, 1, 5), "b": (0, 1.1, 1.2)},
        {"a": (0, 1, 1.2), "b": (0, 1.1, 2.5)},
        {"a": (0, 1), "b": (0, 3)},
        {"a": (0, 1), "b": (0, 1), "c": (0, 1), "d": (0, 1), "e": (0, 9)},
    ],
)
def test_two_runs_that_both_create(race, arrivals):
    assert_one(race.run(arrivals))


@pytest.mark.parametrize("early", [0.1, 0.3])
@pytest.mark.parametrize("second", [0.15, 0.4, 2.0])
def test_the_younger_client_is_committed_first_and_its_maker_has_looked_already(race, early, second):
    """b's client has an older created-at than a's, but comes to be when a is done: a's has to stay."""
    assert_one(race.run({"a": (0, 0.1, 0.12), "b": (0, second)}, created={"b": early}))


def test_the_younger_client_is_committed_first_and_its_maker_has_not_looked_yet(race):
    assert_one(race.run({"a": (0, 0.1, 0.5), "b": (0, 0.3)}, created={"b": 1.0}))


def test_a_third_run_finds_the_client_that_is_going_to_give_way(race):
    """c finds a's client alone and returns it; b's, committed later with an older created-at, must not push it out."""
    assert_one(race.run({"a": (0, 0.1, 0.5), "c": (0.2,), "b": (0, 0.3)}, created={"b": 0.25}))


def test_a_maker_that_is_late_with_its_look(race):
    """The oldest waits for b's client to go; b is so late that both make sure of each other at the same time."""
    race.run({"a": (0, 0.1, 0.2), "b": (0, 0.15, 3.23, 3.245, 3.4)})
    returned = {result["oauth_client_id"] for result in race.results.values() if not result.get("failed")}
    assert returned <= set(race.clients)
    assert len(race.clients) == 1
    assert race.again()["oauth_client_id"] == race.clients[0]


# -- readers ----------------------------------------------------------------------------------------------------------


def test_a_reader_that_meets_fresh_twins_looks_again(race):
    assert_one(race.run({"a": (0, 0.1, 0.5), "b": (0, 0.15, 0.5), "c": (0.3,)}, options={"c": READ}))


def test_a_removal_that_meets_fresh_twins_still_asks_for_workspaces(race):
    """The twin that stays gets a workspace while the removal waits for the other one to go."""

    def link(name, result):
        if name == "a":
            race.server.store.add_workspace("acme", "shop", oauth_token_id=result["oauth_token_id"])

    race.run({"a": (0, 0.1, 0.5), "b": (0, 0.15, 0.5), "c": (0.3, 5.0)}, options={"c": REMOVE}, on_end=link)
    assert race.results["c"]["failure"]["code"] == "workspaces_linked"
    assert race.clients == [race.ids["a"]]
    assert scene.State.of(race.server.store).links["shop"] == race.results["a"]["oauth_token_id"]


def test_twins_that_are_not_fresh_are_ambiguous_at_once(race, monkeypatch):
    monkeypatch.setattr(race, "timestamp", lambda: "2026-01-01T00:00:00.000Z")
    monkeypatch.setattr(sandbox_store, "timestamp", race.timestamp)
    for dummy in range(2):
        race.server.store.add_client("acme")
    race.run({"a": (0,)}, options={"a": READ})
    assert race.results["a"]["failure"]["code"] == "ambiguous"
    assert race.requests == ["a GET"]


# -- answers lost -----------------------------------------------------------------------------------------------------


def test_a_lost_answer_is_adopted(race):
    assert_one(race.run({"a": (0, 0.1)}, lost={("a", 2)}))


def test_a_lost_answer_and_a_twin_whose_maker_still_looks(race):
    assert_one(race.run({"a": (0, 0.1), "b": (0, 0.2)}, lost={("a", 2)}))


def test_a_lost_answer_and_an_older_twin_whose_maker_is_done(race):
    """b's client comes to be when a has already looked, and b does not hear of it: nobody may remove either."""
    race.run({"a": (0, 0.1, 0.2), "b": (0, 5.0)}, lost={("b", 2)})
    assert not race.results["a"].get("failed")
    assert race.ids["a"] in race.clients, "the client of the run that has succeeded is gone"
    assert race.results["b"]["failure"]["code"] == "outcome_unknown"
    assert len(race.clients) == 2
    assert all(client in race.results["b"]["msg"] for client in race.clients)
    assert not [request for request in race.requests if "DELETE" in request]
    assert race.again()["failure"]["code"] == "ambiguous"


def test_what_was_never_sent_and_another_runs_client(race):
    """a adopts what b has made: it is there, and it is what was wanted."""
    assert_one(race.run({"a": (0, 0.1), "b": (0, 0.2)}, lost={("b", 9)}, unsent={("a", 2)}))


def test_a_run_that_adopts_removes_nothing(race):
    """a's create was never carried out; b and c have made twins, and c's is the oldest by created-at.

    Whatever a takes for its own is another run's.
    """
    race.run({"a": (0, 0.1, 0.25, 0.5), "b": (0, 0.2, 0.22), "c": (0, 0.4)}, unsent={("a", 2)}, created={"c": 2.0})
    assert "a DELETE" not in race.requests
    assert_one(race)


def test_own_client_removed_by_somebody_else_while_giving_way(race):
    """b is about to remove its client in favour of a's, and somebody has done so: gone is gone."""
    store = race.server.store
    race.run(
        {"a": (0, 0.1, 0.2), "b": (0, 0.15, 0.3, 0.4, 1.0)}, at={0.5: lambda: store.delete_client(race.clients[1])}
    )
    assert_one(race)


# -- lists that are late ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0.1, 1.0, 2.5])
def test_lists_that_lag_for_all(race, lag):
    assert_one(race.run({"a": (0, 0.1, 0.2), "b": (0, 0.15, 0.25)}, lag={"a": lag, "b": lag}))


def test_a_list_that_lags_behind_a_client_that_is_long_there(race):
    """The first list does not show it, so a creates; the next one does, so a gives way."""
    race.server.store.add_client("acme")
    race._clock.now = 1.0
    before = race.clients
    race.run({"a": (1.0, 1.2, 2.5)}, lag={"a": 1.1})
    assert race.clients == before
    assert race.ids["a"] == before[0]


def test_a_list_that_never_shows_the_new_client_is_warned_of(race):
    race.run({"a": (0, 0.1)}, lag={"a": 1000.0})
    assert race.results["a"]["action"] == "created"
    assert any("does not show" in warning for warning in race.results["a"]["warnings"])
    assert race.ids["a"] == race.clients[0]


# -- at random --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "mixed"),
    [(name, mixed) for name, kind in SCENARIOS.items() for mixed in (False, True) if kind.promises(mixed)],
)
def test_interleavings_at_random(scenario, mixed):
    simulation = Simulation()
    for seed in range(1, 7):
        made = simulation.round(seed, scenario, 2 + seed % 7, mixed=mixed)
        assert not list(made.problems), "\n".join([*made.log, *made.problems])


def test_a_round_of_interleavings_is_the_same_each_time_for_the_same_seed():
    first, again = (Simulation().round(7, "all of it", 6, mixed=True) for dummy in range(2))
    assert first.log == again.log
    assert len(first.log) > 20


@pytest.mark.parametrize(
    ("scenario", "runs", "seed", "mixed"),
    [
        # The removal of a run's own client is repeated for so long that another run has given way to that client.
        ("no created-at, answers lost", 5, 997, False),
        # Another run has ended with its client before this one looks, and long after its own create.
        ("no created-at, slower", 4, 450, True),
        # Every list of a run fails after its create: it names the client that it leaves.
        ("answers lost", 6, 130, False),
        # A create is carried out after its maker has adopted another run's client, which then goes.
        ("late creates", 7, 5, False),
    ],
)
def test_a_round_that_once_broke_a_promise(scenario, runs, seed, mixed):
    made = Simulation().round(seed, scenario, runs, mixed=mixed)
    assert not list(made.problems), "\n".join([*made.log, *made.problems])
