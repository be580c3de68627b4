"""The instances that run on this machine, by their ids."""

from machine import Machine
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam, sts


class Machines:
    def __init__(self):
        self._running = {}
        self._tags = {}

    def start(self, identity, data):
        environment = {**_credentials(identity, data), "AWS_DEFAULT_REGION": get_region()}
        self._running[identity] = Machine(identity, data.get("UserData", ""), environment)
        self._tags[identity] = _tags(data)

    def port(self, identity):
        return self._running[identity].port if identity in self._running else None

    def all(self):
        return set(self._running)

    def find(self, identity):
        return self._running.get(identity)

    def tags(self, identity):
        return self._tags.get(identity, {})

    def stop(self, identity):
        self._tags.pop(identity, None)
        machine = self._running.pop(identity, None)
        if machine:
            machine.stop()


def _tags(data):
    """Those that the launch template gives its instances."""
    given = [one for one in data.get("TagSpecifications") or [] if one.get("ResourceType") == "instance"]
    return {tag["Key"]: tag["Value"] for one in given for tag in one.get("Tags") or []}


def _credentials(identity, data):
    """Those that the instance's metadata would give, of the role of its profile."""
    profile = (data.get("IamInstanceProfile") or {}).get("Arn", "").split("/")[-1]
    [role] = (iam._instance_profiles.get(profile) or {}).get("Roles") or ["none"]
    key, secret, token = iam._gen_session_access_key(), iam._gen_secret(), iam._gen_session_token()
    account = get_account_id()
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{identity}",
        "UserId": f"{role}:{identity}",
        "SecretAccessKey": secret,
        "SessionToken": token,
        "AccountId": account,
        "PrincipalType": "AssumedRole",
        "SourceAccessKeyId": "",
        "SourcePrincipalArn": "",
        "SessionTags": [],
        "SessionPolicies": None,
    }
    sts.register_session(key, session)
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}
