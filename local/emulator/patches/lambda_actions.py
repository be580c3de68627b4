"""A call of Lambda is checked for the permission that it needs, on what it is about.

The emulator asks for another one: for `ListAliases` where one alias is read, for `CreateAlias`
or `PutFunctionConcurrency` where they are changed or removed, for none where concurrency is provisioned.
And it checks the making of a function on `*`, and what is about a version or an alias on the function.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
"""

import json

from ministack.core import iam_actions

_action = iam_actions._lambda_action
_resource = iam_actions.extract_resource_arn

# By what stands behind the function's name, with an item behind it or not, and by method.
_ACTIONS = {
    ("aliases", False): {"GET": "ListAliases", "POST": "CreateAlias"},
    ("aliases", True): {"GET": "GetAlias", "PUT": "UpdateAlias", "DELETE": "DeleteAlias"},
    ("concurrency", False): {
        "GET": "GetFunctionConcurrency",
        "PUT": "PutFunctionConcurrency",
        "DELETE": "DeleteFunctionConcurrency",
    },
    ("provisioned-concurrency", False): {
        "GET": "GetProvisionedConcurrencyConfig",
        "PUT": "PutProvisionedConcurrencyConfig",
        "DELETE": "DeleteProvisionedConcurrencyConfig",
    },
    ("code-signing-config", False): {
        "GET": "GetFunctionCodeSigningConfig",
        "PUT": "PutFunctionCodeSigningConfig",
        "DELETE": "DeleteFunctionCodeSigningConfig",
    },
    ("url", False): {
        "GET": "GetFunctionUrlConfig",
        "POST": "CreateFunctionUrlConfig",
        "PUT": "UpdateFunctionUrlConfig",
        "DELETE": "DeleteFunctionUrlConfig",
    },
}


def _named(method, path):
    parts = [part for part in path.split("/") if part]
    behind = parts[parts.index("functions") + 2 :] if "functions" in parts else []
    if behind:
        found = _ACTIONS.get((behind[0], len(behind) > 1), {}).get(method)
        if found:
            return found
    return _action(method, path)


def _about(service, method, path, headers, body, query, region, account):
    if service != "lambda":
        return _resource(service, method, path, headers, body, query, region, account)
    if method == "POST" and path.rstrip("/").endswith("/functions"):
        return f"arn:aws:lambda:{region}:{account}:function:{json.loads(body or b'{}').get('FunctionName', '*')}"
    arn = _resource(service, method, path, headers, body, query, region, account)
    asked = query.get("Qualifier") if isinstance(query, dict) else None
    qualifier = asked[0] if isinstance(asked, list) else asked
    return f"{arn}:{qualifier}" if qualifier and arn != "*" else arn


def apply() -> None:
    iam_actions.extract_resource_arn = _about
    iam_actions._lambda_action = _named
