"""HTTP/1.1 by uvicorn's httptools protocol, with a limit on the request's head: the parser itself has none."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024

_TOO_LONG = b"The request line and the headers may have at most 64 KiB together.\n"


class BoundedHttpProtocol(HttpToolsProtocol):
    """Answers 431 and closes the connection once a head grows past MAX_HEAD_BYTES (and what one read brings)."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_head = False
        self._head_bytes = 0

    def on_message_begin(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
                self.transport.write(
                    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n"
                    b"content-type: text/plain; charset=utf-8\r\n"
                    b"content-length: %d\r\n\r\n%s" % (len(_TOO_LONG), _TOO_LONG)
                )
                self.transport.close()
