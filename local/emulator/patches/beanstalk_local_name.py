"""A distribution before environments of Elastic Beanstalk leads to them: to the ones of this machine.

The emulator has no Elastic Beanstalk; what stands for it on this machine answers below `localhost` for
names below elasticbeanstalk.com, and nothing here stands for CloudFront before it.
"""

import os
import re

from ministack.services import cloudfront
from ministack.services.cloudformation import provisioners

_DISTRIBUTION = "AWS::CloudFront::Distribution"
_in_stack = provisioners._RESOURCE_HANDLERS[_DISTRIBUTION]["create"]
_NAME = re.compile(r"^([a-z0-9.-]+)\.[a-z]{2}(?:-[a-z]+)+-\d\.elasticbeanstalk\.com$")


def _create(logical_id, props, stack_name):
    identity, attributes = _in_stack(logical_id, props, stack_name)
    origins = (props.get("DistributionConfig") or {}).get("Origins") or []
    found = next(filter(None, (_NAME.match(str(one.get("DomainName"))) for one in origins)), None)
    port = os.environ.get("PILOTAGE_BEANSTALK_PORT")
    if not found or not port:
        return identity, attributes
    name = f"{found.group(1)}.localhost:{port}"
    cloudfront._distributions[identity]["DomainName"] = name
    return identity, {**attributes, "DomainName": name}


def apply() -> None:
    provisioners._RESOURCE_HANDLERS[_DISTRIBUTION]["create"] = _create
