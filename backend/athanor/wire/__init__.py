"""Every message that crosses a process boundary, and nothing else.

reports   child -> worker          (socketpair, length-prefixed msgpack)
control   worker -> child, API server -> worker
bus       publisher -> hub         (Redis pub/sub)
frames    backend <-> WebSocket client (JSON)
topics    the names clients subscribe to
"""
