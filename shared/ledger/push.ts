import type { Key } from '../aws/table.ts';
import type { Problem } from '../errors.ts';
import type { PushOutcome } from '../events.ts';
import type { Ref } from '../git/told.ts';

/** A branch or tag of a connected repository that was moved to another commit. */
export interface Push {
  /** `0123456789ab-20261121T015715Z-3f9a1c2e4b5d`: whose connection, when it was recorded, and which. Ids of a connection sort by time. */
  id: string;
  connection: string;
  /** `host/owner/name`. */
  repository: string;
  ref: Ref;
  commit: string;
  before?: string;
  forced?: boolean;
  message?: string;
  by?: string;
  /** When (ISO) it was recorded. */
  at: string;
  via: 'webhook' | 'poll';
  state: 'pending' | 'read';
  /** What became of it, once it is read. */
  outcome?: PushOutcome;
  pilots?: PushedPilot[];
  /** When (ISO) it was read. */
  readAt?: string;
}

/** What a push meant for one pilot of its repository, in one environment where it came so far. */
export interface PushedPilot {
  pilot: string;
  /** The manifest's path in the repository. */
  manifest: string;
  environment?: string;
  deployment?: string;
  /** Why it is not deployed. */
  reason?: string;
  /** Not deployed since nothing of it was changed. */
  isUntouched?: true;
  problems?: Problem[];
}

/** The last push that was recorded of a branch or tag. It is kept for ever: without it the branch would look as if it had just moved. */
export interface Head {
  ref: Ref;
  commit: string;
  push: string;
  /** When (ISO) it was recorded. */
  at: string;
  /** What became of that push, once it is read. */
  outcome?: PushOutcome['kind'];
  /** By pilot and environment (see `placeKey`): the commit of the branch that was deployed, or found to have changed nothing of it. */
  read?: Record<string, string>;
  /** When (ISO) the push was recorded that `read` was noted of last. */
  readAt?: string;
}

export const placeKey = (pilot: string, environment: string): string => `${pilot}/${environment}`;

export const PENDING = 'PENDING_PUSHES';
const HEADS = 'HEAD#';
export const BRANCH_HEADS = `${HEADS}branch#`;
export const PUSHES = 'PUSH#';

export const pushesOf = (connection: string): string => `PUSHES#${connection}`;
export const headKey = (connection: string, { kind, name }: Ref): Key => ({
  pk: pushesOf(connection),
  sk: `${HEADS}${kind}#${name}`,
});
export const pendingKey = (id: string): Key => ({ pk: PENDING, sk: id });

/** @returns undefined for what is no push's id. */
export function pushKey(id: string): Key | undefined {
  const [, connection] = /^([0-9a-f]{12})-\d{8}T\d{6}Z-[0-9a-f]{12}$/.exec(id) ?? [];
  return connection === undefined ? undefined : { pk: pushesOf(connection), sk: `${PUSHES}${id}` };
}
