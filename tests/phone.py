"""A phone: headless Chromium at its size, driven by touches and keys through a pipe."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import F_DUPFD, fcntl
from importlib.resources import files
from pathlib import Path
from typing import Any

import browser

WIDE, HIGH = 390, 844
KEYS = {"Enter": (13, "\r"), " ": (32, " "), "Tab": (9, "")}


class Phone:
    """One page in a browser that keeps its storage in a folder."""

    def __init__(self, folder: Path, url: str, before: str = "") -> None:
        assert browser.PROGRAM
        (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
        # The browser's own are 3 and 4: numbers that these may have.
        given = [fcntl(end, F_DUPFD, 10) for end in (theirs_in, theirs_out)]
        here = f'exec "$0" "$@" 3<&{given[0]} 4>&{given[1]}'
        self.process = subprocess.Popen(
            ["bash", "-c", here, browser.PROGRAM, *browser.QUIET, "--remote-debugging-pipe",
             f"--user-data-dir={folder / 'profile'}", "about:blank"],
            pass_fds=given, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for end in (*given, theirs_in, theirs_out):
            os.close(end)
        self.out, self.answers = os.fdopen(ours_out, "wb"), os.fdopen(ours_in, "rb")
        self.heard: list[dict[str, Any]] = []
        self.number, self.session, self.rest = 0, "", b""
        targets = self("Target.getTargets")["targetInfos"]
        target = next(each["targetId"] for each in targets if each["type"] == "page")
        attached = self("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        self("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
        for domain in ("Page", "Runtime", "Log", "Network"):
            self(f"{domain}.enable")
        size = {"width": WIDE, "height": HIGH, "deviceScaleFactor": 3, "mobile": True}
        self("Emulation.setDeviceMetricsOverride", **size)
        self("Emulation.setTouchEmulationEnabled", enabled=True)
        if before:
            self("Page.addScriptToEvaluateOnNewDocument", source=before)
        self.open(url)

    def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of a command of the DevTools protocol."""
        self.number += 1
        call: dict[str, Any] = {"id": self.number, "method": method, "params": parameters}
        if self.session and not method.startswith(("Target.", "Browser.")):
            call["sessionId"] = self.session
        self.out.write(json.dumps(call).encode() + b"\0")
        self.out.flush()
        while True:
            told = self._hear()
            if told.get("id") == self.number:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            more = os.read(self.answers.fileno(), 1 << 20)
            assert more, "the browser is still there"
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\0")
        told: dict[str, Any] = json.loads(line)
        self.heard.append(told)
        return told

    def wait(self, event: str, after: int = 0) -> dict[str, Any]:
        """The first such event among those heard after so many."""
        place = after
        while True:
            if place == len(self.heard):
                self._hear()
            if self.heard[place].get("method") == event:
                params: dict[str, Any] = self.heard[place]["params"]
                return params
            place += 1

    def open(self, url: str) -> None:
        """Load a page, and wait until it stands."""
        after = len(self.heard)
        self("Page.navigate", url=url)
        self.wait("Page.loadEventFired", after)

    def reload(self) -> None:
        """Load the same page again."""
        after = len(self.heard)
        self("Page.reload")
        self.wait("Page.loadEventFired", after)

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        told = self("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def touch(self, selector: str) -> None:
        """Touch the middle of the one element that is shown and fits a selector."""
        x, y = self.run(f"""(() => {{
          const shown = [...document.querySelectorAll({json.dumps(selector)})].filter(
            element => element.checkVisibility());
          if (shown.length !== 1) throw new Error(`${{shown.length}} shown: {selector!r}`);
          const one = shown[0].getBoundingClientRect();
          if (one.top < 0 || one.bottom > innerHeight) shown[0].scrollIntoView({{block: "center"}});
          const box = shown[0].getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2];
        }})()""")
        self("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        # A touch becomes a click a frame later.
        self.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))")

    def key(self, key: str) -> None:
        """Press a key."""
        code, text = KEYS.get(key, (ord(key.upper()[0]), key))
        about = {"key": key, "windowsVirtualKeyCode": code}
        self("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        self("Input.dispatchKeyEvent", type="keyUp", **about)

    def type(self, words: str) -> None:
        """Type into what has the focus."""
        self("Input.insertText", text=words)

    def dark(self, is_dark: bool) -> None:
        """Prefer dark pages, or light ones."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self("Emulation.setEmulatedMedia", features=[scheme])

    def axe(self) -> list[Any]:
        """The rules of accessibility that the page breaks as it stands."""
        if not self.run("typeof axe === 'object'"):
            self.run((files("axe_core_python") / "axe.min.js").read_text("utf-8") + ";0")
        broken: list[Any] = self.run("""axe.run().then(judged => judged.violations.map(rule => [
          rule.id, rule.nodes.map(node => node.html.slice(0, 200) + node.failureSummary)]))""")
        return broken

    def complaints(self) -> list[str]:
        """What the browser said of errors, and of anything that the policy refused."""
        logged = [each["params"] for each in self.heard if each.get("method") == "Log.entryAdded"]
        thrown = [each for each in self.heard if each.get("method") == "Runtime.exceptionThrown"]
        return [each["entry"]["text"] for each in logged] + [json.dumps(each) for each in thrown]

    def fetched(self) -> set[str]:
        """Every address that was asked for."""
        sent = (e for e in self.heard if e.get("method") == "Network.requestWillBeSent")
        return {each["params"]["request"]["url"] for each in sent}

    def downloaded(self, folder: Path) -> Path:
        """The one file that was downloaded, once it is whole."""
        until = time.monotonic() + browser.PATIENCE
        while not (found := [*folder.glob("*.jsonl")]) and time.monotonic() < until:
            self.run("new Promise(done => setTimeout(done, 20))")
        return found[0]

    def close(self) -> None:
        """Close the browser as a person does."""
        self("Browser.close")
        self.process.wait(browser.PATIENCE)


@contextmanager
def phone(folder: Path, page: Path, before: str = "") -> Iterator[Phone]:
    """A phone that shows a page, with a script that runs `before` those of the page."""
    shown = Phone(folder, page.as_uri(), before)
    try:
        yield shown
        shown.close()
    finally:
        shown.process.kill()
        shown.process.wait()
        for end in (shown.out, shown.answers):
            with suppress(BrokenPipeError):
                end.close()
