"""A deployment of a service tells the truth: in progress until its tasks are well, and slower after each failure.

The emulator calls the first deployment of a service COMPLETED before a task
runs, takes a task for well after a second whatever its load balancer says,
starts another at once when one has ended, and does not say which deployment
started a task.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
"""

import threading
import time

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import alb, ecs

from . import ecs_processes, elb_targets

_make_deployment = ecs._make_deployment
_record_failure = ecs._record_service_task_failure
_reconcile = ecs._reconcile_service_tasks
_schedule_completion = ecs._schedule_service_deployment_completion
_run_task = ecs._run_task

_STARTUP = 0.3
_LOOK_EVERY = 0.1
_FIRST_WAIT = 0.25
_LONGEST_WAIT = 60
_waiting = threading.local()


def _in_progress(task_definition, desired_count, status="PRIMARY"):
    deployment = _make_deployment(task_definition, desired_count, status)
    if status == "PRIMARY":
        deployment["rolloutState"] = "IN_PROGRESS"
        deployment["rolloutStateReason"] = f"ECS deployment {deployment['id']} in progress."
    return deployment


def _health(service, task):
    """What the target groups of the service say of this task: healthy, unhealthy, or not yet."""
    states = []
    for balancer in service.get("loadBalancers") or []:
        ports = ecs_processes.ports_of(task, balancer.get("containerName"))
        targets = alb._targets.get(balancer.get("targetGroupArn"), [])
        states += [one.get("State", "healthy") for one in targets if one.get("Port") in ports] or ["initial"]
    if "unhealthy" in states:
        return "unhealthy"
    return "healthy" if all(state in ("healthy", "unused") for state in states) else "initial"


def _follow(cluster, key, account_id, region, task, deployment_id):
    """Goes with a task for as long as it runs."""
    began = time.monotonic()
    time.sleep(_STARTUP)
    with request_scope(account_id, region):
        stable = False
        while ecs._task_is_active(task["taskArn"], task) and task.get("lastStatus") == "RUNNING":
            service = ecs._services.get(key)
            if not service or service.get("status") != "ACTIVE":
                return
            health = _health(service, task)
            if health == "unhealthy" and time.monotonic() - began >= _grace(service):
                return _replace(cluster, service, task)
            if health == "healthy" and not stable:
                stable = True
                service["_failures"] = 0
                ecs._record_service_task_healthy(key, task)
                ecs._refresh_service_state(cluster, task["group"])
                ecs._reconcile_service_tasks(cluster, key)
                ecs._complete_service_deployment(cluster, key, expected_deployment_id=deployment_id)
            time.sleep(_LOOK_EVERY)


def _grace(service):
    return (service.get("healthCheckGracePeriodSeconds") or 0) * elb_targets.BALANCER.get("speed", 1)


def _replace(cluster, service, task):
    groups = ", ".join(one["targetGroupArn"] for one in service["loadBalancers"])
    reason = f"Task failed ELB health checks in (target-group {groups})"
    ecs._stop_task({"task": task["taskArn"], "cluster": cluster, "reason": reason})
    ecs._record_service_task_failure(task)


def _schedule(cluster, key, account_id, region, healthy_task=None):
    service = ecs._services.get(key)
    if not healthy_task or not service:
        return _schedule_completion(cluster, key, account_id, region, healthy_task)
    deployment = ecs._deployment_for_task(service, healthy_task)
    if deployment:
        arguments = (cluster, key, account_id, region, healthy_task, deployment["id"])
        ecs.spawn_background(_follow, *arguments, thread_name="ecs-follow")


def _record(task, digest_resolution_failed=False):
    cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
    service = ecs._services.get(f"{cluster}/{task.get('group', '').removeprefix('service:')}")
    if service:
        failures = service.get("_failures", 0)
        service["_failures"] = failures + 1
        _waiting.seconds = min(_FIRST_WAIT * 2**failures, _LONGEST_WAIT)
    try:
        return _record_failure(task, digest_resolution_failed)
    finally:
        _waiting.seconds = 0


def _reconcile_later(cluster, key):
    seconds = getattr(_waiting, "seconds", 0)
    if not seconds:
        return _reconcile(cluster, key)
    account_id, region = get_account_id(), get_region()

    def later():
        time.sleep(seconds)
        with request_scope(account_id, region):
            _reconcile(cluster, key)

    ecs.spawn_background(later, thread_name="ecs-restart")


def _run_for_deployment(data):
    started_by = data.get("_deploymentId") or data.get("startedBy", "")
    return _run_task({**data, "startedBy": started_by})


def apply() -> None:
    ecs._run_task = _run_for_deployment
    ecs._make_deployment = _in_progress
    ecs._record_service_task_failure = _record
    ecs._reconcile_service_tasks = _reconcile_later
    ecs._schedule_service_deployment_completion = _schedule
