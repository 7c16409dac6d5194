"""From an HTTP request to Params: JSON, forms, multipart, and the query string."""

import json
from urllib.parse import parse_qsl

from aiohttp import web

from tests.botapi.entities import Wire
from tests.botapi.params import Params, Upload
from tests.botapi.refusals import RefusalError, mistake


async def read_params(request: web.BaseRequest) -> Params:
    """Raises RefusalError 400 or 413 for a body that cannot be read."""
    values: Wire = dict(request.query)
    kind = request.content_type
    if kind == "application/json" and request.can_read_body:
        values |= _json_object(await request.read())
    elif kind == "application/x-www-form-urlencoded":
        values |= dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    elif kind == "multipart/form-data":
        return await _multipart(request, values)
    return Params(values)


def _json_object(body: bytes) -> Wire:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise mistake("can't parse JSON object")
    return found


async def _multipart(request: web.BaseRequest, values: Wire) -> Params:
    uploads: dict[str, Upload] = {}
    try:
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise RefusalError(413, "Request Entity Too Large", bots_mistake=True) from None
    for name, value in form.items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.file.read(), value.content_type)
        elif isinstance(value, (bytes, bytearray)):
            uploads[name] = Upload(name, bytes(value), "application/octet-stream")
        else:
            values[name] = value
    return Params(values, uploads)
