from servers import session_servers

__all__ = ["session_servers"]
