"""The observatory from Python."""

from __future__ import annotations

import pytest

import meguri
from meguri.errors import InputError

from ..sources.data_sets import SUBSIDIES, text, write
from .sheets import CONTRACTS


def test_files_are_brought_in_and_read(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    (path,) = write(tmp_path, {"s.csv": text(SUBSIDIES, "1000012160145,仙台市,研究補助,1000,2016-04-01", "x,y,z,1,2")})
    found = meguri.import_data("gbizinfo", path)
    assert found.table("flows").collect()["amount"].to_list() == [1000]
    assert found.table("quarantine").collect().height == 1
    assert meguri.import_data("gbizinfo", str(path)).id == found.id
    assert "link_flow.government_university" not in set(meguri.observed("observatory:gbizinfo")["indicator"])
    assert meguri.observed()["origin"].str.starts_with("document").any()
    with pytest.raises(InputError, match="reads no files"):
        meguri.import_data("document", path)


def test_a_sheet_of_ones_own_by_its_mapping(tmp_path):
    (tmp_path / "m.toml").write_text(CONTRACTS, encoding="utf-8")
    with pytest.raises(InputError):
        meguri.import_data(str(tmp_path / "m.toml"), tmp_path / "nowhere.csv", store=tmp_path / "store")
