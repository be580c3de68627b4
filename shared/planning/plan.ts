import type { Deployment } from '../ledger/deployment.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Planned, ToBuild, ToRemove } from './planned.ts';

/** What a deployment will do, by what asked for it; each way is loaded when it is needed. */
export async function planOf({
  pilot,
  environment,
  trigger,
}: Deployment): Promise<Planned | ToBuild | ToRemove | Refused> {
  const problem = await (await import('./preview-place.ts')).previewProblem({ pilot, environment, trigger });
  if (problem) return refused(problem);
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
    case 'remove':
      return (await import('./removal.ts')).planRemoval({ pilot, environment, trigger });
  }
}
