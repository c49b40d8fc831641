"""Pages in a real browser: nothing a screen reader, a phone or a dark room stumbles over."""

import browser
import pytest
from browser import Look, faultless
from pages import result

from contrastive_drill.screen.demo import html

pytestmark = pytest.mark.skipif(browser.PROGRAM is None, reason=browser.WITHOUT)


def test_the_page_of_a_demo_is_faultless_in_the_light_the_dark_and_on_a_phone() -> None:
    page = html.page(result())
    looks = [Look(page), Look(page, dark=True), Look(page, phone=True)]
    for look, verdict in zip(looks, browser.all_judged(looks), strict=True):
        faultless(look, verdict)
        assert verdict["formulas"] > [20.0], "a fraction is higher than a line"


def test_a_page_with_faults_is_found_out() -> None:
    page = html.page(result())
    for whole, broken in (
        ("--faint: #5a626b", "--faint: #b9bfc4"),
        ('<html lang="en">', "<html>"),
        ("<h2>Charts</h2>", "<h4>Charts</h4>"),
        ('alt=""', ""),
    ):
        assert whole in page
        page = page.replace(whole, broken)
    found = {rule for rule, _ in browser.judged(Look(page))["violations"]}
    assert found >= {"color-contrast", "html-has-lang", "heading-order", "image-alt"}


def test_the_browser_runs_nothing_in_a_page_as_it_is() -> None:
    page = html.page(result())
    script = 'document.getElementById("verdict").textContent = "ran"'
    refused, allowed = (
        browser.dumped(browser.with_script(text, script))
        for text in (page, browser.POLICY.sub("", page))
    )
    assert 'hidden="">ran</pre>' in allowed
    assert 'hidden=""></pre>' in refused
