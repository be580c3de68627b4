"""A template may lie in a bucket that is named in the host of its address, as S3's own addresses are.

The emulator takes the first part of the path for the bucket.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

import re

from ministack.services.cloudformation import helpers

_resolve = helpers._resolve_document
_HOSTED = re.compile(r"^https://([a-z0-9.-]+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?/(.+)$")


def _resolve_hosted(params, body_key, url_key, label):
    url = helpers._p(params, url_key)
    hosted = _HOSTED.match(url or "")
    if hosted:
        path = f"https://s3.amazonaws.com/{hosted[1]}/{hosted[2]}"
        params = {**params, url_key: [path] if isinstance(params[url_key], list) else path}
    return _resolve(params, body_key, url_key, label)


def apply() -> None:
    helpers._resolve_document = _resolve_hosted
