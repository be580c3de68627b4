"""Each attempt of a task has a token of its own.

The emulator gives one token to all attempts, so that a late answer to the first
ends the second. https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
"""

from ministack.services import stepfunctions

_apply_parameters = stepfunctions._apply_parameters


def _with_new_token(state_def, data, ctx=None):
    if ctx and state_def.get("Resource", "").endswith(".waitForTaskToken"):
        ctx["Task"] = {"Token": stepfunctions.new_uuid()}
    return _apply_parameters(state_def, data, ctx)


def apply() -> None:
    stepfunctions._apply_parameters = _with_new_token
