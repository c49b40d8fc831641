"""A real browser: opens a written page, without the network, and tells what is wrong with it."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from html import escape, unescape
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

PROGRAM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))),
    None,
)
WITHOUT = "no Chromium on this machine: chromium, chromium-browser, google-chrome or chrome"
PATIENCE = 300.0  # seconds before a browser that never ends fails a test
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
PHONE = 390  # units: a window of a headless browser is wider, so a frame is made as narrow
LISTEN = """
addEventListener("message", event => {
  document.getElementById("verdict").textContent = event.data;
});
"""
# What the copy of a page does once it stands: judge itself, and tell the window around it.
JUDGE = """
document.querySelectorAll("details").forEach(details => { details.open = true; });
axe.run().then(judged => parent.postMessage(JSON.stringify({
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  paper: getComputedStyle(document.body).backgroundColor,
  letters: [...new Set([...document.querySelectorAll("svg text")].map(
    text => getComputedStyle(text).fill))],
  wide: document.documentElement.clientWidth,
  needs: document.documentElement.scrollWidth,
  formulas: [...document.querySelectorAll("math")].map(math => math.getBoundingClientRect().height),
  passed: judged.passes.map(rule => rule.id),
  unsure: judged.incomplete.map(rule => rule.id),
  violations: judged.violations.map(rule => [
    rule.id, rule.nodes.map(node => node.html.slice(0, 200) + " " + node.failureSummary)]),
}), "*"));
"""


class Look(NamedTuple):
    """How a page is looked at."""

    page: str
    dark: bool = False
    phone: bool = False


def judged(look: Look) -> dict[str, Any]:
    """What a page is in the browser, and every rule of accessibility that it breaks."""
    page = with_script(POLICY.sub("", look.page), f"{_axe()}{LISTEN}{JUDGE}")
    if look.phone:
        frame = f'<iframe title="page" width="{PHONE}" height="2000" srcdoc="{escape(page)}">'
        page = with_script(f"<!DOCTYPE html><body>{frame}</iframe></body>", LISTEN)
    found = re.search(r'<pre id="verdict"[^>]*>(.+?)</pre>', dumped(page, look.dark), re.S)
    assert found, "the page judged itself"
    verdict: dict[str, Any] = json.loads(unescape(found[1]))
    return verdict


def all_judged(looks: Iterable[Look]) -> list[dict[str, Any]]:
    """The same of several, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(judged, looks))


def with_script(page: str, script: str) -> str:
    """A page with a script at its end, and a place for what that has to say."""
    quoted = script.replace("</script", "<\\/script")
    place, end = '<pre id="verdict" hidden></pre>', "</body>"
    return page.replace(end, f"{place}<script>{quoted}</script>{end}")


def dumped(page: str, dark: bool = False) -> str:
    """The document of a page after its scripts ran."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(page, "utf-8")
        return run(path, dark, "--virtual-time-budget=30000", "--dump-dom")


def run(path: Path, dark: bool, *options: str) -> str:
    """What the browser prints of a page in a file."""
    assert PROGRAM
    with tempfile.TemporaryDirectory() as profile:
        scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
        done = subprocess.run(
            [PROGRAM, *QUIET, f"--user-data-dir={profile}", scheme, *options, path.as_uri()],
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )
    return done.stdout.decode("utf-8")


def _axe() -> str:
    return (files("axe_core_python") / "axe.min.js").read_text("utf-8")


# Of the page and of its words.
LIGHT = ("rgb(255, 255, 255)", "rgb(29, 33, 38)")
DARK = ("rgb(20, 24, 29)", "rgb(223, 227, 231)")


def faultless(look: Look, verdict: dict[str, Any]) -> None:
    """A page was looked at as it was meant to be, and breaks no rule."""
    assert verdict["dark"] is look.dark
    paper, ink = DARK if look.dark else LIGHT
    assert verdict["paper"] == paper
    assert verdict["letters"] == [ink], "words in pictures, whose contrast axe does not judge"
    assert verdict["needs"] <= verdict["wide"], "nothing makes the whole page scroll sideways"
    assert (verdict["wide"] == PHONE) is look.phone
    assert {"color-contrast", "heading-order", "landmark-one-main"} <= set(verdict["passed"])
    assert verdict["violations"] == []
