import type { Policy } from '../ledger/deployment.ts';
import type { Manifest } from '../manifest/schema.ts';

/**
 * What of the manifest the later steps go by.
 * @param pushed the commit that the upload tells of, where the manifest names none.
 */
export function policyOf(manifest: Manifest, pushed?: string): Policy {
  const { rollout, retention, notifications, source, alarms } = manifest;
  const commit = source.commit ?? pushed;
  return {
    rollout,
    retention,
    level: notifications.level,
    ...(commit && { commit }),
    ...(alarms?.names && { alarms: alarms.names }),
  };
}
