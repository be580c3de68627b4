"""The name of a load balancer leads to it: to the one of this machine, as soon as that is there.

The emulator gives out names below amazonaws.com that lead nowhere. A browser
knows that every name below `localhost` is this machine. A distribution before a
load balancer is known by that name too: nothing here stands for CloudFront there,
and so an address that a stack tells is asked in plain HTTP.
"""

import re

from ministack.services import alb, cloudfront
from ministack.services.cloudformation import handlers, provisioners

from . import elb_targets

_create = alb._create_lb
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_DISTRIBUTION = "AWS::CloudFront::Distribution"
_in_stack = provisioners._RESOURCE_HANDLERS[_BALANCER]["create"]
_distribution_in_stack = provisioners._RESOURCE_HANDLERS[_DISTRIBUTION]["create"]


def _local_name(balancer):
    port = elb_targets.BALANCER.get("port")
    if port:
        balancer["DNSName"] = f"{balancer['LoadBalancerName'].lower()}.localhost:{port}"
    return balancer["DNSName"]


def _create_named(params):
    answer = _create(params)
    name = alb._p(params, "Name")
    made = next((one for one in alb._lbs.values() if one["LoadBalancerName"] == name), None)
    if answer[0] != 200 or not made:
        return answer
    _local_name(made)
    return alb._xml(200, "CreateLoadBalancer", f"<LoadBalancers>{alb._lb_xml(made)}</LoadBalancers>")


def _create_in_stack(logical_id, props, stack_name):
    arn, attributes = _in_stack(logical_id, props, stack_name)
    return arn, {**attributes, "DNSName": _local_name(alb._lbs[arn])}


def _create_distribution(logical_id, props, stack_name):
    identity, attributes = _distribution_in_stack(logical_id, props, stack_name)
    origins = (props.get("DistributionConfig") or {}).get("Origins") or []
    names = [str(one.get("DomainName")) for one in origins]
    behind = [name for name in names if name.split(":")[0].endswith(".localhost")]
    if not behind:
        return identity, attributes
    cloudfront._distributions[identity]["DomainName"] = behind[0]
    return identity, {**attributes, "DomainName": behind[0]}


_describe = handlers._describe_stacks
_LOCAL = re.compile(rb"https://([a-z0-9.-]+\.localhost:\d+)")


def _describe_locally(params):
    status, headers, body = _describe(params)
    raw = body.encode() if isinstance(body, str) else body
    return status, headers, _LOCAL.sub(rb"http://\1", raw)


def apply() -> None:
    handlers._describe_stacks = _describe_locally
    handlers._ACTION_HANDLERS["DescribeStacks"] = _describe_locally
    alb._create_lb = _create_named
    alb._ACTION_MAP["CreateLoadBalancer"] = _create_named
    provisioners._RESOURCE_HANDLERS[_BALANCER]["create"] = _create_in_stack
    provisioners._RESOURCE_HANDLERS[_DISTRIBUTION]["create"] = _create_distribution
