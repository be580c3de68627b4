"""The address of a function leads to it: to this emulator, which answers there.

The emulator gives out names below on.aws, which lead to AWS itself. A browser knows that every name below
`localhost` is this machine.
"""

import json
import os

from ministack.services import lambda_svc

_create = lambda_svc._create_function_url_config


def _create_locally(name, data, qualifier):
    answer = _create(name, data, qualifier)
    status, headers, body = answer
    if status >= 300:
        return answer
    told = json.loads(body)
    host = told["FunctionUrl"].removeprefix("https://").rstrip("/").replace(".on.aws", ".localhost")
    told["FunctionUrl"] = f"http://{host}:{os.environ.get('GATEWAY_PORT', '4566')}/"
    kept = lambda_svc._function_urls[lambda_svc._url_config_key(name, qualifier)]
    kept["FunctionUrl"] = told["FunctionUrl"]
    return status, headers, json.dumps(told).encode()


def apply() -> None:
    lambda_svc._create_function_url_config = _create_locally
