"""The process in which a person's code runs; it knows arguments, and no expected value.

It imports what a task needs once, and forks for every run, which then has limits of its own.
"""

import json
import os
import select
import sys
from typing import Any

from contrastive_drill.code.call import FILE, outcomes
from contrastive_drill.code.guard import confine, end_with_parent
from contrastive_drill.code.wire import unpack

IDLE = 0.3  # seconds without a request


def main() -> None:
    """Answer requests, a line each, until there are no more."""
    end_with_parent()
    libraries = sys.argv[1:]
    if "torch" in libraries:
        import torch

        torch.set_num_threads(1)
    _say("ready")
    if "torch" in libraries and _idle():
        # What autograd imports at the first use of some calls, so that no run pays for it.
        import torch._dynamo
        import torch.fx.experimental.symbolic_shapes
    for line in sys.stdin:
        request = json.loads(line)
        if not hasattr(os, "fork"):
            _say(f"pid {os.getpid()}")
            _serve(request)
            return
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                end_with_parent()
                _serve(request)
                status = 0
            finally:
                os._exit(status)
        _say(f"pid {pid}")
        status = os.waitpid(pid, 0)[1]
        _say(f"end {os.waitstatus_to_exitcode(status)}")


def _idle() -> bool:
    """Whether no request is waiting."""
    if sys.platform == "win32":
        return False
    return not select.select([sys.stdin], [], [], IDLE)[0]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _serve(request: dict[str, Any]) -> None:
    """Run every source with every call, and write what came of each as soon as it is known."""
    sources, calls, library = unpack(request["text"])
    scratch = os.path.realpath(request["scratch"])
    with open(request["results"], "w", encoding="utf-8") as results:
        quiet = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(quiet, descriptor)
        confine(scratch, request["seconds"])
        sys.argv, sys.dont_write_bytecode = [FILE], True
        for place, source in enumerate(sources):
            for case, outcome in enumerate(outcomes(source, calls, library)):
                results.write(f"{place} {case} {outcome}\n")
                results.flush()


if __name__ == "__main__":
    main()
