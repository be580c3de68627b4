"""A stage of an HTTP API lets so many requests through as it was told to, and answers the others 429.

The emulator keeps the limits of a stage and lets everything through. As with AWS, a bucket of each route is filled
at the rate, and holds the burst: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
"""

import time

from ministack.services import apigateway

_execute = apigateway._handle_execute_in_scope
_TOO_MANY = b'{"message":"Too Many Requests"}'
# What is left in each bucket, and when that was so.
_buckets = {}


def _limits(stage, route_key):
    settings = {**(stage.get("defaultRouteSettings") or {}), **(stage.get("routeSettings") or {}).get(route_key, {})}
    # A template says it with capital letters.
    told = {key[0].lower() + key[1:]: value for key, value in settings.items()}
    rate, burst = told.get("throttlingRateLimit"), told.get("throttlingBurstLimit")
    return None if rate is None or burst is None else (float(rate), float(burst))


def _is_let_through(bucket, rate, burst):
    now = time.monotonic()
    left, then = _buckets.get(bucket, (burst, now))
    left = min(burst, left + (now - then) * rate)
    _buckets[bucket] = (left - 1 if left >= 1 else left, now)
    return left >= 1


async def _handle(api_id, stage, path, method, *more, **named):
    kept = apigateway._stages.get(api_id, {}).get(stage)
    route = kept and method != "OPTIONS" and apigateway._match_route(api_id, method, "/" + path.lstrip("/"))
    limits = _limits(kept, route["routeKey"]) if route else None
    if limits and not _is_let_through((api_id, stage, route["routeKey"]), *limits):
        return 429, {"Content-Type": "application/json"}, _TOO_MANY
    return await _execute(api_id, stage, path, method, *more, **named)


def apply() -> None:
    apigateway._handle_execute_in_scope = _handle
