"""An alarm of a stack may watch an expression over several metrics.

The emulator refuses it. It is kept here, and no more: nothing reckons the
expression, so its state is what SetAlarmState said last.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
"""

from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners

_record = provisioners._cw_metric_alarm_record
_evaluate = cloudwatch._evaluate_alarm


def _record_with_metrics(name, props):
    if not props.get("Metrics"):
        return _record(name, props)
    rest = {key: value for key, value in props.items() if key != "Metrics"}
    alarm = _record(name, {**rest, "MetricName": "-", "Namespace": "-"})
    return {**alarm, "MetricName": "", "Namespace": "", "Metrics": props["Metrics"]}


def _evaluate_one_metric(alarm):
    if not alarm.get("Metrics"):
        _evaluate(alarm)


def apply() -> None:
    provisioners._cw_metric_alarm_record = _record_with_metrics
    cloudwatch._evaluate_alarm = _evaluate_one_metric
