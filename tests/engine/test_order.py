"""The order of the quarter."""

import pytest

from meguri.engine.contract import Mechanism
from meguri.engine.order import quarter_order
from meguri.engine.tables import Column
from meguri.errors import InputError


def _mechanism(identifier, phase="firms", owns=(), **more):
    columns = tuple(Column("firm", name, "int64", "", "") for name in owns)
    return Mechanism(
        id=identifier, ja="", en="", phase=phase, since="2016Q1", step=lambda world, p: None, owns=columns, **more
    )


def test_phases_come_in_their_fixed_order():
    order = quarter_order([_mechanism("a", "taxes"), _mechanism("b", "exogenous"), _mechanism("c", "deals")])
    assert [mechanism.id for mechanism in order] == ["b", "c", "a"]


def test_writers_precede_readers_whatever_their_names():
    order = quarter_order([_mechanism("a", reads=("firm.x",)), _mechanism("z", owns=("x",))])
    assert [mechanism.id for mechanism in order] == ["z", "a"]


def test_a_reader_of_the_opening_does_not_wait():
    order = quarter_order([_mechanism("a", reads_opening=("firm.x",)), _mechanism("z", owns=("x",))])
    assert [mechanism.id for mechanism in order] == ["a", "z"]


def test_a_cycle_is_refused_by_name():
    first = _mechanism("first", owns=("x",), reads=("firm.y",))
    second = _mechanism("second", owns=("y",), reads=("firm.x",))
    with pytest.raises(RuntimeError, match=r"cycle.*first, second"):
        quarter_order([first, second])


def test_two_owners_are_refused_by_name():
    with pytest.raises(RuntimeError, match=r"firm\.x is owned by a and by b"):
        quarter_order([_mechanism("a", owns=("x",)), _mechanism("b", owns=("x",))])


def test_an_unknown_phase_lists_the_nearest():
    with pytest.raises(InputError, match=r"unknown phase 'taxe'.*taxes"):
        quarter_order([_mechanism("a", "taxe")])
