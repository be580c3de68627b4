"""Auto Scaling groups can be looked for by their tags.

The emulator answers with all groups, whatever tags are asked for. After group_instances, whose answer it narrows.
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Filter.html
"""

from ministack.services import autoscaling

_TAG = "tag:"
_NOBODY = "no group has these tags"


def _asked(params):
    """The filters by tags: `tag:colour` and what its value may be."""
    filters = []
    index = 1
    while name := autoscaling._p(params, f"Filters.member.{index}.Name"):
        filters.append((name, autoscaling._parse_member_list(params, f"Filters.member.{index}.Values")))
        index += 1
    return [(name[len(_TAG) :], values) for name, values in filters if name.startswith(_TAG)]


def _has(group, key, values):
    return any(tag["Key"] == key and tag["Value"] in values for tag in group["Tags"])


def apply() -> None:
    described = autoscaling._ACTION_MAP["DescribeAutoScalingGroups"]

    def narrowed(params):
        filters = _asked(params)
        if not filters:
            return described(params)
        names = autoscaling._parse_member_list(params, "AutoScalingGroupNames")
        found = [
            name
            for name, group in autoscaling._asgs.items()
            if (not names or name in names) and all(_has(group, key, values) for key, values in filters)
        ]
        listed = {f"AutoScalingGroupNames.member.{at}": [name] for at, name in enumerate(found or [_NOBODY], 1)}
        rest = {key: value for key, value in params.items() if not key.startswith("AutoScalingGroupNames.")}
        return described({**rest, **listed})

    autoscaling._ACTION_MAP["DescribeAutoScalingGroups"] = narrowed
