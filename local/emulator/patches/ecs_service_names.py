"""A service is made once: asked again with the same token it is answered, asked otherwise it is refused.

The emulator refuses both, and by another error than AWS; one that still drains it makes anew.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
"""

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecs

_create_service = ecs._create_service


def _create(data):
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    key = f"{cluster}/{data.get('serviceName')}"
    known = ecs._services.get(key) or {"status": "INACTIVE"}
    token = data.get("clientToken")
    if known["status"] == "DRAINING":
        return _refused("Unable to Start a service that is still Draining.")
    if known["status"] == "ACTIVE":
        if not token or known.get("_client_token") != token:
            return _refused("Creation of service was not idempotent.")
        return json_response({"service": ecs._sanitize(known)})
    answer = _create_service(data)
    if answer[0] == 200:
        ecs._services[key]["_client_token"] = token
    return answer


def _refused(why):
    return error_response_json("InvalidParameterException", why, 400)


def apply() -> None:
    ecs._create_service = _create
    ecs._ACTION_MAP["CreateService"] = _create
