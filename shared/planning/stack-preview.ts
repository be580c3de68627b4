import { randomUUID } from 'node:crypto';
import { templateOf } from '../../templates/index.ts';
import { readChanges, type StackReading } from '../aws/change-sets.ts';
import { setting } from '../aws/config.ts';
import { isDenied } from '../aws/presence.ts';
import { findStack } from '../aws/stacks.ts';
import { restoredNow } from '../backups/subject.ts';
import type { Resolved } from '../manifest/complete.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { ownDatabase } from '../preview/database.ts';
import { loadOf } from '../preview/load.ts';
import type { StackPreview } from '../preview/stack.ts';
import { stillUsed } from '../provisioning/at-risk.ts';
import { mayLose } from '../provisioning/database-at-risk.ts';
import { changesFrom } from './stack-changes.ts';
import { proposedParameters } from './stack-parameters.ts';

/** Milliseconds that CloudFormation may take; somebody waits for the plan. */
const PATIENCE = 15_000;

/**
 * What a manifest would change in the stack that the pilot has, by a change set
 * that is made, read and removed. The parameters that the stack has stay as they are.
 * @returns undefined where there is no such stack, or the target has none.
 */
export async function stackPreview(manifest: Resolved, environment: string): Promise<StackPreview | undefined> {
  const { account = setting('ACCOUNT'), region = setting('AWS_REGION') } = manifest;
  // Elsewhere there may be another stack of that name.
  if (account !== setting('ACCOUNT') || region !== setting('AWS_REGION')) return undefined;
  const restored = await restoredNow({ pilot: manifest.name, environment });
  const template = templateOf({ manifest, environment, region, account, load: loadOf(manifest.traffic), restored });
  if (!template) return undefined;
  const stack = derivedName('stack', { pilot: manifest.name, environment });
  const now = await findStack(stack);
  if (!now) return undefined;
  const proposed = await proposedParameters({ template, manifest, environment, has: now.parameters });
  if ('trouble' in proposed) return { stack, trouble: proposed.trouble };
  const proposal = { stack, template: JSON.stringify(template), ...proposed, request: randomUUID() };
  const isOpened = mayLose(ownDatabase(manifest)?.replace, now.outputs);
  return told(stack, isOpened, await readChanges(proposal, PATIENCE).catch(refusal));
}

function told(stack: string, isOpened: boolean, reading: StackReading): StackPreview | undefined {
  switch (reading.state) {
    case 'absent':
      return undefined;
    case 'read': {
      const changes = changesFrom(reading.changes);
      const refused = stillUsed(changes, isOpened);
      return { stack, changes, ...(refused.length > 0 && { refused }) };
    }
    case 'failed':
      return { stack, trouble: reading.reason };
    case 'late':
      return { stack, trouble: `CloudFormation took longer than ${PATIENCE / 1000} s` };
  }
}

/** What CloudFormation says of a template, of a stack that is just being changed, or of our rights is for people to read. */
function refusal(error: unknown): StackReading {
  const isTold = error instanceof Error && (error.name === 'ValidationError' || isDenied(error));
  if (isTold) return { state: 'failed', reason: error.message };
  throw error;
}
