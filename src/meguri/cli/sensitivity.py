"""``meguri sensitivity``: which parameters move an indicator, and how much of that is chance."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from meguri.cli.asking import Asked, request_of
from meguri.cli.language import language, text
from meguri.cli.options import (
    Country,
    First,
    Institution,
    Jobs,
    Json,
    Lang,
    Last,
    On,
    Output,
    Parameters,
    Scale,
    Seed,
    Set,
    Shelf,
    TableFormat,
    World,
    option,
)
from meguri.cli.output import Format, emit, print_table, say, write_json
from meguri.cli.progress import run_with_progress
from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.experiments.sensitivity import Indices, Study

HELP = text(
    "どの係数が指標を動かすかを測る（モリス法による選別、ソボル指数）。",
    "Measure which parameters move an indicator: Morris screening or Sobol indices.",
)
Method = Annotated[
    str,
    option("--method", metavar="morris|sobol", ja="方法（既定：morris）", en="Method (default: morris)"),
]
Indicator = Annotated[
    list[str] | None,
    option(
        "--indicator",
        metavar="ID[@PLACE[@PERIOD]]",
        ja="見る指標。時点は2022、FY2022、または平均する年2018/2022。複数可（既定：主要10指標の最後の5年の平均）",
        en="What to look at; a period is 2022, FY2022 or years to average over, 2018/2022; repeatable "
        "(default: the ten headline indicators, mean over the last five years)",
    ),
]
Free = Annotated[
    list[str] | None,
    option(
        "--free",
        metavar="ID|MECHANISM|FILE",
        ja="動かす係数のID、メカニズム名（その係数すべて）、またはそれらを1行ずつ書いたファイル。複数可（既定：幅のある係数すべて）",
        en="Parameter to move, a mechanism (all of its), or a file with one a line; repeatable "
        "(default: all that have a range)",
    ),
]
Trajectories = Annotated[
    int | None,
    option("--trajectories", ja="モリス法の軌道の数（既定：10）", en="Trajectories of Morris (default: 10)"),
]
Points = Annotated[
    int | None,
    option(
        "--points", ja="ソボル指数の計画の行数、2のべき乗（既定：64）", en="Rows of Sobol, a power of 2 (default: 64)"
    ),
]
Seeds = Annotated[
    int | None,
    option(
        "--seeds", ja="各点の乱数の種の数。全点に共通（既定：2）", en="Seeds at each point, shared by all (default: 2)"
    ),
]
Top = Annotated[
    int,
    option("--top", min=1, ja="表に示す係数の数（既定：10）", en="Parameters that the table shows (default: 10)"),
]
Save = Annotated[
    bool,
    option(
        "--save",
        ja="係数ごとの影響度を国パックに書き込む（報告書の「影響度で加重」が読む）",
        en="Write the influence of each parameter into the country pack, where reports read it",
    ),
]
SHOWN = {
    "morris": ("parameter", "mu", "mu_star", "low", "high", "sigma", "noise", "share"),
    "sobol": ("parameter", "first", "first_low", "first_high", "total", "total_low", "total_high", "noise", "share"),
}
HEADINGS = {
    "morris": text(
        "係数|平均 μ|絶対値の平均 μ*|下限|上限|標準偏差 σ|偶然のみのμ*|影響度",
        "parameter|mu|mu*|low|high|sigma|noise|share",
    ),
    "sobol": text(
        "係数|一次 S1|下限|上限|総合 ST|下限|上限|偶然の割合|影響度",
        "parameter|S1|low|high|ST|low|high|noise|share",
    ),
}


def command(
    world: World = "baseline",
    method: Method = "morris",
    indicator: Indicator = None,
    free: Free = None,
    trajectories: Trajectories = None,
    points: Points = None,
    seeds: Seeds = None,
    top: Top = 10,
    save: Save = False,
    country: Country = None,
    institution: Institution = None,
    first: First = None,
    last: Last = None,
    scale: Scale = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Shelf = Path("runs"),
    values: Set = None,
    parameters: Parameters = None,
    on: On = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Measure the sensitivity of indicators to parameters."""
    _need_extra()
    from meguri.experiments.sensitivity import SEEDS, analyse, study_of
    from meguri.experiments.sensitivity_quantities import quantities_of
    from meguri.model.free import free_of

    if save and (free or values or parameters):
        raise InputError(
            "--save is for the influence of all parameters; leave out --free, --set and --parameters",
            "--saveはすべての係数の影響度を書き込むため、--free、--set、--parametersとは同時に指定できません",
        )
    asked = Asked(country, institution, first, last, scale, None, seed, jobs, None, values, parameters, None, on)
    at_once = asked.at_once
    request = request_of(world, asked)
    quantities = quantities_of(indicator or (), request.scenario.country, request.span)
    size = _size(method, trajectories, points)
    study = study_of(request, quantities, free_of(request, free or ()), method, size, SEEDS if seeds is None else seeds)
    _announce(study)
    folder = run_with_progress(study.run, out, at_once, as_json, asked.where).folder
    found = analyse(study, folder)
    rows = found.table.to_dicts()
    if as_json:
        write_json({"run": str(folder), "points": len(study.design.unit), "seeds": study.seeds,
                    "missing": found.missing, "rows": rows})  # fmt: skip
    elif form is not Format.table or output is not None:
        emit(rows, found.table.columns, False, form, output, title="sensitivity")
    else:
        _show(study, found, top)
        print(text(f"実行結果：{folder}", f"run: {folder}"))
    if save:
        _save(study, found, folder)


