"""RDS keeps a master user's password as a secret where it is asked to, and changes a password where it is told to.

The emulator keeps those of clusters alone, and changes the password of no server without Docker.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
"""

import json

from ministack.core.responses import new_uuid
from ministack.services import rds, secretsmanager

from .rds_events import tell
from .rds_instances import answered, named, refused, server_of

_modify = rds._ACTION_MAP["ModifyDBInstance"]
_xml = rds._instance_xml
_FLAG = "ManageMasterUserPassword"


def is_asked(params):
    return rds._p(params, _FLAG) == "true"


def manage(instance, password, params):
    """Makes the secret that the password is kept in from now on."""
    arn = secretsmanager.create_secret_in_process(
        f"rds!db-{new_uuid()}",
        _content(instance, password),
        description=f"Secret associated with primary RDS DB instance: {instance['DBInstanceArn']}",
    )
    secretsmanager._resolve(arn)[1]["Tags"] = [
        {"Key": "aws:secretsmanager:owningService", "Value": "rds"},
        {"Key": "aws:rds:primaryDBInstanceArn", "Value": instance["DBInstanceArn"]},
    ]
    key = rds._p(params, "MasterUserSecretKmsKeyId")
    instance["MasterUserSecret"] = {"SecretArn": arn, "SecretStatus": "active", **({"KmsKeyId": key} if key else {})}


def _content(instance, password):
    return json.dumps({"username": instance["MasterUsername"], "password": password})


def _forget(instance):
    secret = instance.pop("MasterUserSecret", None)
    if secret:
        secretsmanager.delete_secret_in_process(secret["SecretArn"])


def change(instance, _old, password):
    if server_of(instance):
        server_of(instance).set_password(instance["MasterUsername"], password)
    instance["_MasterUserPassword"] = password
    tell("RDS-EVENT-0016", instance["DBInstanceArn"])


def _creating(create):
    def created(params):
        if not is_asked(params):
            return create(params)
        if rds._p(params, "MasterUserPassword"):
            return refused("InvalidParameterCombination", f"You can't specify MasterUserPassword with {_FLAG}.")
        password = rds._generate_master_user_password()
        answer = create({**params, "MasterUserPassword": [password]})
        if answer[0] != 200:
            return answer
        instance = named(params)
        manage(instance, password, params)
        return answered("CreateDBInstance", instance)

    return created


def _deleting(delete):
    def deleted(params):
        instance = named(params)
        answer = delete(params)
        if answer[0] == 200:
            _forget(instance)
        return answer

    return deleted


def _modified(params):
    instance = named(params)
    if not instance:
        return _modify(params)
    secret = instance.get("MasterUserSecret")
    given = rds._p(params, "MasterUserPassword")
    ends = rds._p(params, _FLAG) == "false"
    if secret and given and not ends:
        return refused("InvalidParameterCombination", f"You can't specify MasterUserPassword with {_FLAG}.")
    if secret and ends and not given:
        return refused("InvalidParameterCombination", f"You must specify MasterUserPassword to end {_FLAG}.")
    rotates = rds._p(params, "RotateMasterUserPassword") == "true"
    if rotates and not secret:
        return refused("InvalidParameterCombination", f"You can only rotate the password with {_FLAG}.")
    answer = _modify(params)
    if answer[0] != 200:
        return answer
    if ends:
        _forget(instance)
    if rotates or (is_asked(params) and not secret):
        password = rds._generate_master_user_password()
        change(instance, None, password)
        if rotates:
            secretsmanager.put_secret_value_in_process(secret["SecretArn"], _content(instance, password))
        else:
            manage(instance, password, params)
    return answered("ModifyDBInstance", instance)


def _xml_with_secret(instance):
    secret = instance.get("MasterUserSecret") or {}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in secret.items())
    return _xml(instance) + (f"<MasterUserSecret>{inner}</MasterUserSecret>" if inner else "")


def apply() -> None:
    rds._ACTION_MAP["CreateDBInstance"] = _creating(rds._ACTION_MAP["CreateDBInstance"])
    rds._ACTION_MAP["DeleteDBInstance"] = _deleting(rds._ACTION_MAP["DeleteDBInstance"])
    rds._ACTION_MAP["ModifyDBInstance"] = _modified
    rds._rotate_instance_password = change
    global _xml
    _xml = rds._instance_xml
    rds._instance_xml = _xml_with_secret
