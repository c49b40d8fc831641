"""Counted costs as tables and charts: their sums, their ratios and where their curves meet."""

from dataclasses import replace

import pytest

from contrastive_drill.demo.result import Chart
from contrastive_drill.formula.tex import parse
from contrastive_drill.lab.mae_flops import cost_charts, cost_tables, recipes
from contrastive_drill.lab.mae_flops.flops import FLOPS, TRAINING, total
from contrastive_drill.lab.mae_flops.model_sizes import MODELS
from contrastive_drill.lab.mae_flops.recipes import MAE, TOKENS, TWO

LARGE = MODELS["L/16"]
ALL = list(MODELS.values())


def curve(chart: Chart, label: str) -> dict[float, float]:
    [series] = [series for series in chart.series if series.label == label]
    return dict(zip(series.xs, series.ys, strict=True))


def test_every_formula_can_be_read() -> None:
    for formula in cost_tables.FORMULAS:
        parse(formula.latex)


def test_the_terms_add_up_to_what_stands_below_them() -> None:
    table = cost_tables.term_table(LARGE)
    *terms, both, flop, share = table.rows
    for column in (1, 2, 3):
        cells = [row[column] for row in terms if row[column] != cost_tables.NONE]
        assert sum(map(float, cells)) == pytest.approx(float(both[column]), abs=0.006)
        assert float(flop[column]) == pytest.approx(2 * float(both[column]), abs=0.006)
    decoding = sum(float(row[2]) for row in terms if row[0].startswith("decoder"))
    assert share[2] == f"{decoding / float(both[2]):.0%}" == "26%"


def test_formula_counter_and_published_figures_stand_side_by_side() -> None:
    exact = cost_tables.formula_flops([LARGE])
    table = cost_tables.count_table(exact, [LARGE])
    view, mae, tokens = table.rows
    assert view[:5] == ("L/16: one view", "123.11", "123.11", "123.11", "61.55")
    assert mae[:5] == ("L/16: MAE", "41.51", "41.51", "-", "-")
    assert tokens[0] == "L/16: MAE, mask tokens"
    embedding = FLOPS * 196 * 768 * 1024 / 1e9  # no gradient flows on into the pixels
    for row in table.rows:
        assert float(row[5]) == pytest.approx(3 * float(row[1]) - embedding, abs=0.02)


def test_a_counter_that_disagrees_is_found_wherever_it_does() -> None:
    exact = cost_tables.formula_flops(ALL)
    assert cost_tables.counter_difference(exact, ALL) == 0
    for label, (once, both) in exact.items():
        assert cost_tables.counter_difference(
            {**exact, label: (once * 2, both)}, ALL
        ) == pytest.approx(50)
        assert cost_tables.counter_difference(
            {**exact, label: (once, both * 2)}, ALL
        ) == pytest.approx(50)


def test_the_formula_meets_the_published_figures_to_their_last_decimal() -> None:
    assert cost_tables.published_difference() < 0.05


def test_methods_are_compared_with_two_views() -> None:
    yours = replace(LARGE, name="yours", mask=0.9)
    rows = {row[0]: row[1:] for row in cost_tables.method_table([*ALL, yours]).rows}
    assert rows[TWO] == ("6F", *(f"{rows[TWO][i].split()[0]} (1.00)" for i in (1, 2, 3, 4)))
    assert [cell.split()[1] for cell in rows[MAE][1:4]] == ["(0.28)", "(0.17)", "(0.15)"]
    assert float(rows[MAE][4].split()[0]) < float(rows[MAE][2].split()[0])
    assert rows[recipes.PAIR][4] == rows[recipes.TUBES][2] == cost_tables.NONE


def test_recipes_are_compared_with_moco_v3() -> None:
    rows = {(row[0], row[1]): row[3:] for row in cost_tables.recipe_table().rows}
    assert [cell.split()[1] for cell in rows[MAE, "1600"]] == ["(1.11)", "(0.67)", "(0.58)"]
    assert all(cell.endswith("(1.00)") for cell in rows[recipes.MOCO, "300"])
    assert rows[recipes.PAIR, "32"][1:] == ("-", "-")  # OpenAI trained no L/16


def test_the_mask_chart_goes_through_the_paper_and_meets_its_baseline() -> None:
    chart = cost_charts.mask_ratio_chart(LARGE)
    whole, encoder = curve(chart, "MAE"), curve(chart, "its encoder")
    costs = {method: FLOPS * macs / 1e9 for method, macs in recipes.training(LARGE).items()}
    assert whole[75.0] == pytest.approx(costs[MAE])
    assert dict(chart.references) == pytest.approx(
        {"two views": costs[TWO], "mask tokens in encoder": costs[TOKENS]}
    )
    assert whole[0.0] == pytest.approx(costs[TOKENS])  # nothing masked: every token is encoded
    apart = [whole[x] - encoder[x] for x in whole]
    assert max(apart) - min(apart) < 0.02 * max(apart)  # the decoder costs nearly the same
    assert list(whole.values()) == sorted(whole.values(), reverse=True)


def test_the_resolution_chart_has_two_slopes_that_cross_at_6d_tokens() -> None:
    chart = cost_charts.resolution_chart(LARGE)
    assert (chart.x_axis, chart.y_axis) == ("log", "log")
    linear, square, both = (
        curve(chart, label) for label in ("grows with n", "grows with n²", "all")
    )
    assert both == pytest.approx({x: linear[x] + square[x] for x in linear})
    for side in linear:
        tokens = 1 + (side / 16) ** 2
        embedding = FLOPS * (side / 16) ** 2 * 768 * 1024 / 1e9
        assert (linear[side] - embedding) / square[side] == pytest.approx(6 * 1024 / tokens)
    first, last = min(linear), max(linear)
    assert linear[first] > 20 * square[first]
    assert square[last] > 3 * linear[last]


def test_one_view_of_the_resolution_chart_is_the_encoder_itself() -> None:
    wide = replace(LARGE, shape=replace(LARGE.shape, image=64))
    assert curve(cost_charts.resolution_chart(LARGE), "all")[64.0] == pytest.approx(
        FLOPS * total(wide.forward()) / 1e9
    )
    assert TRAINING == 3
