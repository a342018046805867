"""What tells a process from a later one with its id must not move when a clock is set."""

import os
import sys
import time

import psutil

from athanor.worker.machine import process_started


def test_the_start_of_a_process_does_not_move_with_the_clock(monkeypatch):
    own, parent = process_started(os.getpid()), process_started(os.getppid())
    assert own is not None
    assert parent is not None
    assert parent <= own
    if sys.platform == "linux":
        assert own < time.clock_gettime(time.CLOCK_BOOTTIME)
        monkeypatch.setattr(psutil._pslinux, "BOOT_TIME", 1.0, raising=False)
        monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: 1.0)
    assert process_started(os.getpid()) == own


def test_no_process_has_no_start():
    assert process_started(2**22 + 1) is None
