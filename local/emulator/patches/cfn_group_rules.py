"""A stack may have rules of security groups beside the groups, where each of two groups lets the other in or out.

The emulator has only those that are properties of a group: it refuses the whole template.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html
"""

from ministack.services import ec2
from ministack.services.cloudformation import provisioners


def _create(kept):
    def create(logical_id, props, stack_name):
        permissions = provisioners._ec2_sg_permissions([props])
        ec2._security_groups[props["GroupId"]][kept].extend(permissions)
        return f"sgr-{stack_name}-{logical_id}", {}

    return create


def _delete(kept):
    def delete(_physical_id, props):
        group = ec2._security_groups.get(props.get("GroupId"))
        for permission in provisioners._ec2_sg_permissions([props]) if group else []:
            if permission in group[kept]:
                group[kept].remove(permission)

    return delete


def apply() -> None:
    for kind, kept in (("Ingress", "IpPermissions"), ("Egress", "IpPermissionsEgress")):
        provisioners._RESOURCE_HANDLERS.setdefault(
            f"AWS::EC2::SecurityGroup{kind}", {"create": _create(kept), "delete": _delete(kept)}
        )
