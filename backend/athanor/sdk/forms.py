"""A JSON Schema made fit for react-jsonschema-form: plain inputs where the raw schema would show dropdowns."""

from typing import Any

from athanor.sdk.schemas import JsonObject, resolved

_NULL = {"type": "null"}
_SCALARS = ("string", "integer", "number", "boolean")


def fit_for_forms(schema: JsonObject) -> JsonObject:
    """A copy of `schema` that means the same and draws well; the raw one stays the one that validates.

    1. the root's reference is resolved; 2. an optional scalar is one nullable input; 3. an optional object or list
    is a choice of "Not set" and "Set"; 4. an enum of one member is a constant with that default; 5. enums say
    their type; 6. a tagged union is `oneOf` with the tag's name; 7. factory defaults are there already (`schemas`).
    """
    root = resolved(schema, schema)
    if root is not schema:
        root = {**root, **{key: value for key, value in schema.items() if key != "$ref"}}
    fitted = _fit(root, schema)
    return fitted if isinstance(fitted, dict) else {}


def _fit(node: Any, root: JsonObject) -> Any:
    if isinstance(node, list):
        return [_fit(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    node = _without_null(dict(node), root)
    if len(node.get("enum", ())) == 1:
        node["const"] = node.pop("enum")[0]
    if "const" in node:
        node.setdefault("default", node["const"])
    if "type" not in node and (kind := _kind_of(node)):
        node["type"] = kind
    if "discriminator" in node:
        options = node.pop("anyOf", None) or node.pop("oneOf", None) or []
        node["oneOf"] = options
        node["discriminator"] = {"propertyName": node["discriminator"].get("propertyName")}
    return {key: _fit_part(key, value, root) for key, value in node.items()}


def _fit_part(keyword: str, value: Any, root: JsonObject) -> Any:
    if keyword in ("default", "const", "enum", "examples", "required", "type", "discriminator"):
        return value
    if keyword in ("properties", "$defs", "patternProperties") and isinstance(value, dict):
        return {name: _fit(part, root) for name, part in value.items()}
    return _fit(value, root)


def _without_null(node: JsonObject, root: JsonObject) -> JsonObject:
    """Rewrites `anyOf: [T, null]`."""
    options = node.get("anyOf")
    if not isinstance(options, list) or len(options) != 2 or _NULL not in options:
        return node
    (option,) = [part for part in options if part != _NULL] or [_NULL]
    target = resolved(option, root)
    siblings = {key: value for key, value in node.items() if key != "anyOf"}
    kind = target.get("type") or _kind_of(target)
    if kind in _SCALARS:
        merged = {**target, **siblings, "type": [kind, "null"]}
        if "enum" in target:
            merged["enum"] = [*target["enum"], None]
        if "const" in target:
            merged["enum"] = [merged.pop("const"), None]
        return merged
    if target.get("type") in ("object", "array") or "anyOf" in target or "oneOf" in target:
        return {**siblings, "anyOf": [{"type": "null", "title": "Not set"}, {**option, "title": "Set"}]}
    return node


def _kind_of(node: JsonObject) -> str | None:
    """The one JSON type of all members of an enum or of a constant."""
    values = node["enum"] if "enum" in node else [node["const"]] if "const" in node else []
    kinds = {_JSON_TYPES.get(type(value)) for value in values}
    return kinds.pop() if len(kinds) == 1 else None


_JSON_TYPES = {str: "string", int: "integer", bool: "boolean", float: "number", type(None): "null"}
