"""The page for a phone without a browser: its own script, over elements that only remember."""

import json
import re
from datetime import datetime
from pathlib import Path

import quickjs

ARTICLE = re.compile(r'<article id="(card-\d+)" hidden>(.*?)</article>', re.S)
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.S)
SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
BROWSER = """
const listeners = {}, named = {};
let now = 0;
const element = id => {
  const parts = {};
  return {
    id, dataset: {}, children: [], classList: { toggle() {} }, firstChild: { textContent: "" },
    querySelector(selector) {
      if (selector === "input[type=text]" && !fields.includes(id)) return null;
      return parts[selector] ??= element();
    },
    querySelectorAll: () => [], matches: () => false, setAttribute() {}, focus() {},
  };
};
const document = {
  ...element(), hidden: false, getElementById: id => named[id] ??= element(id),
  addEventListener(type, listener) { listeners[type] = listener; },
};
const addEventListener = document.addEventListener, scrollTo = () => {};
const localStorage = {
  getItem: key => key in kept ? kept[key] : null, setItem(key, value) { kept[key] = value; },
};
const performance = { now: () => now };
const crypto = { getRandomValues: bytes => bytes.map(() => 256 * Math.random()) };
const Blob = function (parts) { this.text = parts.join(""); };
const URL = { createObjectURL: blob => blob.text, revokeObjectURL() {} };
globalThis.Date = class extends Date {
  constructor(...given) { super(...(given.length ? given : [now])); }
};
document.getElementById("data").textContent = told;
function press(key, target) {
  listeners.keydown({ key, target: target ?? element(), preventDefault() {} });
}
function type(words) {
  const field = shown.querySelector("input[type=text]");
  press("Enter", { ...Object.assign(field, { value: words }), matches: () => true });
}
"""


class Page:
    """A page that was written, opened at a time; what it keeps outlives it in `kept`."""

    def __init__(self, path: Path, at: datetime, kept: str = "{}") -> None:
        text = path.read_text("utf-8")
        data, (script,) = DATA.search(text), SCRIPT.findall(text)
        assert data
        fields = [name for name, body in ARTICLE.findall(text) if 'type="text"' in body]
        self._js = quickjs.Context()
        self._js.eval(
            f"const told = {json.dumps(data[1])}, fields = {fields}, kept = {kept};{BROWSER}"
        )
        self.at(at)
        self._js.eval(script)

    def at(self, at: datetime) -> None:
        """Set its clock."""
        self._js.eval(f"now = {round(at.timestamp() * 1000)}")

    @property
    def asked(self) -> str | None:
        """The card that it asks now."""
        asked: str | None = self._js.eval("shown && here().current.id")
        return asked

    @property
    def kept(self) -> str:
        """What it keeps in the browser."""
        return str(self._js.eval("JSON.stringify(kept)"))

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self._js.eval(f"press({json.dumps(key)})")

    def type(self, words: str) -> None:
        """Type a number, and Enter."""
        self._js.eval(f"type({json.dumps(words)})")

    def handed_back(self) -> str:
        """The file of its answers, which is also there to be copied."""
        self._js.eval("actions.menu()")
        told = str(self._js.eval('byId("file").href'))
        assert told == self._js.eval('byId("answers").value')
        self._js.eval("actions.back()")
        return told
