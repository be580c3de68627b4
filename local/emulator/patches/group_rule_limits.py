"""A rule that a security group has already is refused, and so is one too many; then none of a call is added.

The emulator takes both, keeps several blocks of one permission as one rule, and drops rules that name a prefix list. Nor does it know the tags of a group as what a
policy may depend on.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
"""

from ministack.core import iam_actions
from ministack.services import ec2

from .service_quotas import RULES_PER_GROUP, VALUES

_authorize = ec2._authorize_sg_ingress
_parse = ec2._parse_ip_permissions
_context = iam_actions.request_tag_context
_SOURCES = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
_CHANGING = ("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress")
# AWS's own lists: https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
_OWN_LIST = 55


def _each_alone(params, prefix):
    found = []
    for number, rule in enumerate(_parse(params, prefix), 1):
        rule["PrefixListIds"] = _lists(params, f"{prefix}.{number}.PrefixListIds")
        for kind in _SOURCES:
            found += [{**rule, **{source: [] for source in _SOURCES}, kind: [one]} for one in rule.get(kind, [])]
    return found


def _lists(params, prefix):
    found = []
    while identity := ec2._p(params, f"{prefix}.{len(found) + 1}.PrefixListId"):
        described = ec2._p(params, f"{prefix}.{len(found) + 1}.Description")
        found.append({"PrefixListId": identity, **({"Description": described} if described else {})})
    return found


def _weight(rule, family):
    if rule["IpRanges"]:
        return 1 if family == "IPv4" else 0
    if rule["Ipv6Ranges"]:
        return 1 if family == "IPv6" else 0
    if not rule["PrefixListIds"]:
        return 1
    known = ec2._prefix_lists.get(rule["PrefixListIds"][0].get("PrefixListId"))
    if known:
        return known["MaxEntries"] if known["AddressFamily"] == family else 0
    return _OWN_LIST if family == "IPv4" else 0


def used(rules, family):
    return sum(_weight(rule, family) for rule in rules)


def _authorized(params):
    group = ec2._security_groups.get(ec2._p(params, "GroupId"))
    if not group:
        return _authorize(params)
    rules = ec2._parse_ip_permissions(params, "IpPermissions")
    for rule in rules:
        if any(ec2._rules_match(rule, one) for one in group["IpPermissions"]):
            return ec2._error("InvalidPermission.Duplicate", "the specified rule already exists", 400)
    for family in ("IPv4", "IPv6"):
        if used([*group["IpPermissions"], *rules], family) > VALUES[RULES_PER_GROUP]:
            return ec2._error(
                "RulesPerSecurityGroupLimitExceeded",
                "The maximum number of rules per security group has been reached.",
                400,
            )
    return _authorize(params)


def _with_tags(service, action, body, params):
    context = _context(service, action, body, params)
    if service != "ec2" or not action.endswith(_CHANGING):
        return context
    tags = ec2._tags.get(ec2._p(params, "GroupId"), [])
    return {**context, **{f"aws:ResourceTag/{one['Key']}".lower(): one["Value"] for one in tags}}


def apply() -> None:
    global _context
    _context = iam_actions.request_tag_context
    iam_actions.request_tag_context = _with_tags
    ec2._parse_ip_permissions = _each_alone
    ec2._ACTION_MAP["AuthorizeSecurityGroupIngress"] = _authorized
