"""How many rules a security group may have is told, and can be changed: `POST /_pilotage/quotas {"L-0EA8095F": 100}`.

The emulator does not know Service Quotas at all.
https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
"""

import json

import ministack.app
from ministack.core import router

RULES_PER_GROUP = "L-0EA8095F"
# What AWS gives to every account: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
VALUES = {RULES_PER_GROUP: 60}

_admin = ministack.app._handle_admin_config_request


async def _answer(_method, _path, headers, body, _query):
    asked = json.loads(body or b"{}")
    action = next((value for key, value in headers.items() if key.lower() == "x-amz-target"), "").split(".")[-1]
    code = asked.get("QuotaCode", "")
    if action != "GetServiceQuota" or asked.get("ServiceCode") != "vpc" or code not in VALUES:
        return _json(400, {"__type": "NoSuchResourceException", "message": "The specified resource does not exist"})
    return _json(200, {"Quota": {"ServiceCode": "vpc", "QuotaCode": code, "Value": VALUES[code], "Unit": "None"}})


def _json(status, content):
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode()


async def _told(path, method, body):
    if path != "/_pilotage/quotas" or method != "POST":
        return await _admin(path, method, body)
    VALUES.update(json.loads(body))
    return _json(200, VALUES)


def apply() -> None:
    global _admin
    router.SERVICE_PATTERNS["servicequotas"] = {
        "target_prefixes": ["ServiceQuotasV20190624"],
        "host_patterns": [],
    }
    ministack.app.SERVICE_HANDLERS["servicequotas"] = _answer
    _admin = ministack.app._handle_admin_config_request
    ministack.app._handle_admin_config_request = _told
