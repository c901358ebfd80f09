"""The figure of the README: the ten links of a real run, as standalone SVG in both languages.

``python -m meguri.reports.readme_figure RUN_FOLDER docs`` writes ``figure.svg`` and ``figure.ja.svg``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from meguri.reports.charts import links
from meguri.reports.folder import view_of


def main(folder: str, target: str) -> None:
    """Write the figure of a run into a folder."""
    view = view_of(Path(folder))
    for language, name in (("en", "figure.svg"), ("ja", "figure.ja.svg")):
        svg = links.figure(view, language)  # type: ignore[arg-type]
        if "xmlns=" not in svg:
            svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        style = "<style>text{font-family:'Noto Sans JP','Hiragino Sans','Yu Gothic',sans-serif}</style>"
        head, _, rest = svg.partition(">")
        ground = '<rect width="100%" height="100%" fill="#fff"/>'
        Path(target, name).write_text(f"{head}>{style}{ground}{rest}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
