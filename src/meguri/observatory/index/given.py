"""Files that a user gives for an index: plain files of a bounded size; links are refused as imports refuse them."""

from __future__ import annotations

from pathlib import Path

from meguri.errors import InputError, Phrase, cause, japanese
from meguri.observatory import files


def content(path: Path, most: int, what: Phrase) -> bytes:
    """Return the bytes of a file; ``what`` says which file it is.

    Raises InputError for a symbolic link, for what cannot be read and for more than ``most`` bytes.
    """
    if path.is_symlink():
        raise InputError(
            f"{what} '{path}' is a symbolic link; name the file itself",
            f"{what.ja}「{path}」はシンボリックリンクです。実体のファイルを指定してください",
        )
    try:
        with files.opened(path) as file:
            found = file.read(most + 1)
    except OSError as error:
        raise InputError(
            f"{what} '{path}' cannot be read: {cause(error)}",
            f"{what.ja}「{path}」を読み込めません：{japanese(cause(error))}",
        ) from None
    if len(found) > most:
        raise InputError(
            f"{what} '{path}' is larger than {most // 1_000_000} MB",
            f"{what.ja}「{path}」は{most // 1_000_000} MBを超えています",
        )
    return found
