"""Every test has a home, a clock and a terminal of its own; none is measured by the clock."""

import re
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
import shipped
from hypothesis import HealthCheck, settings
from outputs import misfits

from contrastive_drill.actions import output

# How long an example takes says more of the machine than of the code.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("untimed")

# Under nohup and in the background signals are ignored, and would be in all that a test starts.
for number, handle in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handle)

NOW = "2026-11-21T18:30:00+01:00"


DEMO = re.compile(r"tests/demos/test_(?!claims|cores)(\w+)\.py|test_every_claim_holds\[([\w-]+)\]")
TOGETHER = ("tests/planner/test_month.py",)  # what all tests of a file look at takes long to make


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One worker has all tests of a demo, so that none makes what another has made."""
    from xdist.scheduler import LoadScopeScheduling

    def scope(_: object, nodeid: str) -> str:
        demo = DEMO.search(nodeid)
        file = nodeid.partition("::")[0]
        alone = file if file.endswith(TOGETHER) else nodeid
        return (demo[1] or demo[2]).replace("-", "_") if demo else alone

    return type("ByDemo", (LoadScopeScheduling,), {"_split_scope": scope})(config, log)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home for the program, also for the processes a test starts."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(folder))
    for name in (
        "PYTHONDONTWRITEBYTECODE",  # or every process compiles every module
        "NO_COLOR",
        "FORCE_COLOR",
        "LC_ALL",
        "LC_CTYPE",
        "COLORTERM",
        "PYTHONIOENCODING",
        "PAGER",
        "LESS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CONTRASTIVE_DRILL_HOME", str(folder / "drill"))
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", NOW)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("TERM", "xterm-256color")
    return folder / "drill"


@pytest.fixture(autouse=True)
def fitting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test has printed as JSON in its own process fits the schema."""
    printed = output.json_text

    def checked(name: str, value: dict[str, Any]) -> str:
        text = printed(name, value)
        assert not misfits(name, text)
        return text

    monkeypatch.setattr(output, "json_text", checked)


@pytest.fixture(scope="session")
def bank_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bank as a start of the program leaves it to the next one."""
    path = tmp_path_factory.mktemp("bank") / "bank.cache"
    path.write_bytes(shipped.bank()[1])
    return path


@pytest.fixture
def warm(home: Path, bank_cache: Path) -> None:
    """A home in which the bank was read before: starts are five times as quick."""
    (home / "cache").mkdir(parents=True)
    shutil.copy(bank_cache, home / "cache")
