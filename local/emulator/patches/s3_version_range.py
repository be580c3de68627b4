"""A range of a version is that range.

The emulator hands out the whole object when a read names both a version and a range.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from ministack.services import s3

_get = s3._get_object


def _get_with_range(bucket_name, key, headers, query_params=None):
    answer = _get(bucket_name, key, headers, query_params)
    asked = headers.get("range", "")
    if answer[0] != 200 or not asked or not s3._qp(query_params or {}, "versionId", ""):
        return answer
    _, told, body = answer
    if not isinstance(body, (bytes, bytearray)):
        return answer
    part = s3._parse_range(asked, len(body))
    if part is None:
        return s3._error("InvalidRange", "The requested range is not satisfiable", 416, f"/{bucket_name}/{key}")
    start, end = part
    piece = bytes(body[start : end + 1])
    # A checksum is the whole object's.
    told = {name: value for name, value in told.items() if not name.lower().startswith("x-amz-checksum-")}
    told = {**told, "Content-Length": str(len(piece)), "Content-Range": f"bytes {start}-{end}/{len(body)}"}
    return 206, told, piece


def apply() -> None:
    s3._get_object = _get_with_range
