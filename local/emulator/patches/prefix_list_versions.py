"""A prefix list is changed from the version that a call names, holds no more than its size, and is made once for a token.

The emulator takes any change, makes another list each time, drops its tags, and knows neither list nor tags for a policy.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html
"""

from ministack.core import iam_actions
from ministack.services import ec2

from .group_rule_limits import used
from .service_quotas import RULES_PER_GROUP, VALUES

_create = ec2._create_managed_prefix_list
_modify = ec2._modify_managed_prefix_list
_xml = ec2._prefix_list_xml
_resource = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context
_ID = "PrefixListId"
_MOST = 100
_made: dict = {}


def _cidrs(params, prefix):
    found = []
    while value := ec2._p(params, f"{prefix}.{len(found) + 1}.Cidr"):
        found.append(value)
    return found


def _refused(code, message):
    return ec2._error(code, message, 400)


def _created(params):
    token = ec2._p(params, "ClientToken")
    known = ec2._prefix_lists.get(_made.get(token))
    if known:
        return ec2._xml(200, "CreateManagedPrefixListResponse", ec2._prefix_list_xml(known, tag="prefixList"))
    entries = _cidrs(params, "Entry")
    if len(entries) > _MOST:
        return _refused("InvalidParameterValue", f"at most {_MOST} entries in one request")
    if len(entries) > int(ec2._p(params, "MaxEntries") or 0):
        return _refused("PrefixListMaxEntriesExceeded", "more entries than the maximum")
    before = set(ec2._prefix_lists)
    answer = _create(params)
    if answer[0] != 200:
        return answer
    identity = next(one for one in ec2._prefix_lists if one not in before)
    if token:
        _made[token] = identity
    ec2._tags[identity] = _tags_of(params)
    return ec2._xml(
        200, "CreateManagedPrefixListResponse", ec2._prefix_list_xml(ec2._prefix_lists[identity], tag="prefixList")
    )


def _tags_of(params):
    found = []
    while key := ec2._p(params, f"TagSpecification.1.Tag.{len(found) + 1}.Key"):
        found.append({"Key": key, "Value": ec2._p(params, f"TagSpecification.1.Tag.{len(found) + 1}.Value")})
    return found


def _modified(params):
    found = ec2._prefix_lists.get(ec2._p(params, _ID))
    if not found:
        return _modify(params)
    add, remove = _cidrs(params, "AddEntry"), _cidrs(params, "RemoveEntry")
    size = ec2._p(params, "MaxEntries")
    if size and (add or remove):
        return _refused("InvalidParameterCombination", "entries and size cannot be changed at the same time")
    if len(add) > _MOST or len(remove) > _MOST:
        return _refused("InvalidParameterValue", f"at most {_MOST} entries in one request")
    version = ec2._p(params, "CurrentVersion")
    if (add or remove) and not version:
        return _refused("MissingParameter", "The request must contain the parameter CurrentVersion")
    if version and int(version) != found["Version"]:
        return _refused("PrefixListVersionMismatch", "The prefix list has another version")
    there = {entry["Cidr"] for entry in found["Entries"]}
    if len((there | set(add)) - set(remove)) > found["MaxEntries"]:
        return _refused("PrefixListMaxEntriesExceeded", "more entries than the maximum")
    if size:
        return _resized(found, int(size))
    found["Entries"] = [entry for entry in found["Entries"] if entry["Cidr"] not in add]
    return _modify(params)


def _resized(found, size):
    """All groups that name it must have room for it; a new size makes no new version."""
    before, found["MaxEntries"] = found["MaxEntries"], size
    for identity, group in ec2._security_groups.items():
        names = any(one.get(_ID) == found[_ID] for rule in group["IpPermissions"] for one in rule["PrefixListIds"])
        if names and used(group["IpPermissions"], found["AddressFamily"]) > VALUES[RULES_PER_GROUP]:
            found["MaxEntries"] = before
            found["State"], found["StateMessage"] = "modify-failed", f"The following resources have no room: {identity}"
            return ec2._xml(200, "ModifyManagedPrefixListResponse", ec2._prefix_list_xml(found, tag="prefixList"))
    found["State"] = "modify-complete"
    return ec2._xml(200, "ModifyManagedPrefixListResponse", ec2._prefix_list_xml(found, tag="prefixList"))


def _with_message(found, tag="item"):
    message = found.get("StateMessage") if found.get("State", "").endswith("-failed") else None
    return _xml(found, tag).replace("</state>", f"</state><stateMessage>{message}</stateMessage>" if message else "</state>")


def _with_list(service, method, path, headers, body, query, region, account):
    makes = service == "ec2" and ec2._p(query, "Action") == "CreateManagedPrefixList"
    identity = "new" if makes else ec2._p(query, _ID) if service == "ec2" and query.get(_ID) else None
    if not identity:
        return _resource(service, method, path, headers, body, query, region, account)
    return f"arn:aws:ec2:{region}:{account}:prefix-list/{identity}"


def _with_tags(service, action, body, params):
    context = _context(service, action, body, params)
    if service == "ec2" and action.endswith("CreateManagedPrefixList"):
        return {**context, **{f"aws:RequestTag/{one['Key']}".lower(): one["Value"] for one in _tags_of(params)}}
    if service != "ec2" or not params.get(_ID):
        return context
    tags = ec2._tags.get(ec2._p(params, _ID), [])
    return {**context, **{f"aws:ResourceTag/{one['Key']}".lower(): one["Value"] for one in tags}}


def apply() -> None:
    global _resource, _context
    _resource, _context = iam_actions.extract_resource_arn, iam_actions.request_tag_context
    iam_actions.extract_resource_arn = _with_list
    iam_actions.request_tag_context = _with_tags
    ec2._prefix_list_xml = _with_message
    ec2._ACTION_MAP["CreateManagedPrefixList"] = _created
    ec2._ACTION_MAP["ModifyManagedPrefixList"] = _modified
