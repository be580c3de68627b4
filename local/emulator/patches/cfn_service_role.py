"""A stack is made under a role that is there, tells which one, and bounds the roles that it makes.

The emulator takes any role's name, forgets it, and leaves out what a role of a stack is bounded by.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

import re

from ministack.services import cloudformation, iam
from ministack.services.cloudformation import handlers, provisioners
from ministack.services.cloudformation.helpers import _error, _esc, _p

_create = handlers._ACTION_HANDLERS["CreateChangeSet"]
_ROLE = provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]
_make_role = _ROLE["create"]
_change_role = _ROLE.get("update")


def _create_under_role(params):
    role = _p(params, "RoleARN")
    if role and not any(one["Arn"] == role for one in iam._roles.values()):
        return _error("ValidationError", f"Role {role} is invalid or cannot be assumed")
    answer = _create(params)
    stack = cloudformation._stacks.get(_p(params, "StackName"))
    if role and answer[0] == 200 and stack:
        stack["RoleARN"] = role
    return answer


def _telling_role(describe):
    def described(params):
        status, headers, body = describe(params)
        raw = body.decode() if isinstance(body, bytes) else body
        for stack in cloudformation._stacks.values():
            name = re.escape(f"<StackName>{_esc(stack['StackName'])}</StackName>")
            if stack.get("RoleARN"):
                raw = re.sub(f"({name})", rf"\1<RoleARN>{_esc(stack['RoleARN'])}</RoleARN>", raw)
        return status, headers, raw.encode()

    return described


def _bounded(name, props):
    role = iam._roles.get(name)
    if role and props.get("PermissionsBoundary"):
        role["PermissionsBoundary"] = props["PermissionsBoundary"]


def _make_bounded(logical_id, props, stack_name):
    made = _make_role(logical_id, props, stack_name)
    _bounded(made[0], props)
    return made


def _change_bounded(physical_id, old, new, *rest, **more):
    changed = _change_role(physical_id, old, new, *rest, **more)
    _bounded(physical_id, new)
    return changed


def apply() -> None:
    handlers._ACTION_HANDLERS["CreateChangeSet"] = _create_under_role
    described = _telling_role(handlers._ACTION_HANDLERS["DescribeStacks"])
    handlers._describe_stacks = described
    handlers._ACTION_HANDLERS["DescribeStacks"] = described
    _ROLE["create"] = _make_bounded
    if _change_role:
        _ROLE["update"] = _change_bounded
