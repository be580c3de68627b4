import type { Deployment } from '../ledger/deployment.ts';
import type { Refused } from '../outcome.ts';
import type { Planned, ToBuild } from './planned.ts';

/** What a deployment will do, by what asked for it; each way is loaded when it is needed. */
export async function planOf({ pilot, environment, trigger }: Deployment): Promise<Planned | ToBuild | Refused> {
  switch (trigger.kind) {
    case 'upload':
    case 'push':
      return (await import('./upload.ts')).planUpload({ pilot, environment, trigger });
    case 'rollback':
      return (await import('./kept.ts')).planKept({ pilot, environment, trigger });
    case 'offline':
    case 'online':
    case 'restore':
      return (await import('./standing.ts')).planStanding({ pilot, environment, trigger });
  }
}
