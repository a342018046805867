"""Pub/sub connections cut again and again under load: exact, with a bounded delay, also of the last line."""

import threading
import time

import redis

from followers import Followers


def test_cut_every_half_second(stack, backend):
    client = redis.Redis.from_url(backend.redis_url)
    stop = threading.Event()
    cuts = 0

    def cut():
        nonlocal cuts
        while not stop.wait(0.5):
            cuts += client.client_kill_filter(_type="pubsub")

    run_id = stack.start("numbered", lines=400, pause_s=0.01, tail_s=600)
    followers = Followers(stack.stream_url, run_id, 5)
    thread = threading.Thread(target=cut)
    thread.start()
    try:
        stack.until_lines(run_id, 400)
        committed_at = time.monotonic()
        while any(len(seen) < 400 for seen in followers.seen):
            assert time.monotonic() - committed_at < 10, [len(seen) for seen in followers.seen]
            time.sleep(0.01)
    finally:
        stop.set()
        thread.join()
        client.close()
    assert stack.run(run_id)["status"] == "running"  # so no end of the stream told them
    stack.cancel(run_id)
    stack.until(run_id)
    assert cuts >= 5
    stack.check_ledger(run_id, *followers.wait(), lines=400)
