"""A function that a rule or a schedule invokes is tried again, and then its event is kept.

The emulator tries once and forgets the event. EventBridge invokes functions
asynchronously, and what Lambda does then (retries, the destination for failures)
the emulator has already, for other callers.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import json

from ministack.services import eventbridge, lambda_svc

_dispatch_once = eventbridge._dispatch_to_lambda


def _dispatch(arn: str, payload: str) -> None:
    function, config, _name = lambda_svc._get_func_record_for_ref(arn)
    if not function or not config:
        return _dispatch_once(arn, payload)
    record = {**lambda_svc._execution_record_for_config(function, config)}
    for key in ("event_invoke_config", "event_invoke_configs"):
        record.setdefault(key, function.get(key))
    lambda_svc.invoke_async_with_retry(record, json.loads(payload))


def apply() -> None:
    eventbridge._dispatch_to_lambda = _dispatch
