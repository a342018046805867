"""The guard process of one run: starts the child, outlives everything else, and leaves nothing behind.

    python -I -S guard.py WORKER_PID CONTROL STDOUT STDERR KEEP SILENCE_S GROUP ARGUMENT...

CONTROL, STDOUT, STDERR and KEEP are inherited descriptors: the socket to the worker, the child's two pipes, and the
one descriptor more that the child keeps. GROUP: the folder of an empty control group that the child is put into and
that is removed in the end, or nothing. ARGUMENT... starts the child. One JSON object a line on CONTROL:

    worker -> guard   {"order":"pet"}, {"order":"terminate"}, {"order":"kill"}
    guard -> worker   {"started": pid, "refused": why the child is not in GROUP (errno) | null},
                      at last {"exit": code | null, "signal": number | null, "oom": bool,
                      "left": how many processes had to be ended after the child had exited,
                      "silent": whether the child was ended because the worker had not petted for so long}

End of file on CONTROL, SIGTERM, or no pet for SILENCE_S end the child and every descendant at once.
Standard library only, no threads, no asyncio; and little of the library, for it starts with every run.
"""

import _signal as signal  # type: ignore[import-not-found]  # `signal` itself brings `enum` and `re`, half of the start-up time
import os
import select
import sys
import time

LINUX = sys.platform == "linux"
if LINUX:
    import ctypes
else:
    import subprocess

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
NATURAL_END_S = 0.3
TERMINATE_S = 0.7
ROUND_S = 0.02
OOM_SAMPLE_S = 5.0
FREEZE_ROUNDS = 10
CANNOT_START = 127
ORDERS = {b'{"order":"pet"}': "pet", b'{"order":"terminate"}': "terminate", b'{"order":"kill"}': "kill"}
IGNORED = (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE)


def prctl(option: int, value: int) -> None:
    """Linux only, elsewhere nothing. Failing is no reason to stop: the other nets still hold."""
    if LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


