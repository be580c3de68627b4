"""A stack may have elastic addresses and NAT gateways.

The emulator has both, though not in its stacks: it refuses the whole template.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html
"""

from ministack.services import ec2
from ministack.services.cloudformation import provisioners


def _create_address(_logical_id, props, _stack_name):
    known = set(ec2._addresses)
    ec2._allocate_address({"Domain": [props.get("Domain", "vpc")]})
    (allocation,) = set(ec2._addresses) - known
    address = ec2._addresses[allocation]["PublicIp"]
    provisioners._ec2_apply_tags(allocation, props)
    return address, {"AllocationId": allocation, "PublicIp": address}


def _delete_address(physical_id, _props):
    for allocation in [key for key, one in ec2._addresses.items() if one["PublicIp"] == physical_id]:
        ec2._release_address({"AllocationId": [allocation]})


def _create_gateway(_logical_id, props, _stack_name):
    known = set(ec2._nat_gateways)
    named = {key: [props[key]] for key in ("SubnetId", "AllocationId", "ConnectivityType") if props.get(key)}
    status, _headers, body = ec2._create_nat_gateway(named)
    if status != 200:
        raise ValueError(body.decode())
    (gateway,) = set(ec2._nat_gateways) - known
    provisioners._ec2_apply_tags(gateway, props)
    return gateway, {"NatGatewayId": gateway}


def _delete_gateway(physical_id, _props):
    ec2._delete_nat_gateway({"NatGatewayId": [physical_id]})


def apply() -> None:
    provisioners._RESOURCE_HANDLERS.setdefault(
        "AWS::EC2::EIP", {"create": _create_address, "delete": _delete_address}
    )
    provisioners._RESOURCE_HANDLERS.setdefault(
        "AWS::EC2::NatGateway", {"create": _create_gateway, "delete": _delete_gateway}
    )
