"""From the commit to the browser: the publisher sends to Redis, the hub fans out to WebSocket clients.

Nothing here knows what the bytes mean; whatever Redis loses is read from PostgreSQL by offset.
"""
