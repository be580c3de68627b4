"""A message of a topic reaches functions of other accounts that subscribed to it.

The emulator looks for the function among those of the topic's owner, and drops the message.
https://docs.aws.amazon.com/lambda/latest/dg/with-sns-cross-account-tutorial.html
"""

from ministack.core.responses import request_scope
from ministack.services import sns

_deliver_within = sns._deliver_to_lambda


def _deliver(endpoint, *message):
    _arn, _partition, _lambda, region, account, *_name = endpoint.split(":")
    with request_scope(account, region):
        return _deliver_within(endpoint, *message)


def apply() -> None:
    sns._deliver_to_lambda = _deliver
