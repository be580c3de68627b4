"""A policy may name scalable targets, and depend on what a call scales.

The emulator knows neither the resource nor the condition key, which denies whoever may scale services on ECS alone.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html
"""

import json

from ministack.core import iam_actions

_SERVICE = "application-autoscaling"
_resource = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context


def _with_target(service, method, path, headers, body, query, region, account):
    if service == _SERVICE:
        return f"arn:aws:{_SERVICE}:{region}:{account}:scalable-target/any"
    return _resource(service, method, path, headers, body, query, region, account)


def _with_namespace(service, action, body, params):
    context = _context(service, action, body, params)
    if service != _SERVICE:
        return context
    namespace = json.loads(body or b"{}").get("ServiceNamespace")
    return {**context, **({f"{_SERVICE}:service-namespace": namespace} if namespace else {})}


def apply() -> None:
    iam_actions.extract_resource_arn = _with_target
    iam_actions.request_tag_context = _with_namespace
