"""The address of an HTTP API leads to it: to this emulator, which answers there.

The emulator puts the API's name before its own address, `127.0.0.1`: that is no host name. A browser
knows that every name below `localhost` is this machine.
"""

import re

import ministack.app
from ministack.services import apigateway
from ministack.services.cloudformation import provisioners

_HOST = ".execute-api.127.0.0.1:"
_API = "AWS::ApiGatewayV2::Api"
_create = apigateway._create_api
_in_stack = provisioners._RESOURCE_HANDLERS[_API]["create"]


def _local(api):
    api["apiEndpoint"] = api["apiEndpoint"].replace(_HOST, ".execute-api.localhost:")
    return api["apiEndpoint"]


def _create_locally(data):
    known = set(apigateway._apis)
    answer = _create(data)
    made = [apigateway._apis[one] for one in set(apigateway._apis) - known]
    for api in made:
        _local(api)
    return apigateway._apigw_response(made[0], 201) if made else answer


def _create_in_stack(logical_id, props, stack_name):
    identity, attributes = _in_stack(logical_id, props, stack_name)
    return identity, {**attributes, "ApiEndpoint": _local(apigateway._apis[identity])}


def apply() -> None:
    ministack.app._EXECUTE_API_RE = re.compile(r"^([a-f0-9]{8})\.execute-api\.(?:localhost|127\.0\.0\.1)(?::\d+)?$")
    apigateway._create_api = _create_locally
    provisioners._RESOURCE_HANDLERS[_API]["create"] = _create_in_stack
