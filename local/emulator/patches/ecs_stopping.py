"""A task stops as on AWS: taken out of its target groups first, then TERM, then KILL after its stopTimeout.

The emulator says STOPPED with exit code 0 before it has told the container to
stop, and makes the caller wait until the container has. Here the call answers at once,
and the task tells what it is doing and, at last, how its containers really ended.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

import json
import time

from ministack.core.responses import json_response
from ministack.services import alb, ecs, ecs_metadata

_stop_at_once = ecs._stop_task
_delete_service = ecs._delete_service
_mark_stopped = ecs._mark_task_stopped

_STOP_TIMEOUT = 30
_LOOK_EVERY = 0.02
# What the scheduler itself says when it stops a task.
_BY_SCHEDULER = ("Service scaling down", "Task definition updated", "Deployment completed", "Deployment capacity limit",
                 "Service deleted", "Task failed")


def _stop(data):
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    task = ecs._resolve_task(data.get("task", ""), cluster) if cluster else None
    if not task or not task.get("_docker_ids"):
        return _stop_at_once(data)
    arn = task["taskArn"]
    reason = data.get("reason", "Task stopped by user")
    with ecs.resource_lock("ecs-task", arn):
        begins = ecs._task_is_active(arn, task)
        if begins:
            ecs._bump_task_version(task)
            task.update(desiredStatus="STOPPED", lastStatus="DEACTIVATING", stoppingAt=ecs._iso(), stoppedReason=reason)
            task["stopCode"] = "ServiceSchedulerInitiated" if _is_schedulers(task, reason) else "UserInitiated"
        answer = json_response({"task": ecs._sanitize(task)})
    if begins:
        _tell(task)
        ecs.spawn_background(_finish, task, thread_name=f"ecs-stop-{arn[-8:]}")
        if task["stopCode"] == "UserInitiated" and _service_of(task):
            ecs._reconcile_service_tasks(cluster, f"{cluster}/{_service_of(task)['serviceName']}")
    return answer


def _is_schedulers(task, reason):
    return task.get("group", "").startswith("service:") and reason.startswith(_BY_SCHEDULER)


def _tell(task):
    cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
    ecs._recount_cluster(cluster)
    ecs._refresh_service_state(cluster, task.get("group", ""))


def _finish(task):
    while _is_draining(task):
        time.sleep(_LOOK_EVERY)
    _state(task, "STOPPING")
    identities = list(task.get("_docker_ids") or [])
    for index, identity in enumerate(identities):
        container = ecs._get_docker().containers.get(identity)
        container.stop(timeout=_stop_timeout(task, index))
        with ecs.resource_lock("ecs-task", task["taskArn"]):
            task["containers"][index].update(lastStatus="STOPPED", exitCode=container.wait()["StatusCode"])
    _state(task, "DEPROVISIONING")
    now = ecs._iso()
    task.update(executionStoppedAt=now, stoppedAt=now)
    _state(task, "STOPPED")
    ecs_metadata.set_task_status(task["taskArn"], known_status="STOPPED", desired_status="STOPPED")
    ecs._cleanup_task_resources(task, ecs._get_docker())
    _tell(task)
    _end_draining_service(task)


def _state(task, state):
    with ecs.resource_lock("ecs-task", task["taskArn"]):
        ecs._bump_task_version(task)
        task["lastStatus"] = state


def _service_of(task):
    cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
    return ecs._services.get(f"{cluster}/{task.get('group', '').removeprefix('service:')}")


def _is_draining(task):
    """Whether a target group still has one of its ports: it lets go of a target when its requests have ended."""
    service = _service_of(task) or {}
    docker = ecs._get_docker().containers
    ports = {getattr(docker.get(identity), "port", None) for identity in task.get("_docker_ids") or []}
    groups = [one.get("targetGroupArn") for one in service.get("loadBalancers") or []]
    return any(one.get("Port") in ports for group in groups for one in alb._targets.get(group, []))


def _stop_timeout(task, index):
    definition = ecs._task_defs.get(ecs._resolve_td_key(task["taskDefinitionArn"])) or {}
    written = (definition.get("containerDefinitions") or [{}])[index : index + 1]
    return (written[0] if written else {}).get("stopTimeout") or _STOP_TIMEOUT


def _tasks_left(service):
    group = f"service:{service['serviceName']}"
    return [
        task
        for task in ecs._tasks.values()
        if task.get("group") == group
        and task.get("clusterArn") == service.get("clusterArn")
        and task.get("lastStatus") != "STOPPED"
    ]


def _end_draining_service(task):
    service = _service_of(task)
    if service and service["status"] == "DRAINING" and not _tasks_left(service):
        service["status"] = "INACTIVE"


def _delete(data):
    answer = _delete_service(data)
    told = json.loads(answer[2]).get("service")
    key = told and f"{ecs._cluster_name_from_arn(told['clusterArn'])}/{told['serviceName']}"
    service = ecs._services.get(key) if key else None
    if not service or not _tasks_left(service):
        return answer
    service["status"] = "DRAINING"
    return json_response({"service": ecs._sanitize(service)})


def _mark(task_arn, task, reason, stop_code, exit_code=None):
    words = "Essential container in task exited" if stop_code == "EssentialContainerExited" else reason
    return _mark_stopped(task_arn, task, words, stop_code, exit_code)


def apply() -> None:
    ecs._stop_task = _stop
    ecs._delete_service = _delete
    ecs._mark_task_stopped = _mark
    ecs._ACTION_MAP.update(StopTask=_stop, DeleteService=_delete)
