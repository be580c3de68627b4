"""The bus hears how a deployment of a service goes.

The emulator says nothing of its services.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
"""

import json

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import ecs, eventbridge

_complete = ecs._complete_service_deployment
_record_failure = ecs._record_service_task_failure

_ENDED = {"COMPLETED": ("INFO", "SERVICE_DEPLOYMENT_COMPLETED"), "FAILED": ("ERROR", "SERVICE_DEPLOYMENT_FAILED")}


def _states():
    return {
        one["id"]: (service["serviceArn"], one["rolloutState"], one.get("rolloutStateReason", ""), one["updatedAt"])
        for service in list(ecs._services.values())
        for one in service.get("deployments", [])
    }


def _telling(change):
    """Tells of each deployment that has ended while something was changed."""

    def changed(*args, **options):
        before = _states()
        try:
            return change(*args, **options)
        finally:
            for identity, (arn, state, reason, at) in _states().items():
                if state in _ENDED and before.get(identity, (None, None))[1] != state:
                    _tell(identity, arn, state, reason, at)

    return changed


def _tell(identity, arn, state, reason, at):
    kind, name = _ENDED[state]
    detail = {"eventType": kind, "eventName": name, "deploymentId": identity, "updatedAt": at, "reason": reason}
    event = {
        "EventId": new_uuid(),
        "Source": "aws.ecs",
        "DetailType": "ECS Deployment State Change",
        "Detail": json.dumps(detail),
        "EventBusName": "default",
        "Time": ecs._iso(),
        "Resources": [arn],
        "Account": get_account_id(),
        "Region": get_region(),
    }
    # Whoever is called by it may call back.
    ecs.spawn_background(eventbridge._dispatch_event, event, thread_name="ecs-event")


def apply() -> None:
    ecs._complete_service_deployment = _telling(_complete)
    ecs._record_service_task_failure = _telling(_record_failure)
