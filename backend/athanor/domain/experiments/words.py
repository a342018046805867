"""What is said about a fault in a config: one table by JSON Schema keyword, `words.json`, that the page reads too.

Each phrase completes a sentence that starts with the field's name.
"""

import json
from importlib.resources import files

from athanor.wire.text import clean_text

WORDS: dict[str, str | dict[str, str]] = json.loads(files(__package__).joinpath("words.json").read_text("utf-8"))

_LONGEST_LIST = 20


def phrase(keyword: str, **values: object) -> str:
    """The phrase of a keyword with one form, its placeholders filled in."""
    template = WORDS[keyword]
    assert isinstance(template, str), keyword
    return template.format(**values)


def counted(keyword: str, limit: object) -> str:
    """The phrase of a keyword that counts something: `minLength`, `maxItems` and the like."""
    forms = WORDS[keyword]
    assert isinstance(forms, dict), keyword
    return forms["one" if limit == 1 else "other"].format(limit=shown(limit))


def of_type(types: object) -> str:
    """The phrase for a value of none of the JSON types `types` (one name or a list of names)."""
    names = [types] if isinstance(types, str) else [name for name in types if isinstance(name, str)]  # type: ignore[attr-defined]
    phrases, articles = WORDS["type"], WORDS["typeNames"]
    assert isinstance(phrases, dict)
    assert isinstance(articles, dict)
    if len(names) == 1 and names[0] in phrases:
        return phrases[names[0]]
    return phrases["several"].format(types=either([articles.get(name, name) for name in names]))


def of_format(name: str) -> str:
    """The phrase for text that is not of the format `name`."""
    phrases = WORDS["format"]
    assert isinstance(phrases, dict)
    return phrases.get(name) or phrase("other", rule=f"format {name}")


def of_pattern(pattern: str) -> str:
    """The phrase for text that does not match `pattern`; well-known patterns have words of their own."""
    phrases = WORDS["patterns"]
    assert isinstance(phrases, dict)
    return phrases.get(pattern) or phrase("pattern", pattern=pattern)


def one_of(values: list[object]) -> str:
    """The phrase for a value that is none of `values`."""
    if len(values) == 1:
        return phrase("const", value=shown(values[0]))
    listed = ", ".join(shown(value) for value in values[:_LONGEST_LIST])
    more = len(values) - _LONGEST_LIST
    return phrase("enum", values=f"{listed} and {more} more" if more > 0 else listed)


def shown(value: object) -> str:
    """A limit or an allowed value as people write it: text bare, whole floats without `.0`, the rest as JSON."""
    if isinstance(value, str):
        return clean_text(value) if value else '""'
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return clean_text(json.dumps(value, ensure_ascii=False))


def either(names: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}" if names else "nothing"
