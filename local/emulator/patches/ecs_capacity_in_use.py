"""A capacity provider that a service runs on stays with its cluster.

The emulator takes it away.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
"""

from ministack.services import ecs

_put = ecs._put_cluster_capacity_providers


def _in_use(cluster):
    return {
        item["capacityProvider"]
        for service in ecs._services.values()
        if service.get("clusterArn") == cluster["clusterArn"] and service.get("status") == "ACTIVE"
        for item in service.get("capacityProviderStrategy") or []
    }


def _put_unless_in_use(data):
    cluster = ecs._clusters.get(ecs._resolve_cluster_name(data.get("cluster") or "default"))
    if cluster:
        leaving = set(cluster.get("capacityProviders") or []) - set(data.get("capacityProviders") or [])
        if leaving & _in_use(cluster):
            return ecs.error_response_json(
                "ResourceInUseException", "The specified capacity provider is in use and cannot be removed.", 400
            )
    return _put(data)


def apply() -> None:
    ecs._put_cluster_capacity_providers = _put_unless_in_use
    ecs._ACTION_MAP["PutClusterCapacityProviders"] = _put_unless_in_use
