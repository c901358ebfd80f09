"""Indicators of SBIR on a ledger by hand."""

import pytest

from meguri.indicators import measure
from meguri.registry import shelf

from .by_hand import act, ledger, pay

STARTUP = "startup_independent"


def _asked(period, actor, phase, won=False):
    rows = [act(period, "sbir_application", actor, value=phase)]
    return rows + [act(period, "award", actor, value=10**7)] * won


@pytest.fixture(scope="module")
def small():
    records = _asked("2016Q3", 1, 1, True) + _asked("2016Q3", 2, 1) + _asked("2017Q1", 3, 1, True)
    records += _asked("2016Q3", 4, 2, True) + _asked("2016Q3", 5, 1) + [act("2016Q3", "award", 9, value=3 * 10**8)]
    records += [act("2016Q4", "gate_technology", 1, value=1), act("2016Q4", "gate_business", 1, value=0),
                act("2016Q4", "gate_decision", 1, value=0), act("2016Q4", "gate_technology", 2, value=0)]
    payments = [pay("2016Q3", "sbir_award", 4 * 10**9, payee=STARTUP, stage="sbir_phase_1"),
                pay("2017Q1", "sbir_award", 10**9, payee=STARTUP, stage="sbir_phase_1"),
                pay("2016Q4", "sbir_award", 7 * 10**9, payee=STARTUP, stage="sbir_phase_2"),
                pay("2016Q4", "government_procurement", 2 * 10**9, payee=STARTUP)]
    return ledger(payments, records)


def _values(identifier, ledger):
    rows = measure(shelf("meguri.indicators")[identifier], ledger).filter(period="FY2016")
    return {name.partition(".")[2]: value for name, value in rows.select("indicator", "value").iter_rows()}


def test_applications_awards_and_rates_by_phase(small):
    """Four apply for phase 1 in the year and two win; a deep-tech grant (9) is no award of SBIR."""
    assert _values("sbir_applications", small) == {"sbir_phase_1": 4.0, "sbir_phase_2": 1.0, "sbir_phase_3": 0.0}
    assert _values("sbir_awards", small) == {"sbir_phase_1": 2.0, "sbir_phase_2": 1.0, "sbir_phase_3": 0.0}
    assert _values("sbir_pass_rate", small) == {"sbir_phase_1": 0.5, "sbir_phase_2": 1.0}


def test_money_as_it_is_paid(small):
    assert _values("sbir_amount", small) == {"sbir_phase_1": 5.0, "sbir_phase_2": 7.0, "sbir_phase_3": 0.0}
    assert _values("sbir_procurement", small) == {"": 2.0}


def test_gates_by_criterion(small):
    found = _values("sbir_gate_pass_rate", small)
    assert found == {"gate_technology": 0.5, "gate_business": 0.0, "gate_decision": 0.0}
