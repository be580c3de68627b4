"""What an Auto Scaling group does is told, when it is asked for and on the bus.

The emulator's groups have no activities. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
"""

import json
import uuid

from ministack.core.responses import get_account_id, get_region, now_iso
from ministack.services import autoscaling, ecs, eventbridge

_KEPT = 100
_activities: dict = {}


def began(asg, identity, description, cause):
    mine = _activities.setdefault(asg["AutoScalingGroupARN"], [])
    mine.insert(
        0,
        {
            "ActivityId": str(uuid.uuid4()),
            "AutoScalingGroupName": asg["AutoScalingGroupName"],
            "Description": description,
            "Cause": f"At {now_iso()} {cause}",
            "StartTime": now_iso(),
            "StatusCode": "InProgress",
            "Progress": 50,
            "_of": identity,
        },
    )
    del mine[_KEPT:]


def over(asg, identity, code, said=""):
    for one in _activities.get(asg["AutoScalingGroupARN"], []):
        if one["_of"] == identity and one["StatusCode"] == "InProgress":
            one.update({"StatusCode": code, "Progress": 100, "EndTime": now_iso()})
            if said:
                one["StatusMessage"] = said
            _tell(asg, one)
            return


def _tell(asg, activity):
    what = "Launch" if activity["Description"].startswith("Launch") else "Terminate"
    how = "Successful" if activity["StatusCode"] == "Successful" else "Unsuccessful"
    event = {
        "EventId": str(uuid.uuid4()),
        "Source": "aws.autoscaling",
        "DetailType": f"EC2 Instance {what} {how}",
        "Detail": json.dumps({"AutoScalingGroupName": asg["AutoScalingGroupName"], "EC2InstanceId": activity["_of"]}),
        "EventBusName": "default",
        "Time": ecs._iso(),
        "Resources": [asg["AutoScalingGroupARN"]],
        "Account": get_account_id(),
        "Region": get_region(),
    }
    # Whoever is called by it may call back.
    ecs.spawn_background(eventbridge._dispatch_event, event, thread_name="autoscaling-event")


def _described_activities(params):
    asg = autoscaling._asgs.get(autoscaling._p(params, "AutoScalingGroupName")) or {}
    mine = _activities.get(asg.get("AutoScalingGroupARN"), [])
    told = autoscaling._member_xml([{k: v for k, v in one.items() if not k.startswith("_")} for one in mine])
    return autoscaling._xml(
        200,
        "DescribeScalingActivitiesResponse",
        f"<DescribeScalingActivitiesResult><Activities>{told}</Activities></DescribeScalingActivitiesResult>",
    )


def apply() -> None:
    autoscaling._ACTION_MAP["DescribeScalingActivities"] = _described_activities
