"""What hub cities, network organisations and the hub programme do, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import requests
from meguri.mechanisms import _search, hub_programme, hubs
from meguri.mechanisms._closings import _places_of_managers
from meguri.mechanisms._investors import closeness_of
from meguri.mechanisms._views import StartupView

REGIONS, FIELDS = len(vocabulary.table("regions")), len(vocabulary.table("fields"))


def _world(matching="on", **changes):
    """Return the columns of the hubs after one step; level 2 in the first prefecture, 1 in the second."""
    numbers = {
        "hub_level": np.r_[2.0, 1.0, np.zeros(REGIONS - 2)], "hub_gain": 0.3, "support_budget": 0.0,
        "support_effect": 0.02, "network": 0.0, "network_field": np.ones(FIELDS), "network_gain": 1.0,
        "network_founding_cost": 0.6, "network_transfer": 1.5, "network_acquirers": 3.0,
    }  # fmt: skip
    by_field = ("meeting", "founding", "transfer", "acquirers")
    hub = SimpleNamespace(level=np.zeros(REGIONS), pull=np.zeros(REGIONS),
                          **{name: np.zeros((REGIONS, FIELDS)) for name in by_field})  # fmt: skip
    world = SimpleNamespace(hub=hub, choices={"hubs.matching": matching})
    hubs.step(world, SimpleNamespace(**(numbers | changes)))
    return hub


def test_hubs_pull_by_level_and_networks_at_rest_do_nothing():
    hub = _world()
    assert hub.pull[:3].tolist() == pytest.approx([1.6, 1.3, 1.0])
    for name in ("meeting", "founding", "transfer", "acquirers"):
        assert np.all(getattr(hub, name) == 1.0), name


def test_a_network_organisation_acts_in_its_fields_in_hub_cities():
    """Meetings x 2, founding costs x 0.6, transfer x 1.5, acquirers x 3, in field 7 of the two hubs only."""
    field = np.zeros(FIELDS)
    field[6] = 1.0
    hub = _world(network=1.0, network_field=field)
    found = [getattr(hub, name)[:3, 5:8].tolist() for name in ("meeting", "founding", "transfer", "acquirers")]
    for factor, values in zip((2.0, 1 / 0.6, 1.5, 3.0), found, strict=True):
        assert np.array(values) == pytest.approx(np.array([[1, factor, 1], [1, factor, 1], [1, 1, 1]]))
    half = _world(network=0.5, network_field=field)
    assert half.meeting[0, 6] == pytest.approx(1.5)
    assert half.founding[0, 6] == pytest.approx(1 / 0.8)


def test_where_a_country_names_no_hub_a_network_is_everywhere():
    assert np.all(_world(network=1.0, hub_level=np.zeros(REGIONS)).meeting == 2.0)


def test_the_switch_of_matching_takes_all_of_it_away():
    hub = _world("off", network=1.0, support_budget=10.0)
    assert np.all(hub.pull == 1.0)
    assert np.all(hub.level == 0.0)
    for name in ("meeting", "founding", "transfer", "acquirers"):
        assert np.all(getattr(hub, name) == 1.0), name


def test_the_programme_raises_the_level_of_hubs_and_of_no_other_place():
    hub = _world(support_budget=10.0)
    assert hub.level[:3].tolist() == pytest.approx([2.4, 1.2, 0.0])


def test_remote_search_takes_distance_away():
    distance = np.array([[0, 0, 0], [0, 0, 1.5], [0, 1.5, 0]], float)
    out = np.zeros((3, 3))
    closeness_of(distance, 1.3, np.array([1.6, 1.0]), out)
    assert out[2, 1] == pytest.approx(1.6 * np.exp(-1.3 * 1.5))
    closeness_of(distance, 1.3 * (1 - 1.0), np.array([1.6, 1.0]), out)
    assert out[1:, 1:].tolist() == [[1.6, 1.0], [1.6, 1.0]]


def test_networks_tilt_the_looks_of_funds_to_their_fields():
    by_region, by_field = np.array([5.0, 3.0]), np.array([4.0, 1.0, 3.0, 0.0])
    _search.favour(np.array([[1.0, 2.0], [1.0, 1.0]]), by_region, by_field)
    assert by_field.tolist() == [4.0, 2.0, 3.0, 0.0]
    assert by_region.tolist() == [6.0, 3.0]


def test_new_managers_follow_deals_only_while_the_loop_is_on():
    """Weights 0.8 and 0.2; 3 and 0 deals (one added to each): 0.8^.5 x 0.8^.5 and 0.2^.5 x 0.2^.5."""
    manager = SimpleNamespace(deals=np.array([[2, 0], [1, 0]]))
    p = SimpleNamespace(manager_weight=np.array([0.5, 0.5]), managers_follow=0.5)
    on = _places_of_managers(SimpleNamespace(manager=manager, choices={"hubs.feedback": "on"}), p)
    assert on.tolist() == pytest.approx([(0.5 * 0.8) ** 0.5, (0.5 * 0.2) ** 0.5])
    off = _places_of_managers(SimpleNamespace(manager=manager, choices={"hubs.feedback": "off"}), p)
    assert off is p.manager_weight


def _view(**columns):
    n = len(columns["id"])
    kinds = {"belief_mean": float, "belief_variance": float, "potential": float}
    return StartupView(*(
        np.array(columns.get(name, [0] * n), kinds.get(name, np.int64)) for name in StartupView._fields
    ))  # fmt: skip


def test_the_programme_pays_young_companies_of_hubs_without_equity_and_shows_what_is_ready():
    """Of five only the first two are eligible; both get 3 million over 4 quarters, one is far enough to be shown."""
    view = _view(id=[1, 2, 3, 4, 5], region=[1, 1, 2, 1, 1], visible=[1] * 5, founded=[95, 95, 95, 80, 95],
                 funded=[0, 0, 0, 0, 1], trl=[5, 3, 5, 5, 5], field=[1] * 5, belief_variance=[1.0] * 5)  # fmt: skip
    rows = np.empty(5, np.int64)
    assert hub_programme.eligible(view, np.array([2.0, 0.0]), 12.0, 100, rows) == 2
    assert rows[:2].tolist() == [0, 1]
    buffer, shown = requests.empty(5), np.empty(2, np.int64)
    count = hub_programme.support(buffer, view, rows[:2], 3_000_000, 4, 77, 1000, np.array([8, 9]), 5.0, 1.0,
                                  np.uint64(1), shown)  # fmt: skip
    assert (count, shown[0]) == (1, 0)
    assert view.signals.tolist() == [1, 0, 0, 0, 0]
    assert view.burn.tolist() == [750_000, 750_000, 0, 0, 0]
    assert buffer.payer[:2].tolist() == [77, 77]
    assert buffer.payee[:2].tolist() == [1000, 1001]
    assert buffer.amount[:2].tolist() == [3_000_000, 3_000_000]
