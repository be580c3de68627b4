"""What another resource takes the place of leaves a snapshot, where the template has `UpdateReplacePolicy: Snapshot`.

The emulator takes one of what leaves a stack, and none of what is replaced.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
"""

from ministack.services.cloudformation import provisioners, stacks

_policy_of = stacks._resource_policy
_update = stacks._update_keeping_seed
_delete = stacks._delete_resource
# Asked for right before what it is of goes, and before an update as well.
_latest = {}


def _asked(definition, attribute, *more):
    policy = _policy_of(definition, attribute, *more)
    _latest.update({"attribute": attribute, "policy": policy})
    return policy


def _updated(*update):
    _latest.clear()
    return _update(*update)


def _gone(resource_type, physical_id, props, *more):
    if _latest == {"attribute": "UpdateReplacePolicy", "policy": "Snapshot"}:
        provisioners._snapshot_resource(resource_type, physical_id, props)
    return _delete(resource_type, physical_id, props, *more)


def apply() -> None:
    stacks._resource_policy = _asked
    stacks._update_keeping_seed = _updated
    stacks._delete_resource = _gone
