"""The libraries of calibration: an extra, so that a plain installation stays small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from meguri.errors import InputError

#: Module -> name of the distribution that brings it.
NEEDED = {"scipy": "scipy", "sklearn": "scikit-learn", "cmaes": "cmaes"}


def need_extra() -> None:
    """Raise InputError, saying what to install, when a library of calibration is missing."""
    missing = [name for module, name in NEEDED.items() if find_spec(module) is None]
    if missing:
        raise InputError(
            f"calibration needs {', '.join(missing)}; install the extra: pip install 'meguri[study]'",
            f"較正には{', '.join(missing)}が必要です。追加パッケージを導入してください：pip install 'meguri[study]'",
        )


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep linear algebra on one thread, so that its last bits do not depend on the number of cores."""
    import scipy.linalg  # noqa: F401  (only libraries that are loaded can be limited)
    import sklearn.gaussian_process  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
