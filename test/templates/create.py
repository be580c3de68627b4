"""Creates stacks on moto, and updates each: [{template, parameters, next}] on stdin, what became of each on stdout."""

import json
import sys
from unittest.mock import MagicMock

# moto loads API Gateway with everything else; what only that needs is not installed.
for name in ("", ".validation", ".validation.exceptions"):
    sys.modules[f"openapi_spec_validator{name}"] = MagicMock()

import boto3  # noqa: E402
from moto import mock_aws  # noqa: E402

HERE = {"region_name": "eu-central-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def network():
    """The operator's network: two subnets in each of three zones."""
    ec2 = boto3.client("ec2", **HERE)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]

    def subnets(first):
        return ",".join(
            ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.1.{first + number}.0/24", AvailabilityZone=f"{HERE['region_name']}{zone}"
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate("abc")
        )

    return {"SharedVpc": vpc, "SharedPublicSubnets": subnets(0), "SharedPrivateSubnets": subnets(10)}


def play(given, number):
    with mock_aws():
        cloudformation = boto3.client("cloudformation", **HERE)
        stack = f"stack-{number}"
        parameters = dict(given["parameters"])
        if "Zone" in parameters:
            zone = boto3.client("route53", **HERE).create_hosted_zone(Name="example.com", CallerReference=stack)
            parameters["Zone"] = zone["HostedZone"]["Id"].split("/")[-1]
        if "SharedVpc" in parameters:
            parameters.update(network())
        common = {
            "StackName": stack,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
        }

        def state():
            described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
            resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
            return {
                "status": described["StackStatus"],
                "outputs": sorted(output["OutputKey"] for output in described.get("Outputs", [])),
                # Of a type that moto does not know it says nothing, and of some that it knows no id.
                "resources": {
                    one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources if "PhysicalResourceId" in one
                },
            }

        cloudformation.create_stack(TemplateBody=json.dumps(given["template"]), **common)
        created = state()
        cloudformation.update_stack(TemplateBody=json.dumps(given["next"]), **common)
        return {"created": created, "updated": state()}


print(json.dumps([play(given, number) for number, given in enumerate(json.load(sys.stdin))]))
