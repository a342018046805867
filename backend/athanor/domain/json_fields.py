"""Field types with what openapi.json says about them: times, and JSON that is passed on without being decoded.

Fields that may be null are `Any`: the server puts Raw or None in, whoever reads an answer finds plain values.
"""

from datetime import datetime
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Raw

Timestamp: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""RFC 3339, UTC."""

_OBJECT = {"type": "object", "additionalProperties": True}
_OBJECT_OR_NULL = {"type": ["object", "null"], "additionalProperties": True}

Config: TypeAlias = Annotated[
    Raw,
    Meta(
        description="The whole config, in the order of its keys; its schema is the experiment's",
        extra_json_schema=_OBJECT,
    ),
]
JsonValue: TypeAlias = Annotated[Raw, Meta(description="Any JSON value")]
Environment: TypeAlias = Annotated[
    Any,
    Meta(
        description="Host, Python, packages, git commit and the like, recorded at the start; null before",
        extra_json_schema=_OBJECT_OR_NULL,
    ),
]
Metadata: TypeAlias = Annotated[
    Any, Meta(description="What the experiment gave along with the line", extra_json_schema=_OBJECT_OR_NULL)
]
JsonSchema: TypeAlias = Annotated[
    Any, Meta(description="A JSON Schema (draft 2020-12)", extra_json_schema=_OBJECT_OR_NULL)
]
Defaults: TypeAlias = Annotated[
    Any,
    Meta(description="Fields of the config with the values they have by default", extra_json_schema=_OBJECT_OR_NULL),
]
