"""Events of a versioned bucket name the object's version.

The emulator leaves `version-id` out of what it hands to EventBridge.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import json
import threading

from ministack.services import eventbridge, s3

_fire = s3._fire_s3_event
_dispatch = eventbridge._dispatch_event
_firing = threading.local()


def _fire_with_version(*args, version_id=None, **options):
    _firing.version = version_id
    try:
        return _fire(*args, version_id=version_id, **options)
    finally:
        _firing.version = None


def _dispatch_with_version(event, *rest):
    version = getattr(_firing, "version", None)
    if version and event.get("Source") == "aws.s3":
        detail = json.loads(event["Detail"])
        detail["object"]["version-id"] = version
        event = {**event, "Detail": json.dumps(detail)}
    return _dispatch(event, *rest)


def apply() -> None:
    s3._fire_s3_event = _fire_with_version
    eventbridge._dispatch_event = _dispatch_with_version
