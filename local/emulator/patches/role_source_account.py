"""A service of AWS that takes a role tells on whose behalf.

What takes roles in a service's name here does so with the account's own key. The emulator tells nothing of an account
then, so that a role whose trust names one is never taken.
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from ministack.core import iam_evaluator

_trusts = iam_evaluator.evaluate_trust_policy
_KEY = "aws:sourceaccount"


def _for_account(trust_doc, caller_arn, ctx=None):
    if ctx is not None and ctx.principal_type == "Root":
        ctx.service_context.setdefault(_KEY, ctx.principal_account)
    return _trusts(trust_doc, caller_arn, ctx)


def apply() -> None:
    iam_evaluator.evaluate_trust_policy = _for_account
