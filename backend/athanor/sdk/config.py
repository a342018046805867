"""The config of an experiment: found in its annotation, decoded strictly, described as JSON Schema."""

import inspect
import typing
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from athanor.sdk.crashes import refuse_crashing
from athanor.sdk.errors import ConfigError, ExperimentError
from athanor.sdk.forms import fit_for_forms
from athanor.sdk.literals import order_literals
from athanor.sdk.pydantic_models import model_schema
from athanor.sdk.rules import add_rules, native_defaults
from athanor.sdk.run import Run
from athanor.sdk.schemas import JsonObject, plain_defaults, plain_schema, refuse_non_object, resolved

_HOW = "write `def {name}(run: Run[Config])`, where Config is a msgspec Struct, a dataclass or a pydantic model"


class ConfigType:
    """No config at all: `Run`, `Run[None]`. Only `{}` fits it, and `run.config` is None."""

    def schema(self) -> JsonObject:
        """The JSON Schema (2020-12) that says which configs fit; with every default that Python knows.

        Raises:
            ExperimentError: the type cannot be described.
        """
        return {"type": "object", "properties": {}, "additionalProperties": False}

    def defaults(self) -> JsonObject:
        """The complete config where every field has a default, else the part that has."""
        return {}

    def decode(self, text: str) -> Any:
        """The config object that JSON `text` stands for.

        Raises:
            ConfigError: it does not fit.
        """
        if msgspec.json.decode(text) != {}:
            raise ConfigError("this experiment takes no config: it must be {}")
        return None

    def form_schema(self) -> JsonObject:
        """The schema made fit for react-jsonschema-form."""
        return fit_for_forms(self.schema())


class GivenSchema(ConfigType):
    """A JSON Schema in place of a type: `run.config` is a plain dict."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    def schema(self) -> JsonObject:
        schema = plain_schema(self._schema)
        refuse_non_object(schema)
        return schema

    def defaults(self) -> JsonObject:
        properties = self.schema().get("properties")
        if not isinstance(properties, dict):
            return {}
        return {
            name: part["default"] for name, part in properties.items() if isinstance(part, dict) and "default" in part
        }

    def decode(self, text: str) -> Any:
        value = msgspec.json.decode(text)
        if not isinstance(value, dict):
            raise ConfigError("the config must be an object")
        return value


class NativeType(ConfigType):
    """What msgspec knows: Structs, dataclasses, attrs classes, TypedDicts, plain dicts."""

    def __init__(self, config_type: Any) -> None:
        self._type = config_type

    def schema(self) -> JsonObject:
        refuse_crashing(self._type)
        try:
            schema = msgspec.json.schema(self._type)
        except Exception as error:
            raise ExperimentError(f"no schema can be made of {_shown(self._type)}: {error}") from error
        refuse_non_object(schema)
        order_literals(schema, self._type)
        add_rules(schema, self._type)
        return plain_schema(schema)

    def defaults(self) -> JsonObject:
        refuse_crashing(self._type)
        return plain_defaults(native_defaults(self._type))

    def decode(self, text: str) -> Any:
        try:
            return msgspec.json.decode(text, type=self._type)
        except msgspec.ValidationError as first:
            # JSON knows one kind of number: 5.0 is an integer to JSON Schema, and shall be one here.
            try:
                return msgspec.json.decode(msgspec.json.encode(_whole_numbers(text)), type=self._type)
            except msgspec.ValidationError:
                raise ConfigError(str(first)) from first


class PydanticModel(ConfigType):
    """A pydantic model."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def schema(self) -> JsonObject:
        try:
            schema = model_schema(self._model)
        except Exception as error:
            raise ExperimentError(f"no schema can be made of {_shown(self._model)}: {error}") from error
        refuse_non_object(schema)
        return plain_schema(schema)

    def defaults(self) -> JsonObject:
        schema = self.schema()
        properties = resolved(schema, schema).get("properties", {})
        return {name: part["default"] for name, part in properties.items() if "default" in part}

    def decode(self, text: str) -> Any:
        try:
            return self._model.model_validate_json(text)
        except ValueError as error:
            raise ConfigError(str(error)) from error


def config_type_of(function: Callable[..., Any], schema: Mapping[str, Any] | None) -> ConfigType:
    """The config type of an experiment's function; `schema` takes precedence over the annotation.

    Raises:
        ExperimentError: the function takes no run, or its annotation cannot be used.
    """
    try:
        parameter = next(iter(inspect.signature(function).parameters.values()), None)
    except (NameError, TypeError, ValueError) as error:
        raise ExperimentError(f"the parameters of {function.__name__} cannot be read: {error}") from error
    if parameter is None:
        raise ExperimentError(f"{function.__name__} takes no parameter; {_HOW.format(name=function.__name__)}")
    if schema is not None:
        return GivenSchema(schema)
    annotation = _evaluated(function, parameter)
    if annotation is inspect.Parameter.empty or annotation is Run:
        return ConfigType()
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is not Run or len(arguments) != 1:
        raise ExperimentError(
            f"the parameter {parameter.name!r} of {function.__name__} is annotated {_shown(annotation)}; "
            f"{_HOW.format(name=function.__name__)}"
        )
    (config,) = arguments
    if config is None or config is type(None) or config is Any or isinstance(config, typing.TypeVar):
        return ConfigType()
    return PydanticModel(config) if hasattr(config, "model_validate_json") else NativeType(config)


def _evaluated(function: Callable[..., Any], parameter: inspect.Parameter) -> Any:
    if not isinstance(parameter.annotation, str):
        return parameter.annotation
    carrier = type("Carrier", (), {"__annotations__": {"run": parameter.annotation}})
    names = getattr(inspect.unwrap(function), "__globals__", {})
    try:
        return typing.get_type_hints(carrier, globalns=names, include_extras=True)["run"]
    except Exception as error:
        raise ExperimentError(
            f"the annotation {parameter.annotation!r} of {function.__name__} cannot be read: {error}. "
            "Define the config type at the top of the module"
        ) from error


def _whole_numbers(text: str) -> Any:
    def walk(value: Any) -> Any:
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        return [walk(item) for item in value] if isinstance(value, list) else value

    return walk(msgspec.json.decode(text))


def _shown(annotation: object) -> str:
    return annotation.__qualname__ if isinstance(annotation, type) else str(annotation)
