"""A stack may have a capacity provider of its own, and say which of them a cluster has.

The emulator has both calls, though neither type in its stacks: it refuses the whole template.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-capacityprovider.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-clustercapacityproviderassociations.html
"""

import json

from ministack.services import autoscaling, ecs
from ministack.services.cloudformation import provisioners


def _answer(response):
    status, _headers, body = response
    answer = json.loads(body)
    if status >= 400:
        raise ValueError(answer.get("message") or answer.get("Message") or body)
    return answer


def _create_provider(logical_id, props, stack_name):
    name = props.get("Name") or provisioners._physical_name(stack_name, logical_id)
    group = props["AutoScalingGroupProvider"]["AutoScalingGroupArn"]
    if group in autoscaling._asgs:
        group = autoscaling._asgs[group]["AutoScalingGroupARN"]
    settings = {**props["AutoScalingGroupProvider"], "AutoScalingGroupArn": group}
    _answer(
        ecs._create_capacity_provider(
            {
                "name": name,
                "autoScalingGroupProvider": provisioners._pascal_to_camel(settings),
                "tags": provisioners._pascal_to_camel(props.get("Tags") or []),
            }
        )
    )
    return name, {}


def _update_provider(physical_id, _old, props, _stack_name):
    settings = provisioners._pascal_to_camel(props["AutoScalingGroupProvider"])
    kept = ecs._capacity_providers[physical_id]["autoScalingGroupProvider"]
    kept.update({key: value for key, value in settings.items() if key != "autoScalingGroupArn"})
    return physical_id, {}


def _delete_provider(physical_id, _props):
    if physical_id in ecs._capacity_providers:
        _answer(ecs._delete_capacity_provider({"capacityProvider": physical_id}))


def _put(cluster, providers, strategy):
    asked = {
        "cluster": cluster,
        "capacityProviders": providers,
        "defaultCapacityProviderStrategy": provisioners._pascal_to_camel(strategy),
    }
    _answer(ecs._put_cluster_capacity_providers(asked))


def _associate(_logical_id, props, _stack_name):
    _put(props["Cluster"], props["CapacityProviders"], props["DefaultCapacityProviderStrategy"])
    return props["Cluster"], {}


def _associate_anew(physical_id, _old, props, _stack_name):
    _put(physical_id, props["CapacityProviders"], props["DefaultCapacityProviderStrategy"])
    return physical_id, {}


def _part(physical_id, _props):
    if physical_id in ecs._clusters:
        _put(physical_id, [], [])


def apply() -> None:
    provisioners._RESOURCE_HANDLERS.setdefault(
        "AWS::ECS::CapacityProvider",
        {"create": _create_provider, "update": _update_provider, "delete": _delete_provider},
    )
    provisioners._RESOURCE_HANDLERS.setdefault(
        "AWS::ECS::ClusterCapacityProviderAssociations",
        {"create": _associate, "update": _associate_anew, "delete": _part},
    )
