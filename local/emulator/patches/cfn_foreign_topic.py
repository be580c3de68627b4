"""A stack may subscribe to a topic of another account, whose policy says that it may.

The emulator says that such a subscription was made, and makes none.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
"""

import re

from ministack.services import sns
from ministack.services.cloudformation import provisioners

_HANDLERS = provisioners._RESOURCE_HANDLERS["AWS::SNS::Subscription"]
_create_own = _HANDLERS["create"]
_delete_own = _HANDLERS["delete"]


def _create(logical_id, props, stack_name):
    if sns._topics.get(props.get("TopicArn", "")):
        return _create_own(logical_id, props, stack_name)
    asked = {name: [props.get(name, "")] for name in ("TopicArn", "Protocol", "Endpoint")}
    status, _headers, body = sns._subscribe(asked)
    text = body.decode() if isinstance(body, bytes) else body
    if status >= 400:
        raise ValueError(f"AWS::SNS::Subscription: {text}")
    arn = re.search(r"<SubscriptionArn>([^<]+)<", text).group(1)
    return arn, {"Arn": arn}


def _delete(physical_id, props):
    if sns._topics.get(sns._sub_arn_to_topic.get(physical_id, "")):
        return _delete_own(physical_id, props)
    sns._unsubscribe({"SubscriptionArn": [physical_id]})


def apply() -> None:
    _HANDLERS["create"] = _create
    _HANDLERS["delete"] = _delete
