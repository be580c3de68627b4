"""Runs moto until its parent is gone: stdin closes when that ends, however it ends.

Where moto differs from AWS in what is measured, it is brought in line:
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html
"""

import logging
import os
import sys
import threading

from moto.ec2.models.managed_prefixes import ManagedPrefixListBackend
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupBackend
from moto.ec2.responses.security_groups import SecurityGroups
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.exceptions import EC2ClientError, RulesPerSecurityGroupLimitExceededError
from moto.moto_server.werkzeug_app import MotoRequestHandler
from moto.server import main
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS

RULES_A_GROUP = int(os.environ["RULES_A_GROUP"])


def end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


def quota_counts_each_family() -> None:
    """Moto counts IPv4 and IPv6 together, and knows no other quota than 60."""
    for quota in VPC_DEFAULT_QUOTAS:
        if quota["QuotaCode"] == "L-0EA8095F":
            quota["Value"] = float(RULES_A_GROUP)

    def verify(self, group, _, ip_ranges, source_groups=None, egress=False) -> None:
        rules = group.egress_rules if egress else group.ingress_rules
        for key in ("CidrIp", "CidrIpv6"):
            there = sum(key in rule.ip_range for rule in rules)
            if there + sum(key in each for each in ip_ranges) > RULES_A_GROUP:
                raise RulesPerSecurityGroupLimitExceededError

    SecurityGroupBackend._verify_group_will_respect_rule_count_limit = verify


def authorize_is_all_or_nothing() -> None:
    """Moto keeps what it added before it came to the rule that it refuses."""
    authorize = SecurityGroups.authorize_security_group_ingress

    def authorize_all(self):
        group = self.ec2_backend.get_security_group_by_name_or_id(self._get_param("GroupId"))
        before = list(group.ingress_rules) if group else []
        try:
            return authorize(self)
        except EC2ClientError:
            if group:
                group.ingress_rules = before
            raise

    SecurityGroups.authorize_security_group_ingress = authorize_all


def rules_are_found_at_once() -> None:
    """Moto compares a new rule with all that are there, and looks for a group's rules in all groups."""

    def key(rule) -> tuple:
        ports = (rule.ip_protocol, rule.from_port, rule.to_port)
        block = rule.ip_range.get("CidrIp") or rule.ip_range.get("CidrIpv6")
        return (*ports, block, str(rule.source_group), rule.prefix_list_id)

    class Rules(list):
        def __init__(self, rules=()):
            super().__init__(rules)
            self.keys = {key(rule) for rule in self}

        def append(self, rule):
            super().append(rule)
            self.keys.add(key(rule))

        def __contains__(self, rule):
            return key(rule) in self.keys

    def set_rules(self, rules):
        self.__dict__["ingress_rules"] = Rules(rules)

    SecurityGroup.ingress_rules = property(lambda self: self.__dict__["ingress_rules"], set_rules)

    describe = SecurityGroupBackend.describe_security_group_rules

    def describe_asked(self, sg_rule_ids, filters):
        asked = set(filters.get("group-id", []))
        if not asked or sg_rule_ids:
            return describe(self, sg_rule_ids, filters)
        known = (group for of_vpc in self.groups.values() for group in of_vpc.values())
        groups = [group for group in known if group.id in asked]
        return [rule for group in groups for rule in [*group.egress_rules, *group.ingress_rules]]

    SecurityGroupBackend.describe_security_group_rules = describe_asked


def prefix_lists_have_sizes_and_versions() -> None:
    """Moto forgets the name and the new size, and takes a change of any version."""
    modify = ManagedPrefixListBackend.modify_managed_prefix_list
    respond = VPCs.modify_managed_prefix_list

    def modify_known(
        self, add_entry, remove_entry, prefix_list_id=None, current_version=None, prefix_list_name=None
    ):
        prefix_list = self.managed_prefix_lists[prefix_list_id]
        if current_version is not None and current_version != prefix_list.version:
            raise EC2ClientError("PrefixListVersionMismatch", "The prefix list has another version.")
        before = prefix_list.entries.get(prefix_list.version, [])
        removed = {each["Cidr"] for each in remove_entry}
        entries = [each for each in before if each["Cidr"] not in removed] + add_entry
        if len(entries) > int(prefix_list.max_entries):
            raise EC2ClientError("PrefixListMaxEntriesExceeded", "The prefix list has no room for that.")
        name = prefix_list_name or prefix_list.prefix_list_name
        return modify(self, add_entry, remove_entry, prefix_list_id, current_version, name)

    def respond_resized(self):
        size = self._get_param("MaxEntries")
        if size:
            self.ec2_backend.managed_prefix_lists[self._get_param("PrefixListId")].max_entries = int(size)
        return respond(self)

    ManagedPrefixListBackend.modify_managed_prefix_list = modify_known
    VPCs.modify_managed_prefix_list = respond_resized


threading.Thread(target=end_with_parent, daemon=True).start()
# Connections stay open.
MotoRequestHandler.protocol_version = "HTTP/1.1"
logging.getLogger("werkzeug").setLevel(logging.ERROR)
quota_counts_each_family()
authorize_is_all_or_nothing()
rules_are_found_at_once()
prefix_lists_have_sizes_and_versions()
main(["-H", "127.0.0.1", "-p", os.environ["MOTO_PORT"]])
