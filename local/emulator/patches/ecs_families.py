"""All families of task definitions can be asked for, also those of which none is active any more.

The emulator looks for definitions that are in a state called ALL, and finds none.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html
"""

from ministack.services import ecs

_NAME = "ListTaskDefinitionFamilies"
_list = ecs._ACTION_MAP[_NAME]


def _all(data):
    return _list({**data, "status": ""} if data.get("status") == "ALL" else data)


def apply() -> None:
    ecs._ACTION_MAP[_NAME] = _all
