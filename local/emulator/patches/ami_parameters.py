"""Amazon Linux 2023 has public parameters for both processors, which are nobody's own.

The emulator has the one for x86 alone, says that its image is for x86, and judges who may read it by the
caller's own account. https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
"""

import json

from ministack.core import iam_actions
from ministack.services import ec2, ssm

_resource = iam_actions.extract_resource_arn
_view = ec2._stub_image_view
_PUBLIC = "/aws/service/"
_ARM = "ami-0c2023a1b2c3d4e60"


def _of_its_processor(identity, *told):
    return {**_view(identity, *told), **({"Architecture": "arm64"} if identity == _ARM else {})}


def _public(service, method, path, headers, body, query, region, account):
    if service == "ssm":
        name = json.loads(body or b"{}").get("Name")
        if isinstance(name, str) and name.startswith(_PUBLIC):
            return f"arn:aws:ssm:{region}::parameter{name}"
    return _resource(service, method, path, headers, body, query, region, account)


def apply() -> None:
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    ssm._PUBLIC_AMI_PARAMETERS[name] = _ARM
    x86 = next(one for one in ec2._STUB_AMIS if one[0] == "ami-0c2023a1b2c3d4e5f")
    ec2._STUB_AMIS.append((_ARM, x86[1].replace("x86_64", "arm64"), *x86[2:]))
    ec2._stub_image_view = _of_its_processor
    iam_actions.extract_resource_arn = _public
