import type { Migration } from '../ledger/migrations.ts';
import { type Failed, failed } from '../outcome.ts';
import { failedBefore, unknownBefore } from './words.ts';

/** What the step does next about a release's migration. */
export type Move =
  /** There is none, or it is done. */
  | { move: 'nothing' }
  /** It is written down that it is wanted. */
  | { move: 'want'; seen: 'wanted' | 'reverted' | undefined }
  | { move: 'snapshot' }
  /** The command is started, or a run of it is looked at. */
  | { move: 'run' }
  | Failed;

/** What the deployment asks for. */
export interface Asking {
  deployment: string;
  pilot: string;
  /** Whether it brings a release that has never been there, or brings back one that was live. */
  brings: 'new' | 'kept';
}

/**
 * A release's migration runs once. What failed, or what nobody knows of, is never started again by itself;
 * what was taken back is.
 */
export function nextMove(migration: Migration | undefined, { deployment, pilot, brings }: Asking): Move {
  if (!migration) return brings === 'new' ? { move: 'want', seen: undefined } : { move: 'nothing' };
  const { status, trouble } = migration;
  switch (status) {
    case 'wanted':
      if (migration.deployment !== deployment) return { move: 'want', seen: 'wanted' };
      if (trouble) return failed(trouble.code, trouble.reason);
      return migration.needsSnapshot && !migration.snapshot ? { move: 'snapshot' } : { move: 'run' };
    case 'starting':
    case 'running':
      return { move: 'run' };
    case 'done':
      return { move: 'nothing' };
    case 'reverted':
      return { move: 'want', seen: 'reverted' };
    case 'failed':
      return failedBefore(migration, pilot, deployment);
    case 'unknown':
    case 'reverting':
    case 'revert-failed':
      return unknownBefore(migration, pilot);
  }
}