class Guard:
    def __init__(
        self, control: int, stdout: int, stderr: int, keep: int, silence_s: float, group: str, argv: list[str]
    ) -> None:
        self.control, self.stdout, self.stderr, self.keep = control, stdout, stderr, keep
        self.silence_s = silence_s
        self.group = group
        self.refused: str | None = None
        self.argv = argv
        self.buffer = b""
        self.child = 0
        self.status: int | None = None
        self.childless = False
        self.left = 0
        self.silent = False
        self.wanted: str | None = None
        self.killed = False
        self.worker_gone = False
        self.untouchable: set[int] = set()
        self.petted_at = self.sampled_at = time.monotonic()
        self.oom_before = self.oom_sample = oom_kills(group)
        os.set_blocking(control, False)
        os.set_inheritable(control, False)
        self.wake, self.waker = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(self.waker, False)
        signal.set_wakeup_fd(self.waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self.on_sigterm)
        for number in IGNORED:
            signal.signal(number, signal.SIG_IGN)

    def on_sigterm(self, *_: object) -> None:
        self.wanted = "kill"

    def run(self) -> None:
        self.start_child()
        self.tell(f'{{"started": {self.child}, "refused": {self.refused or "null"}}}')
        while self.status is None:
            if self.wanted == "kill":
                self.end_all()
                continue
            if self.wanted == "terminate":
                self.wanted = None
                os.kill(self.child, signal.SIGTERM)
            self.wait(min(1.0, max(ROUND_S, self.petted_at + self.silence_s - time.monotonic())))
        self.end_leftovers()
        code = os.waitstatus_to_exitcode(self.status)
        oom = code == -signal.SIGKILL and not self.killed and oom_kills(self.group) > self.oom_before
        self.remove_group()
        self.tell(
            f'{{"exit": {code if code >= 0 else "null"}, "signal": {-code if code < 0 else "null"}, '
            f'"oom": {"true" if oom else "false"}, "left": {self.left}, '
            f'"silent": {"true" if self.silent else "false"}}}'
        )

    def start_child(self) -> None:
        guard = os.getpid()
        joining = os.pipe() if self.group else None
        self.child = os.fork()
        if self.child:
            for descriptor in (self.stdout, self.stderr, self.keep):
                os.close(descriptor)
            if joining:
                self.see_joined(*joining)
            return
        try:
            # Set before exec, which keeps it: the child does not outlive the guard by one instruction of its own.
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != guard:
                os._exit(CANNOT_START)
            if joining:
                self.join_group(joining[1])
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, *IGNORED):
                signal.signal(number, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(self.stdout, 1)
            os.dup2(self.stderr, 2)
            os.set_inheritable(self.stdout, False)
            os.set_inheritable(self.stderr, False)
            os.execvpe(self.argv[0], self.argv, os.environ)  # noqa: S606
        except BaseException as error:
            os.write(2, f"cannot start {self.argv[0]}: {error}\n".encode(errors="backslashreplace"))
        finally:
            os._exit(CANNOT_START)

    def join_group(self, refusal: int) -> None:
        """The child, before exec: nothing it does or starts is outside."""
        try:
            with open(f"{self.group}/cgroup.procs", "w") as file:
                file.write("0")
        except OSError as error:
            os.write(refusal, str(error.errno).encode())

    def see_joined(self, refused: int, refusal: int) -> None:
        """Waits until the child is in the group, and at its exec, or has said why it is not."""
        os.close(refusal)
        self.refused = os.read(refused, 16).decode() or None
        os.close(refused)
        if self.refused:
            self.group = ""
            self.oom_before = self.oom_sample = oom_kills("")

    def remove_group(self) -> None:
        deadline = time.monotonic() + TERMINATE_S
        while self.group:
            try:
                os.rmdir(self.group)
                return
            except FileNotFoundError:
                return
            except OSError:
                if time.monotonic() > deadline:
                    return
                time.sleep(ROUND_S)  # the kernel still takes leave of who was in it

    def wait(self, timeout_s: float) -> None:
        """Until something happens or `timeout_s` is over: takes orders, reaps, watches for silence."""
        poll = select.poll()
        poll.register(self.wake, select.POLLIN)
        if not self.worker_gone:
            poll.register(self.control, select.POLLIN)
        poll.poll(timeout_s * 1000)
        try:
            os.read(self.wake, 4096)
        except BlockingIOError:
            pass
        if not self.worker_gone:
            self.take_orders()
        now = time.monotonic()
        if now - self.petted_at > self.silence_s:
            self.silent, self.wanted = self.silent or self.status is None, "kill"
        self.reap()
        if self.status is None and now - self.sampled_at > OOM_SAMPLE_S:
            # Two samples back: a kill of somebody else hours ago must not be taken for this one's reason.
            self.oom_before, self.oom_sample, self.sampled_at = self.oom_sample, oom_kills(self.group), now

    def take_orders(self) -> None:
        while True:
            try:
                data = os.read(self.control, 65536)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                self.worker_gone, self.wanted = True, "kill"
                return
            self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        for line in lines:
            order = ORDERS.get(line)
            if order == "pet":
                self.petted_at = time.monotonic()
            elif self.wanted != "kill":
                self.wanted = order or self.wanted

    def tell(self, line: str) -> None:
        try:
            os.write(self.control, line.encode() + b"\n")
        except OSError:
            pass  # the worker is gone: there is nobody to tell

    def reap(self) -> None:
        """Collects whoever has ended. `childless`: nobody is left, escaped descendants included (Linux)."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self.childless = True
                return
            if pid == 0:
                self.childless = False
                return
            if pid == self.child:
                self.status = status

    def none_left(self) -> bool:
        self.reap()
        if self.childless and LINUX:
            return True
        return self.status is not None and not self.descendants()

    def end_leftovers(self) -> None:
        """The child has exited: others get a moment to end by themselves, then TERM, then KILL."""
        if not self.wait_for_all(NATURAL_END_S):
            leftovers = self.descendants()
            self.left = len(leftovers)
            for pid, started in leftovers.items():
                self.send(pid, started, signal.SIGTERM)
            if not self.wait_for_all(TERMINATE_S):
                self.end_all()

    def wait_for_all(self, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while not self.none_left():
            if self.wanted == "kill" or time.monotonic() > deadline:
                return False
            self.wait(ROUND_S)
        return True

    def end_all(self) -> None:
        """Stops everyone until nobody new appears, so that nobody forks away, and kills; until none is left."""
        self.killed = self.killed or self.status is None
        while not self.none_left():
            frozen: dict[int, str] = {}
            for _ in range(FREEZE_ROUNDS):
                fresh = {pid: started for pid, started in self.descendants().items() if pid not in frozen}
                if not fresh:
                    break
                for pid, started in fresh.items():
                    self.send(pid, started, signal.SIGSTOP)
                frozen.update(fresh)
            for pid, started in frozen.items():
                self.send(pid, started, signal.SIGKILL)
            if self.status is not None and frozen and self.untouchable.issuperset(frozen):
                return  # another user's processes (sudo): not ours to end
            self.wait(ROUND_S)

    def send(self, pid: int, started: str, number: int) -> None:
        """Signals the process that had `pid` when it was listed, and no later owner of that number."""
        handle = None
        try:
            if LINUX:
                try:
                    handle = os.pidfd_open(pid)
                except ProcessLookupError:
                    return
                except OSError:
                    pass  # an old kernel, or a sandbox: the plain signal has to do
                entry = linux_process(pid)
                if entry is None or entry[1] != started:
                    return
            if handle is None:
                os.kill(pid, number)
            else:
                signal.pidfd_send_signal(handle, number)
        except PermissionError:
            self.untouchable.add(pid)
        except ProcessLookupError:
            pass
        finally:
            if handle is not None:
                os.close(handle)

    def descendants(self) -> dict[int, str]:
        """Living descendants by pid, with what tells them from a later process of the same pid."""
        table = linux_table() if LINUX else ps_table()
        me = os.getpid()
        found: dict[int, str] = {}
        parents = {me}
        while parents:
            parents = {
                pid
                for pid, (parent, _, group) in table.items()
                if pid not in found and pid != me and (parent in parents or (not LINUX and group == self.child))
            }
            found.update({pid: table[pid][1] for pid in parents})
        return found


def linux_process(pid: int) -> tuple[int, str, int] | None:
    """(parent, start time, process group) of a living process."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    if not fields or fields[0] in (b"Z", b"X"):
        return None
    return int(fields[1]), fields[19].decode(), int(fields[2])


def linux_table() -> dict[int, tuple[int, str, int]]:
    table = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            entry = linux_process(int(name))
            if entry is not None:
                table[int(name)] = entry
    return table


def ps_table() -> dict[int, tuple[int, str, int]]:
    """macOS. A process that left both the family tree and the child's group is not found: the documented limit."""
    ps = subprocess.Popen(["/bin/ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], stdout=subprocess.PIPE, text=True)
    table = {}
    for line in ps.communicate()[0].splitlines():
        pid, parent, group, state = line.split(None, 3)
        if not state.startswith("Z") and int(pid) != ps.pid:
            table[int(pid)] = (int(parent), "", int(group))
    return table


def oom_kills(group: str) -> int:
    """How many processes of `group`, or else of our own, the kernel has killed for memory; 0 where it does not say."""
    for name in ("memory.events", "memory.oom_control") if group else ():
        if (count := oom_count(f"{group}/{name}")) is not None:
            return count
    try:
        with open("/proc/self/cgroup") as file:
            groups = [line.rstrip("\n").split(":", 2) for line in file]
    except OSError:
        return 0
    for _, controllers, path in groups:
        if controllers == "":
            counters = f"/sys/fs/cgroup{path}/memory.events"
        elif "memory" in controllers.split(","):
            counters = f"/sys/fs/cgroup/memory{path}/memory.oom_control"
        else:
            continue
        if (count := oom_count(counters)) is not None:
            return count
    return 0


def oom_count(counters: str) -> int | None:
    try:
        with open(counters) as file:
            for line in file:
                name, _, count = line.partition(" ")
                if name == "oom_kill":
                    return int(count)
    except OSError:
        pass
    return None


def main() -> None:
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    worker, control, stdout, stderr, keep = map(int, sys.argv[1:6])
    guard = Guard(control, stdout, stderr, keep, float(sys.argv[6]), sys.argv[7], sys.argv[8:])
    if os.getppid() == worker:
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        guard.run()


if __name__ == "__main__":
    main()
