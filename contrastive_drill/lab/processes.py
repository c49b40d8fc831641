"""Processes that work together as ranks of one group, and end with the one that started them."""

import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import distributed

from contrastive_drill.errors import UsageProblem

PATIENCE = timedelta(minutes=5)  # of a rank with another, which may have much to do first
LOOPBACK = {"linux": "lo", "darwin": "lo0"}
Task = Callable[..., Iterator[Any]]


def together(task: Task, count: int, device: torch.device, *given: Any) -> Iterator[Any]:
    """What rank 0 yields when `count` processes run `task(device, *given)` as one group.

    They talk by nccl where GPUs are wanted and each has its own, else by gloo, on the processor.

    Raises:
        UsageProblem: when torch cannot do that here, or a process failed.
    """
    if not (distributed.is_available() and distributed.is_gloo_available()):
        raise UsageProblem("this build of torch lacks torch.distributed or gloo")
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:  # a process that imports, once, torch and what its DDP needs, and only forks
        context.set_forkserver_preload([__name__, "torch._dynamo"])
    heard, told = context.Pipe(duplex=False)
    words = pickle.dumps((task, given))  # by itself it would share the memory of tensors
    gpus = device.type == "cuda" and torch.cuda.device_count() >= count
    with tempfile.TemporaryDirectory() as folder:
        meeting = Path(folder, "meeting").as_uri()
        every = [(rank, count, gpus, meeting, told, words) for rank in range(count)]
        ranks = [context.Process(target=_rank, args=each, daemon=True) for each in every]
        main = sys.modules["__main__"]
        try:
            sys.modules["__main__"] = ModuleType("__main__")  # so that none imports the program
            for each in ranks:
                each.start()
            sys.modules["__main__"] = main
            told.close()
            while (found := _next(heard, ranks))[0]:
                yield found[0]
            if found[1]:
                raise UsageProblem(f"a process of the ranks failed: {found[1]}")
        except EOFError:
            raise UsageProblem("the processes of the ranks ended without a word") from None
        finally:
            sys.modules["__main__"] = main
            for each in ranks:
                if each.pid:
                    each.kill()
                    each.join()


def _next(heard: Any, ranks: list[Any]) -> Any:
    """What comes next, unless one of them was killed meanwhile."""
    while not heard.poll(0.5):
        if any(each.exitcode for each in ranks):
            raise EOFError
    return heard.recv()


def _rank(rank: int, count: int, gpus: bool, meeting: str, told: Any, words: bytes) -> None:
    """One of them; `told` hears what rank 0 finds, and in the end what went wrong, if it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started it
    threading.Thread(target=_watch, daemon=True).start()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if sys.platform in LOOPBACK:
        os.environ["GLOO_SOCKET_IFNAME"] = LOOPBACK[sys.platform]
    try:
        torch.set_num_threads(1)
        backend = "nccl" if gpus else "gloo"
        distributed.init_process_group(
            backend, meeting, rank=rank, world_size=count, timeout=PATIENCE
        )
        task, given = pickle.loads(words)
        for found in task(torch.device(f"cuda:{rank}" if gpus else "cpu"), *given):
            if rank == 0:
                told.send((found, ""))
        if rank == 0:
            told.send((None, ""))
    except Exception as error:
        told.send((None, f"{type(error).__name__}: {error}".partition("\n")[0][:200]))


def _watch() -> None:
    """End this process when the one that started it ends."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
    os._exit(1)
