"""Two rules of a listener never have one priority.

The emulator takes the second, so that whoever makes a rule twice has two.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
"""

from ministack.services import alb

_create = alb._create_rule


def _create_unless_taken(params):
    listener, priority = alb._p(params, "ListenerArn"), alb._p(params, "Priority")
    if any(rule["ListenerArn"] == listener and rule["Priority"] == priority for rule in alb._rules.values()):
        return alb._error("PriorityInUse", f"Priority '{priority}' is currently in use")
    return _create(params)


def apply() -> None:
    alb._create_rule = _create_unless_taken
    alb._ACTION_MAP["CreateRule"] = _create_unless_taken
