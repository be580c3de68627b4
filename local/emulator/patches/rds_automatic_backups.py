"""RDS tells from when to when a database can be brought back from its automatic backups.

The emulator does not know the question.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstanceAutomatedBackups.html
"""

import time

from ministack.services import rds

# RDS keeps its log of changes every five minutes.
_EVERY = 300


def _told(params):
    name = rds._p(params, "DBInstanceIdentifier")
    found = [one for one in rds._instances.values() if not name or one["DBInstanceIdentifier"] == name]
    listed = "".join(_xml(one) for one in found if int(one["BackupRetentionPeriod"]) > 0)
    inner = f"<DBInstanceAutomatedBackups>{listed}</DBInstanceAutomatedBackups>"
    action = "DescribeDBInstanceAutomatedBackups"
    return rds._xml(200, f"{action}Response", f"<{action}Result>{inner}</{action}Result>")


def _xml(instance):
    made = instance["InstanceCreateTime"]
    latest = max(made, rds._format_time(time.time() - _EVERY))
    return f"""<DBInstanceAutomatedBackup>
        <DBInstanceIdentifier>{instance["DBInstanceIdentifier"]}</DBInstanceIdentifier>
        <DBInstanceArn>{instance["DBInstanceArn"]}</DBInstanceArn>
        <Status>active</Status>
        <BackupRetentionPeriod>{instance["BackupRetentionPeriod"]}</BackupRetentionPeriod>
        <RestoreWindow><EarliestTime>{made}</EarliestTime><LatestTime>{latest}</LatestTime></RestoreWindow>
    </DBInstanceAutomatedBackup>"""


def apply() -> None:
    rds._ACTION_MAP["DescribeDBInstanceAutomatedBackups"] = _told
