"""The table of what is observed: complete, cached, made again when it is damaged."""

from __future__ import annotations

import pytest

from meguri.errors import InputError
from meguri.ledger.schema import schema
from meguri.observatory import observed as module
from meguri.observatory.observed import build, cache_file, items_table, observed, sources, sources_table


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_CACHE", str(tmp_path))
    module._table.cache_clear()
    yield tmp_path
    module._table.cache_clear()


def test_all_sources_are_in_it(own_cache):
    frame = observed()
    assert frame.schema == schema("observations")
    assert frame.height == sum(len(source.observations()) for source in sources())
    for source in sources():
        assert observed(source.id).height == len(source.observations())


def test_it_is_cached_and_made_again_when_damaged(own_cache):
    first = observed()
    assert cache_file().is_file()
    cache_file().write_bytes(b"damaged")
    module._table.cache_clear()
    assert observed().equals(first)
    path, rows = build()
    assert path == cache_file()
    assert rows == first.height


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    monkeypatch.setenv("MEGURI_CACHE", str(tmp_path / "file"))
    module._table.cache_clear()
    assert observed().height > 0
    assert build()[0] is None
    module._table.cache_clear()


def test_sources_and_items():
    table = sources_table()
    assert table["observations"].sum() == observed().height
    assert items_table().height == table["items"].sum()
    assert items_table("document")["id"].str.starts_with("document:").all()
    with pytest.raises(InputError, match="document"):
        observed("documents")
