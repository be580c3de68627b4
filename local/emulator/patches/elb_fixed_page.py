"""A page that a listener answers with may be HTML.

The emulator writes it into its XML as it is, so that nobody can read the answer.
"""

from ministack.services import alb

_xml = alb._action_xml


def _escaped(action):
    page = action.get("FixedResponseConfig")
    if not page:
        return _xml(action)
    return _xml({**action, "FixedResponseConfig": {**page, "MessageBody": alb._esc(page.get("MessageBody") or "")}})


def apply() -> None:
    alb._action_xml = _escaped