def _need_extra() -> None:
    missing = [name for module, name in (("SALib", "SALib"), ("scipy", "scipy")) if find_spec(module) is None]
    if missing:
        raise InputError(
            f"sensitivity needs {', '.join(missing)}; install the extra: pip install 'meguri[study]'",
            f"感度分析には{', '.join(missing)}が必要です。追加パッケージを導入してください：pip"
            " install 'meguri[study]'",
        )


def _size(method: str, trajectories: int | None, points: int | None) -> int | None:
    """Return the number that belongs to the method; raise InputError for that of the other."""
    if method == "morris" and points is not None:
        raise InputError(
            "--points goes with --method sobol; --method morris takes --trajectories",
            "--pointsは--method sobolの指定です。--method morrisでは--trajectoriesを指定してください",
        )
    if method == "sobol" and trajectories is not None:
        raise InputError(
            "--trajectories goes with --method morris; --method sobol takes --points",
            "--trajectoriesは--method morrisの指定です。--method sobolでは--pointsを指定してください",
        )
    return trajectories if method == "morris" else points


def _announce(study: Study) -> None:
    """Say what is going to be run."""
    points, seeds = len(study.design.unit), study.seeds
    say(
        text(
            f"係数{len(study.free)}個、{points:,}点×乱数の種{seeds}個＝{points * seeds:,}本を走らせます",
            f"parameters moved: {len(study.free)}; {points:,} points x {seeds} seeds = {points * seeds:,} members",
        )
    )


def _show(study: Study, found: Indices, top: int) -> None:
    """Print the parameters that matter most, one table an indicator, and what the columns hold."""
    import polars as pl

    method = study.design.method
    columns = SHOWN[method]
    for quantity in study.quantities:
        rows = found.table.filter(
            (pl.col("indicator") == quantity.indicator)
            & (pl.col("place") == quantity.place)
            & (pl.col("period") == quantity.period)
        ).head(top)
        shown = [{name: _rounded(row[name]) for name in columns} for row in rows.to_dicts()]
        title = f"{_label(quantity.indicator)} {quantity.place} {quantity.period} ({rows['unit'][0]})"
        print_table(shown, HEADINGS[method].split("|"), columns, title, whole=("parameter",))
        missing = found.missing[str(quantity)]
        if missing:
            total = len(study.design.unit) * study.seeds
            say(
                text(
                    f"{quantity.indicator}：{total:,}本のうち{missing:,}本には値がなく、その点を除いて計算した",
                    f"{quantity.indicator}: {missing:,} of {total:,} members have no value; their steps are left out",
                )
            )
    say(_explained(study))


def _rounded(value: Any) -> Any:
    return float(f"{value:.3g}") if isinstance(value, float) else value


def _label(indicator: str) -> str:
    from meguri.indicators import family, member
    from meguri.registry import shelf

    known = member(shelf("meguri.indicators")[family(indicator)], indicator)
    return known.ja if language() == "ja" else known.en


def _explained(study: Study) -> str:
    if study.design.method == "morris":
        return text(
            "μ*＝係数だけを事前分布の12.5%点から87.5%点まで動かしたときの指標の変化（絶対値の平均）、"
            "下限・上限は90%区間（軌道4本以上）、偶然のみのμ*＝係数に効果がなくても偶然で出る大きさ",
            "mu*: change of the indicator when the parameter alone goes from the 12.5% to the 87.5% quantile of its "
            "prior (mean of absolute values); low and high: 90% interval (four trajectories or more); "
            "noise: the mu* that chance alone would give",
        )
    return text(
        "S1＝その係数だけで説明される分散の割合、ST＝相互作用も含む割合、下限・上限は90%区間、"
        "偶然の割合＝分散のうち偶然による部分",
        "S1: share of the variance that the parameter brings alone, ST: with all its interactions; low and high: 90% "
        "interval; noise: share of the variance that is chance",
    )


def _save(study: Study, found: Indices, folder: Path) -> None:
    """Write the influence of the parameters into the country pack, with how it was made."""
    from meguri.experiments.sensitivity_influence import made_by, save

    pack = study.request.pack
    path = save(
        Path(str(pack.folder)),
        [spec.id for spec in study.free],
        [str(quantity) for quantity in study.quantities],
        found.share,
        made_by(study, folder),
    )
    say(text(f"影響度を書き込みました：{path}", f"influence written: {path}"))
