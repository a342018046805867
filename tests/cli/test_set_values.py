"""Values of the command line, read as a schema wants them and put where they belong."""

from typing import Any

import click
import pytest

from athanor.cli.set_values import set_values

SCHEMA = {
    "$ref": "#/$defs/Config",
    "$defs": {
        "Config": {
            "type": "object",
            "properties": {
                "text": {"type": "string"},
                "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "whole": {"type": "integer"},
                "number": {"type": "number"},
                "yes": {"type": "boolean"},
                "words": {"type": "array", "items": {"type": "string"}},
                "pairs": {"type": "array", "items": {"$ref": "#/$defs/Pair"}},
                "model": {
                    "anyOf": [{"$ref": "#/$defs/Tree"}, {"$ref": "#/$defs/Net"}],
                    "discriminator": {"propertyName": "kind"},
                },
                "level": {"enum": ["low", "high", "3"]},
                "free": {},
            },
        },
        "Pair": {"type": "object", "properties": {"left": {"type": "string"}}},
        "Tree": {"type": "object", "properties": {"kind": {"const": "tree"}, "depth": {"type": "integer"}}},
        "Net": {"type": "object", "properties": {"kind": {"const": "net"}, "label": {"type": "string"}}},
    },
}


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("text=500", {"text": "500"}),
        ("text=true", {"text": "true"}),
        ('text="quoted"', {"text": "quoted"}),
        ("text=a=b", {"text": "a=b"}),
        ("text=", {"text": ""}),
        ("text=NaN", {"text": "NaN"}),
        ("maybe=null", {"maybe": None}),
        ("maybe=5", {"maybe": "5"}),
        ("whole=5", {"whole": 5}),
        ("whole=1e3", {"whole": 1000}),
        ("whole=1.5", {"whole": 1.5}),
        ("whole=five", {"whole": "five"}),
        ("number=5", {"number": 5}),
        ("number=-.5", {"number": "-.5"}),
        ("number=1e-3", {"number": 0.001}),
        ("yes=true", {"yes": True}),
        ("yes=False", {"yes": False}),
        ("yes=maybe", {"yes": "maybe"}),
        ("words=[1]", {"words": [1]}),
        ("words.0=1", {"words": ["1"]}),
        ("pairs.0.left=7", {"pairs": [{"left": "7"}]}),
        ("model.depth=3", {"model": {"depth": 3}}),
        ("model.label=3", {"model": {"label": "3"}}),
        ("level=3", {"level": "3"}),
        ("free.a.b=1", {"free": {"a": {"b": 1}}}),
        ("unknown=1", {"unknown": 1}),
        ("unknown=one", {"unknown": "one"}),
    ],
)
def test_a_value_is_read_as_its_place_wants_it(assignment: str, expected: dict[str, Any]) -> None:
    assert set_values({}, (assignment,), SCHEMA) == expected


def test_later_values_go_on_top_and_the_given_config_stays_as_it_was() -> None:
    given = {"words": ["a", "b"], "model": {"kind": "tree", "depth": 1}}
    wishes = ("words.1=c", "words.2=d", "model.depth=2", "text=x", "text=y")
    assert set_values(given, wishes, SCHEMA) == {
        "words": ["a", "c", "d"],
        "model": {"kind": "tree", "depth": 2},
        "text": "y",
    }
    assert given == {"words": ["a", "b"], "model": {"kind": "tree", "depth": 1}}


@pytest.mark.parametrize("assignment", ["text", "=5", "words.2=c", "words.x=c", "words.-1=c"])
def test_what_has_no_place_is_refused(assignment: str) -> None:
    with pytest.raises(click.BadParameter, match="must be"):
        set_values({"words": ["a"]}, (assignment,), SCHEMA)
