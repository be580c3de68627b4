import { get, type Key, list, transact, update } from '../aws/table.ts';
import type { RemovalReason } from '../events.ts';
import { requestId } from '../names.ts';
import { isConflict } from './push-recording.ts';

/** An environment that a pull request has for itself, from when it is asked for until nothing is left of it. It has a place among those that the operator allows. */
export interface Preview {
  pilot: string;
  environment: string;
  /** The id of the connection that the pull request came by. */
  connection: string;
  /** `github.com/acme/shop` */
  repository: string;
  number: number;
  /** The pull request's branch, and the one that it is to be merged into. */
  branch: string;
  base: string;
  /** The commit that was asked for last, by which deployment, and when (ISO). */
  commit: string;
  deployment: string;
  askedAt: string;
  /** When (ISO) it was asked for first. */
  since: string;
  /** When (ISO) its time to live is over, unless there is another commit before. */
  until: string;
  /** It is to go, and no commit has come since. */
  removal?: PreviewRemoval;
}

/** The last try to remove a preview. */
export interface PreviewRemoval {
  /** The deployment's id, which the request gives. */
  deployment: string;
  request: string;
  /** When (ISO) it was asked for. */
  at: string;
  why: RemovalReason;
  /** Counts from 1. */
  tries: number;
}

const PREVIEWS = 'PREVIEWS';
export const previewKey = ({ pilot, environment }: Pick<Preview, 'pilot' | 'environment'>): Key => ({
  pk: PREVIEWS,
  sk: `${pilot}#${environment}`,
});

export async function findPreview(pilot: string, environment: string): Promise<Preview | undefined> {
  const row = await get<PreviewRow>(previewKey({ pilot, environment }));
  return row && withoutKey(row);
}

/** All that have a place, by pilot and environment. */
export const listPreviews = async (): Promise<Preview[]> =>
  (await list<PreviewRow>(PREVIEWS)).map(withoutKey).reverse();

/** What a row holds beside the preview: which claim wrote it. */
export type PreviewRow = Preview & Key & { claimedBy?: string };

const withoutKey = ({ pk: _pk, sk: _sk, claimedBy: _, ...preview }: PreviewRow): Preview => preview;

/**
 * When what is asked for next of a preview counts as asked for: later than what was before by what the queue tells apart
 * (`secondOf`), so that a removal and the commits around it keep their order whatever order their events come in.
 */
export function nextAt({ askedAt, removal }: Pick<Preview, 'askedAt' | 'removal'>, now: Date): Date {
  const last = Math.max(Date.parse(askedAt), removal ? Date.parse(removal.at) : 0);
  return new Date(Math.max(now.getTime(), last + 1_000));
}

/**
 * Notes that a preview is to go, or is to be removed once more, where it still stands as it was seen. Asked twice of the same
 * state, it is the same removal or none.
 * @returns the preview with its removal; undefined where another commit or another removal came meanwhile.
 */
export async function noteRemoval(seen: Preview, why: RemovalReason, now: Date): Promise<Preview | undefined> {
  const at = nextAt(seen, now).toISOString();
  const tries = (seen.removal?.tries ?? 0) + 1;
  const request = `${at}/removal-${tries}-of-${seen.deployment}`;
  const deployment = requestId(seen.pilot, seen.environment, request);
  const removal: PreviewRemoval = { deployment, request, at, why, tries };
  const written = await update<PreviewRow>({
    key: previewKey(seen),
    update: 'SET removal = :removal',
    condition: `deployment = :deployment AND askedAt = :asked AND ${seen.removal ? 'removal.deployment = :before' : 'attribute_not_exists(removal)'}`,
    values: {
      ':removal': removal,
      ':deployment': seen.deployment,
      ':asked': seen.askedAt,
      ':before': seen.removal?.deployment,
    },
  });
  // When the reply to the write was lost, its second try finds it done.
  const isOurs = written.applied || written.now?.removal?.deployment === deployment;
  return isOurs && written.now ? withoutKey(written.now) : undefined;
}

/**
 * Gives the place of a preview free, once nothing of it is left; called any number of times. A pull request that was given
 * another commit since keeps its place: what is deployed of that waits behind the removal.
 * @param removal the deployment's id.
 */
export async function previewRemoved(pilot: string, environment: string, removal: string): Promise<void> {
  const key = previewKey({ pilot, environment });
  for (let tried = 0; tried < TRIES; tried++) {
    const row = await get<Preview & Key>(key);
    if (row?.removal?.deployment !== removal) return;
    const gone = {
      remove: key,
      condition: 'askedAt = :asked AND removal.deployment = :removal',
      values: { ':asked': row.askedAt, ':removal': removal },
    };
    if (await transact([gone]).catch(isConflict)) return;
  }
  throw new Error(`the preview of ${pilot} in ${environment} changes all the time; its place was not given free`);
}

const TRIES = 8;
