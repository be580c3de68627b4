"""Who asks for the latest lines of a log group first gets them, page by page.

The emulator begins with the earliest, whatever is asked for, and gives no second page.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from ministack.core.responses import json_response
from ministack.services import cloudwatch_logs as logs

_filter = logs._filter_log_events
_PAGE = 10_000


def _filter_from_the_end(data):
    group = logs._log_groups.get(logs._resolve_log_group_name(data))
    if group is None or data.get("startFromHead", True):
        return _filter(data)
    events = _matching(group, data)[::-1]
    begin = int(data.get("nextToken") or 0)
    end = begin + min(data.get("limit", _PAGE), _PAGE)
    more = {"nextToken": str(end)} if end < len(events) else {}
    return json_response({"events": events[begin:end], "searchedLogStreams": [], **more})


def _matching(group, data):
    matches = logs._compile_filter_pattern(data.get("filterPattern", ""))
    start, end = data.get("startTime", 0), data.get("endTime", float("inf"))
    names = data.get("logStreamNames") or list(group["streams"])
    with logs._log_events_lock:
        found = [
            {**event, "logStreamName": name}
            for name in names
            if name in group["streams"]
            for event in group["streams"][name]["events"]
            if start <= event["timestamp"] <= end and matches(event.get("message", ""))
        ]
    return sorted(found, key=lambda event: (event["timestamp"], event.get("ingestionTime", 0)))


def apply() -> None:
    logs._filter_log_events = _filter_from_the_end
