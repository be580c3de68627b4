"""A function that fails fails the task that waits for its token.

The emulator drops the failure and waits for the token until the task's timeout,
so that a killed worker is never tried again. In AWS the task fails at once:
https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

import threading

from ministack.services import stepfunctions

_invoke_with_callback = stepfunctions._invoke_with_callback
_call_lambda = stepfunctions._call_lambda
_waiting = threading.local()


def _invoke(resource, input_data, token, state_def):
    _waiting.token = token
    try:
        return _invoke_with_callback(resource, input_data, token, state_def)
    finally:
        _waiting.token = None


def _call(func_ref, event):
    try:
        return _call_lambda(func_ref, event)
    except stepfunctions._ExecutionError as error:
        task = stepfunctions._task_tokens.get(getattr(_waiting, "token", None) or "")
        # Who answered the token before it failed has answered.
        if task and not task["event"].is_set():
            task["error"] = {"Error": error.error, "Cause": error.cause}
            task["event"].set()
        raise


def apply() -> None:
    stepfunctions._invoke_with_callback = _invoke
    stepfunctions._call_lambda = _call
