"""What a quarter wrote down: columns in order, calls one by one, room for any number."""

import numpy as np

from meguri.engine.records import Records


def test_columns_follow_the_order_of_the_calls():
    records = Records()
    records.add(3, np.array([1, 2]), 7, np.array([5, 6]), 0, "round")
    records.add(4, np.array([9]), 0, 0, -1, "")
    assert {name: column.tolist() for name, column in records.columns.items()} == {
        "act": [3, 3, 4],
        "actor": [1, 2, 9],
        "counterparty": [7, 7, 0],
        "contract": [5, 6, 0],
        "value": [0, 0, -1],
    }


def test_each_call_keeps_its_reason():
    records = Records()
    assert not records
    records.add(3, np.array([1, 2]), 0, 0, 0, "round")
    records.add(4, np.array([9]), 0, 0, 0, "founder")
    assert [(call["actor"].tolist(), call["reason"].tolist()) for call in records] == [
        ([1, 2], ["round", "round"]),
        ([9], ["founder"]),
    ]
    assert records[0]["act"].tolist() == [3, 3]


def test_what_is_written_down_is_a_copy():
    records, actors = Records(), np.array([1, 2])
    records.add(3, actors, 0, 0, 0, "")
    actors[:] = 0
    assert records.columns["actor"].tolist() == [1, 2]


def test_more_rows_than_were_foreseen_find_room():
    records = Records()
    for first in range(0, 20_000, 1000):
        records.add(1, np.arange(first, first + 1000), 0, 0, first, "")
    assert records.columns["actor"].tolist() == list(range(20_000))
    assert records.columns["value"][-1] == 19_000
