"""Compiled kernels are kept by module: an edit reaches what depends on it, and nothing else."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import meguri
from meguri.engine import kernels

PACKAGE = Path(meguri.__file__).parent
FOLDERS = """
import sys
sys.path.insert(0, sys.argv[1])
from meguri.engine import kernels
for folder in sorted(kernels.current_folders()):
    print(folder.parent.name, folder.name)
"""


@pytest.fixture
def copy(tmp_path) -> Path:
    return Path(shutil.copytree(PACKAGE, tmp_path / "meguri", ignore=shutil.ignore_patterns("__pycache__")))


def folders(copy: Path) -> dict[str, str]:
    """The folder of every module's kernels, as a process that uses a copy of the package names it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", FOLDERS, str(copy.parent)], capture_output=True, text=True, env=environment, check=True
    )
    return dict(line.split() for line in done.stdout.splitlines())


def test_an_edited_module_starts_a_folder_for_those_that_import_it_and_no_others(copy):
    before = folders(copy)
    with (copy / "mechanisms" / "_search.py").open("a") as file:
        file.write("# edited\n")
    after = folders(copy)
    changed = {module for module in before if before[module] != after[module]}
    assert {"mechanisms._search", "mechanisms.deals", "outside"} <= changed
    assert not {"mechanisms.taxes", "engine.chance"} & changed


def test_an_edited_vocabulary_starts_a_folder_for_those_that_name_it(copy):
    before = folders(copy)
    with (copy / "vocabulary" / "flows.csv").open("a") as file:
        file.write("\n")
    after = folders(copy)
    assert before["engine.chance"] == after["engine.chance"]
    assert before["mechanisms.deals"] != after["mechanisms.deals"]


def test_imports_are_read_from_the_text_as_python_reads_them():
    modules = kernels._modules()
    for module, path in modules.items():
        found = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module}: a relative import is not followed"
                found |= {node.module or "", *(f"{node.module}.{name.name}" for name in node.names)}
            elif isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
        assert found & modules.keys() - {"meguri"} == kernels.imports(module), module


def test_a_kernel_is_kept_in_the_folder_of_its_module():
    from meguri.engine.chance import uniform

    assert Path(uniform.stats.cache_path).is_relative_to(kernels.cache_folder("meguri.engine.chance"))


def test_a_copy_of_the_package_uses_what_is_compiled(copy, tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from meguri.engine.chance import uniform\n"
        "import numpy as np\n"
        "uniform(np.uint64(1), np.int64(2), 3)\n"
        "print(sum(uniform.stats.cache_hits.values()), sum(uniform.stats.cache_misses.values()))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["MEGURI_CACHE"] = str(tmp_path / "cache")
    found = [
        subprocess.run([sys.executable, "-c", script, str(tree)], capture_output=True, text=True, env=environment)
        for tree in (PACKAGE.parent, copy.parent)
    ]
    assert [done.stdout.split() for done in found] == [["0", "1"], ["1", "0"]], found
