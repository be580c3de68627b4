"""The record that proves a name leads to `acm-validations.aws`.

The emulator's leads to a name of its own.
https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
"""

from ministack.services import acm

_options = acm._validation_options


def _options_of_aws(domain, method):
    options = _options(domain, method)
    record = options["ResourceRecord"]
    label = record["Value"].split(".")[0]
    record["Value"] = f"_{label}.acm-validations.aws."
    return options


def apply() -> None:
    acm._validation_options = _options_of_aws
