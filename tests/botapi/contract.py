"""Requests and answers held against aiogram's own types, so that neither side can drift from the Bot API."""

import inspect
import types
import typing
from functools import cache
from typing import Any

from aiogram import methods
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile, Update
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.botapi.entities import Wire
from tests.botapi.params import Params
from tests.botapi.refusals import RefusalError, mistake

Method = type[TelegramMethod[Any]]

METHODS: dict[str, Method] = {
    method.__api_method__.lower(): method
    for method in vars(methods).values()
    if inspect.isclass(method) and issubclass(method, TelegramMethod) and method is not TelegramMethod
}
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
}


def method_name(name: str) -> str | None:
    """The proper spelling of a method of the Bot API, whatever case it was written in; None if there is none."""
    method = METHODS.get(name.lower())
    return method.__api_method__ if method else None


def check_request(method: str, params: Params) -> list[str]:
    """Names of parameters that the method does not have, at any depth; the values of the others get their proper types.

    Raises RefusalError 400 for wrong types.
    """
    kind = METHODS[method.lower()]
    structured = _structured_fields(kind)
    values: dict[str, Any] = {}
    for name, value in params.values.items():
        values[name] = params.json(name) if name in structured else value
        params.values[name] = values[name]
    for name, upload in params.uploads.items():
        if name in kind.model_fields:
            values[name] = BufferedInputFile(upload.content, upload.name)
    try:
        validated = kind.model_validate(values)
    except ValidationError as error:
        raise _refusal(error) from None
    for name in set(params.values) & set(kind.model_fields):
        params.values[name] = _plain(name, params.values[name], getattr(validated, name))
    return _unknown(validated)


def check_answer(method: str, result: object) -> None:
    """Raises AssertionError if the answer is not what the Bot API answers to this method."""
    answer = _answer_adapter(method.lower()).validate_python(result)
    unknown = _unknown(answer)
    assert not unknown, f"answer to {method} has unknown fields: {unknown}"


def check_update(update: Wire) -> None:
    """Raises AssertionError or ValidationError if Telegram could not have sent this update."""
    unknown = _unknown(Update.model_validate(update))
    assert not unknown, f"update has unknown fields: {unknown}"


@cache
def _answer_adapter(method: str) -> TypeAdapter[Any]:
    return TypeAdapter(METHODS[method].__returning__)


@cache
def _structured_fields(kind: Method) -> frozenset[str]:
    return frozenset(name for name, field in kind.model_fields.items() if _is_structured(field.annotation))


def _is_structured(annotation: object) -> bool:
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType, typing.Annotated):
        return any(_is_structured(part) for part in typing.get_args(annotation))
    if origin in (list, dict):
        return True
    return inspect.isclass(annotation) and issubclass(annotation, BaseModel) and not issubclass(annotation, InputFile)


def _plain(name: str, given: Any, validated: Any) -> Any:
    """Numbers and flags as such, also where a form brought them as text."""
    if name.endswith("chat_id") and isinstance(given, str) and given.removeprefix("-").isdigit():
        return int(given)
    return validated if isinstance(validated, (bool, int, float)) else given


def _unknown(value: object, path: str = "") -> list[str]:
    if isinstance(value, list):
        return [name for item in value for name in _unknown(item, path)]
    if not isinstance(value, BaseModel):
        return []
    found = [f"{path}{name}" for name in value.model_extra or {}]
    for name in type(value).model_fields:
        found += _unknown(getattr(value, name), f"{path}{name}.")
    return found


def _refusal(error: ValidationError) -> RefusalError:
    first = error.errors(include_url=False)[0]
    place = [str(step) for step in first["loc"]]
    if first["type"] == "missing" and len(place) == 1:
        return mistake(MISSING.get(place[0], f'parameter "{place[0]}" is required'))
    return mistake(f"can't parse {'.'.join(place)}: {first['msg']}")
