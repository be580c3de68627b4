"""A stack may have a VPC origin, by which CloudFront reaches an internal load balancer.

The emulator has VPC origins, though not in its stacks: it refuses the whole template.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-vpcorigin.html
"""

import re
from xml.sax.saxutils import escape

from ministack.services import cloudfront
from ministack.services.cloudformation import provisioners

_NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"


def _body(config):
    protocols = config.get("OriginSSLProtocols") or ["TLSv1.2"]
    items = "".join(f"<SslProtocol>{one}</SslProtocol>" for one in protocols)
    return (
        f'<CreateVpcOriginRequest xmlns="{_NAMESPACE}"><VpcOriginEndpointConfig>'
        f"<Name>{escape(config.get('Name', ''))}</Name><Arn>{escape(config.get('Arn', ''))}</Arn>"
        f"<HTTPPort>{config.get('HTTPPort', 80)}</HTTPPort><HTTPSPort>{config.get('HTTPSPort', 443)}</HTTPSPort>"
        f"<OriginProtocolPolicy>{config.get('OriginProtocolPolicy', 'match-viewer')}</OriginProtocolPolicy>"
        f"<OriginSslProtocols><Quantity>{len(protocols)}</Quantity><Items>{items}</Items></OriginSslProtocols>"
        "</VpcOriginEndpointConfig></CreateVpcOriginRequest>"
    ).encode()


def _create(_logical_id, props, _stack_name):
    status, _headers, body = cloudfront._create_vpc_origin(_body(props.get("VpcOriginEndpointConfig") or {}))
    text = body.decode() if isinstance(body, bytes) else body
    if status >= 400:
        raise ValueError(text)
    identity = re.search(r"<Id>([^<]+)</Id>", text).group(1)
    return identity, {"Id": identity, "Arn": cloudfront._vpc_origins[identity]["Arn"], "Status": "Deployed"}


def _delete(physical_id, _props):
    cloudfront._vpc_origins.pop(physical_id, None)


def apply() -> None:
    provisioners._RESOURCE_HANDLERS.setdefault("AWS::CloudFront::VpcOrigin", {"create": _create, "delete": _delete})
