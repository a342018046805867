"""Rules about text that JSON Schema can only say as patterns. They mean the same in Python and in JavaScript."""

_MAX_DIGITS = 19
_GROUP = "[A-Za-z0-9+/]{4}"
_ENDS = ("", "[A-Za-z0-9+/]{2}==", "[A-Za-z0-9+/]{3}=")

ASCII = r"^[\x00-\x7f]*$"
CAPITALS = "^[^a-z]*$"
WHOLE_NUMBER = r"^-?(0|[1-9][0-9]{0,18})$"
DECIMAL_NUMBER = r"^-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?$"
"""A number that every decoder reads as a finite float."""

_NOTHING = r"[^\s\S]"


def whole_number(low: int | None, high: int | None) -> str:
    """Decimal digits of a whole number from `low` to `high`, without leading zeros; 19 digits at most."""
    if low is None and high is None:
        return WHOLE_NUMBER
    return f"^(?:{'|'.join(_signed(low, high)) or _NOTHING})$"


def _signed(low: int | None, high: int | None) -> list[str]:
    parts = []
    if high is None or high >= 0:
        parts += _digits(max(low or 0, 0), high)
    if low is None or low < 0:
        parts += ["-" + digits for digits in _digits(max(-(high or 0), 0) if high is not None else 0, low and -low)]
    return parts


def _digits(low: int, high: int | None) -> list[str]:
    """Alternatives that together are the digits of the numbers from `low` to `high`, both at least 0."""
    if high is None or high >= 10**_MAX_DIGITS:
        if (size := len(str(low))) > _MAX_DIGITS:
            return []
        longer = [f"[1-9][0-9]{{{size},{_MAX_DIGITS - 1}}}"] if size < _MAX_DIGITS else []
        return [*_digits(low, 10**size - 1), *longer]
    parts = []
    while low <= high:
        # The longest run of nines that low's trailing zeros allow: 120 -> 120..129, 200 -> 200..299, 0 -> 0..9.
        zeros = 0
        while low % 10 ** (zeros + 1) == 0 and low + 10 ** (zeros + 1) - 1 <= high and zeros + 1 < len(str(low)):
            zeros += 1
        step = 10**zeros
        last = low
        while last // step % 10 < 9 and last + 2 * step - 1 <= high:
            last += step
        first_digits, last_digits = str(low // step), str(last // step)
        choice = last_digits[-1] if low == last else f"[{first_digits[-1]}-{last_digits[-1]}]"
        parts.append(first_digits[:-1] + choice + (f"[0-9]{{{zeros}}}" if zeros else ""))
        low = last + step
    return parts


def base64_of(low: int, high: int | None) -> str:
    """Base64 text that stands for `low` to `high` bytes."""
    parts = []
    for extra, end in enumerate(_ENDS):
        fewest = max(0, -(-(low - extra) // 3))
        most = None if high is None else (high - extra) // 3
        if most is None or most >= fewest:
            parts.append(f"(?:{_GROUP}){{{fewest},{'' if most is None else most}}}{end}")
    return f"^(?:{'|'.join(parts) or _NOTHING})$"


def decimal(digits: int | None, places: int | None) -> str:
    """A plain decimal number of at most `digits` digits, at most `places` of them behind the point."""
    if digits is None or places is not None:
        shares = [(None if digits is None else max(1, digits - (places or 0)), places or 0)]
    else:
        shares = [(max(1, digits - behind), behind) for behind in range(digits)]
    return f"^-?(?:{'|'.join(_decimal(before, behind) for before, behind in shares)})$"


def _decimal(before: int | None, behind: int) -> str:
    more = "*" if before is None else f"{{0,{before - 1}}}"
    return f"(?:0|[1-9][0-9]{more})" + (f"(?:\\.[0-9]{{1,{behind}}})?" if behind else "")


def uuid(version: int) -> str:
    """A UUID of one version, with hyphens."""
    return f"^[0-9a-fA-F]{{8}}-[0-9a-fA-F]{{4}}-{version}[0-9a-fA-F]{{3}}-[89abAB][0-9a-fA-F]{{3}}-[0-9a-fA-F]{{12}}$"
