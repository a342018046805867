"""The server's token as it is now."""

import hashlib
import hmac
from functools import cached_property

_ROUNDS = 200_000


class Token:
    """One value; rotation puts another `Token` in its place."""

    def __init__(self, value: str) -> None:
        self.value = value
        self._digest = hashlib.sha256(value.encode()).digest()

    def matches(self, given: bytes) -> bool:
        """Takes as long for a wrong token as for the right one, whatever its length."""
        return hmac.compare_digest(hashlib.sha256(given).digest(), self._digest)

    @cached_property
    def fingerprint(self) -> bytes:
        """What sessions remember of the token they were made with: slow to compute, so that it gives none away."""
        return hashlib.pbkdf2_hmac("sha256", self.value.encode(), b"athanor browser session", _ROUNDS)


class CurrentToken:
    """What everybody who asks for the token holds on to, while the token itself may be replaced."""

    def __init__(self, value: str | None) -> None:
        """`value` None: this server asks for no token."""
        self.now = None if value is None else Token(value)

    def replace(self, value: str) -> bool:
        """Whether that is another token than before."""
        if self.now is not None and self.now.matches(value.encode()):
            return False
        self.now = Token(value)
        return True
