"""Outcomes are not parameters: nothing that is to be explained is read or typed in."""

from meguri.engine.parameters import specifications
from meguri.model.layers import pack_settings
from meguri.packs import countries, load_pack
from meguri.registry import shelf

#: Symbols of the parameter tables whose rows are outcomes, to be compared with and never read.
OUTCOME_SYMBOLS = {
    "ent_su", "n_look", "T_round", "V_exit_med", "burn_seed", "rd_per_res", "gerd_2021", "gerd_2022", "gerd_2023",
    "berd_2022", "berd_2023", "herd_2022", "herd_2023", "pnpg_2023", "J_amt_2023", "J_mean_2023", "J_n_2022",
    "J_n_2019", "J_amt_2018", "P_univ_2023", "kpi_base", "kpi_now", "h_ind_JP", "SU_u_2022", "SU_u_new", "SU_u_rec",
    "SU_u_exit", "N_su_ext", "F_su_2022", "F_su_2021", "N_raise", "F_vc_ini", "vc_tot_2022", "vc_dom_2022",
    "vc_tot_2016", "vc_tot_2017", "vc_dom_seed", "s_early", "F_raise", "N_fund", "N_ipo", "N_ma_2021", "s_ma",
    "s_below", "X_rdtc_2022", "X_rdtc_2023", "s_fund_Tokyo", "s_fund_Osaka", "pat_univ", "p_adopt", "eff_p1",
}  # fmt: skip


def _rows():
    for mechanism in shelf("meguri.mechanisms"):
        for spec in specifications(mechanism.id):
            yield spec.id, spec.symbol, spec.value
    for country in countries():
        for setting in pack_settings(load_pack(country)):
            yield setting.id, "", setting.value


def test_no_mechanism_carries_the_symbol_of_an_outcome():
    for identifier, symbol, _ in _rows():
        assert symbol not in OUTCOME_SYMBOLS, identifier


def test_no_parameter_is_the_same_quantity_as_a_target():
    """A parameter whose name is that of an indicator would be the outcome itself."""
    indicators = {indicator.id for indicator in shelf("meguri.indicators")}
    for identifier, _, _ in _rows():
        assert identifier.split(".")[-1] not in indicators, identifier


def test_initial_numbers_cannot_be_read_by_a_step():
    from ..conftest import small_request

    resolved = small_request().resolved
    initial = [spec for spec in resolved.specs.values() if spec.role == "initial"]
    assert initial
    for spec in initial:
        assert not hasattr(resolved.at([spec.mechanism], resolved.first), spec.name)
        assert hasattr(resolved.at([spec.mechanism], resolved.first, opening=True), spec.name)
