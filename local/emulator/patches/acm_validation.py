"""A certificate is issued once its records are in a hosted zone, is made once of one token, and is listed with its names.

The emulator issues every certificate at once, makes one at each call, and lists the first name alone.
https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateSummary.html
"""

import json

from ministack.services import acm, route53

_request = acm._request_certificate
_describe = acm._describe_certificate
_list = acm._list_certificates


def _request_once(data):
    token = data.get("IdempotencyToken")
    for arn, made in acm._certificates.items():
        if token and made.get("_token") == token:
            return acm.json_response({"CertificateArn": arn})
    answer = _request(data)
    if answer[0] == 200 and data.get("ValidationMethod") == "DNS":
        made = acm._certificates[json.loads(answer[2])["CertificateArn"]]
        made.update({"Status": "PENDING_VALIDATION", "_token": token})
        for option in made["DomainValidationOptions"]:
            option["ValidationStatus"] = "PENDING_VALIDATION"
    return answer


def _values():
    for records in route53._records.values():
        for record in records.values() if isinstance(records, dict) else records:
            yield str(record)


def _proven(certificate):
    said = "\n".join(_values())
    return all(
        option["ResourceRecord"]["Name"].rstrip(".") in said and option["ResourceRecord"]["Value"].rstrip(".") in said
        for option in certificate["DomainValidationOptions"]
    )


def _look(certificate):
    if certificate["Status"] == "PENDING_VALIDATION" and _proven(certificate):
        certificate["Status"] = "ISSUED"
        for option in certificate["DomainValidationOptions"]:
            option["ValidationStatus"] = "SUCCESS"


def _describe_proven(data):
    for certificate in acm._certificates.values():
        _look(certificate)
    return _describe(data)


def _list_names(data):
    for certificate in acm._certificates.values():
        _look(certificate)
    status, headers, body = _list(data)
    answer = json.loads(body)
    for one in answer["CertificateSummaryList"]:
        certificate = acm._certificates[one["CertificateArn"]]
        one["SubjectAlternativeNameSummaries"] = certificate["SubjectAlternativeNames"]
        one["CreatedAt"] = acm._epoch(certificate["CreatedAt"])
    return acm.json_response(answer)


def apply() -> None:
    acm._request_certificate = _request_once
    acm._describe_certificate = _describe_proven
    acm._list_certificates = _list_names
