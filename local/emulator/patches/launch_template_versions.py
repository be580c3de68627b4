"""Versions of a launch template can be deleted, and a policy may depend on the template's tags.

The emulator keeps all versions for ever, and knows neither the template as a resource nor its tags.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from ministack.core import iam_actions
from ministack.services import ec2

_resource = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context
_ID = "LaunchTemplateId"


def _deleted(params):
    template = ec2._launch_templates.get(ec2._p(params, _ID))
    if not template:
        return ec2._error("InvalidLaunchTemplateId.NotFound", "The specified launch template does not exist", 400)
    done, kept = [], []
    for number in ec2._parse_member_list(params, "LaunchTemplateVersion"):
        found = next((one for one in template["Versions"] if str(one["VersionNumber"]) == number), None)
        if found and found["VersionNumber"] != template["DefaultVersionNumber"]:
            template["Versions"].remove(found)
            done.append(_item(template, number))
        else:
            code = "launchTemplateVersionDoesNotExist" if not found else "unexpectedError"
            kept.append(_item(template, number, f"<responseError><code>{code}</code></responseError>"))
    return ec2._xml(
        200,
        "DeleteLaunchTemplateVersionsResponse",
        f"<successfullyDeletedLaunchTemplateVersionSet>{''.join(done)}</successfullyDeletedLaunchTemplateVersionSet>"
        f"<unsuccessfullyDeletedLaunchTemplateVersionSet>{''.join(kept)}</unsuccessfullyDeletedLaunchTemplateVersionSet>",
    )


def _item(template, number, more=""):
    identity = template["LaunchTemplateId"]
    return f"<item><launchTemplateId>{identity}</launchTemplateId><versionNumber>{number}</versionNumber>{more}</item>"


def _with_template(service, method, path, headers, body, query, region, account):
    identity = query.get(_ID) if service == "ec2" else None
    if not identity:
        return _resource(service, method, path, headers, body, query, region, account)
    return f"arn:aws:ec2:{region}:{account}:launch-template/{ec2._p(query, _ID)}"


def _with_tags(service, action, body, params):
    context = _context(service, action, body, params)
    if service != "ec2" or not params.get(_ID):
        return context
    tags = ec2._tags.get(ec2._p(params, _ID), [])
    return {**context, **{f"aws:ResourceTag/{one['Key']}".lower(): one["Value"] for one in tags}}


def apply() -> None:
    ec2._ACTION_MAP["DeleteLaunchTemplateVersions"] = _deleted
    iam_actions.extract_resource_arn = _with_template
    iam_actions.request_tag_context = _with_tags
