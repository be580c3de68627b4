"""A policy may compare with its caller: `${aws:PrincipalTag/team}` stands for the caller's tag.

The emulator takes such a variable for text.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from dataclasses import replace

from ministack.core import iam_evaluator

_first_match = iam_evaluator._first_match
_VARIABLE = re.compile(r"\$\{(aws:[^}]+)\}")
# What no ARN and no tag can be, so that a statement with a variable of no value matches nothing.
_NOTHING = "\0"


def _filled(value, context):
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: _value(found.group(1), context), value)
    if isinstance(value, list):
        return [_filled(one, context) for one in value]
    if isinstance(value, dict):
        return {key: _filled(one, context) for key, one in value.items()}
    return value


def _value(name, context):
    value = iam_evaluator._resolve_condition_key(name, context)
    return value if isinstance(value, str) else _NOTHING


def _match_filled(context, statements, effect):
    filled = [
        replace(
            one,
            resources=_filled(one.resources, context),
            not_resources=_filled(one.not_resources, context),
            conditions=_filled(one.conditions, context),
        )
        if _VARIABLE.search(str((one.resources, one.not_resources, one.conditions)))
        else one
        for one in statements
    ]
    return _first_match(context, filled, effect)


def apply() -> None:
    iam_evaluator._first_match = _match_filled
