"""An alias with weights sends each call to one of its two versions.

The emulator sends all of them to the first.
https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

import random

from ministack.services import lambda_svc

_invoke_once = lambda_svc._invoke
_record_for_ref = lambda_svc._get_func_record_for_ref


def _drawn(name: str, qualifier: str | None) -> str | None:
    """The version that this call of an alias goes to; what is no alias with weights stays as it is."""
    alias = ((lambda_svc._functions.get(name) or {}).get("aliases") or {}).get(qualifier) or {}
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    left = random.random()
    for version, weight in weights.items():
        left -= weight
        if left < 0:
            return version
    return qualifier


async def _invoke(name, event, headers, path_qualifier=None, query_params=None):
    qualifier = lambda_svc._qualifier_from_path_or_query(path_qualifier, query_params)
    return await _invoke_once(name, event, headers, _drawn(name, qualifier), query_params)


def _get_func_record_for_ref(function_ref: str):
    """What URLs, rules and subscriptions call."""
    name, qualifier = lambda_svc._resolve_name_and_qualifier(function_ref)
    drawn = _drawn(name, qualifier)
    if drawn == qualifier:
        return _record_for_ref(function_ref)
    return _record_for_ref(function_ref[: -len(qualifier)] + drawn)


def apply() -> None:
    lambda_svc._invoke = _invoke
    lambda_svc._get_func_record_for_ref = _get_func_record_for_ref
