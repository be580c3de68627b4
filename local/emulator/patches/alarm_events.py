"""The bus hears of an alarm that has changed its state.

The emulator says nothing of its alarms.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

import json
import time

from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import cloudwatch, eventbridge

_act = cloudwatch._dispatch_alarm_actions


def _act_and_tell(alarm, old_state, new_state, reason):
    _act(alarm, old_state, new_state, reason)
    at = cloudwatch._ts_iso(time.time())
    detail = {
        "alarmName": alarm["AlarmName"],
        "configuration": {"description": alarm.get("AlarmDescription", "")},
        "previousState": {"value": old_state},
        "state": {"value": new_state, "reason": reason, "timestamp": at},
    }
    event = {
        "EventId": new_uuid(),
        "Source": "aws.cloudwatch",
        "DetailType": "CloudWatch Alarm State Change",
        "Detail": json.dumps(detail),
        "EventBusName": "default",
        "Time": at,
        "Resources": [alarm["AlarmArn"]],
        "Account": get_account_id(),
        "Region": get_region(),
    }
    # Whoever is called by it may call back.
    spawn_background(eventbridge._dispatch_event, event, thread_name="alarm-event")


def apply() -> None:
    cloudwatch._dispatch_alarm_actions = _act_and_tell
