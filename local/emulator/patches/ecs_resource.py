"""A call on a service is allowed or denied on that service, one on a task on that task, and one on a definition on that.

The emulator asks for a permission on their cluster, which denies a role that
names its services; and it does not know the condition key that names the cluster.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
"""

import json

from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs

_resource = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context

_ON_SERVICE = ("CreateService", "UpdateService", "DeleteService", "DescribeServices")
_ON_TASK = ("StopTask", "DescribeTasks", "ExecuteCommand")


def _with_service(service, method, path, headers, body, query, region, account):
    if service != "ecs":
        return _resource(service, method, path, headers, body, query, region, account)
    asked = json.loads(body or b"{}")
    action = headers.get("x-amz-target", "").split(".")[-1]

    def arn(kind, name):
        return name if name.startswith("arn:") else f"arn:aws:ecs:{region}:{account}:{kind}/{name}"

    cluster = ecs._resolve_cluster_name(asked.get("cluster") or "default")
    if action in _ON_SERVICE:
        name = asked.get("service") or asked.get("serviceName") or _first(asked, "services")
        return arn("service", _below(cluster, name))
    if action in _ON_TASK:
        return arn("task", _below(cluster, asked.get("task") or _first(asked, "tasks")))
    if action == "RunTask":
        return arn("task-definition", asked.get("taskDefinition", "*"))
    if action == "DeleteTaskDefinitions":
        return arn("task-definition", _first(asked, "taskDefinitions"))
    if action == "RegisterTaskDefinition":
        return arn("task-definition", f"{asked.get('family')}:*")
    if action in ("TagResource", "UntagResource", "ListTagsForResource"):
        return asked.get("resourceArn", "*")
    if action in ("DescribeTaskDefinition", "DeregisterTaskDefinition", "ListTasks", "ListServices"):
        return "*"
    return _resource(service, method, path, headers, body, query, region, account)


def _below(cluster, name):
    return name if name.startswith("arn:") else f"{cluster}/{name}"


def _first(asked, key):
    return (asked.get(key) or ["*"])[0]


def _with_cluster(service, action, body, params):
    context = _context(service, action, body, params)
    cluster = json.loads(body or b"{}").get("cluster") if service == "ecs" else None
    if not cluster:
        return context
    arn = cluster if cluster.startswith("arn:") else f"arn:aws:ecs:{get_region()}:{get_account_id()}:cluster/{cluster}"
    return {**context, "ecs:cluster": arn}


def apply() -> None:
    iam_actions.extract_resource_arn = _with_service
    iam_actions.request_tag_context = _with_cluster
