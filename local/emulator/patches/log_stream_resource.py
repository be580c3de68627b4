"""Who writes to a log stream is allowed or denied that on the stream.

The emulator asks for a permission on the group itself, without the colon that all its streams' names go on with.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

import json

from ministack.core import iam_actions

_resource = iam_actions.extract_resource_arn
_ON_STREAM = ("CreateLogStream", "PutLogEvents")


def _with_stream(service, method, path, headers, body, query, region, account):
    if service != "logs" or headers.get("x-amz-target", "").split(".")[-1] not in _ON_STREAM:
        return _resource(service, method, path, headers, body, query, region, account)
    asked = json.loads(body or b"{}")
    group, stream = asked.get("logGroupName", "*"), asked.get("logStreamName", "*")
    return f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{stream}"


def apply() -> None:
    iam_actions.extract_resource_arn = _with_stream
