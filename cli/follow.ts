import { setTimeout as after } from 'node:timers/promises';
import type { DeploymentNow } from '../shared/api.ts';
import type { Api } from './api.ts';

/** Shows how a deployment comes along, one look after the other. */
export interface Reporter {
  /** What is known now; undefined while the deployment has not been accepted. */
  look(now: DeploymentNow | undefined): void | Promise<void>;
  /** AWS did not answer this time; it will be asked again. */
  trouble(why: string): void;
  /** No more looks come. */
  close(): void | Promise<void>;
}

export interface FollowOptions {
  /** Milliseconds to follow for. */
  timeout: number;
  /** Aborted when the person does not want to look any longer. */
  signal?: AbortSignal;
  /** Milliseconds between two looks, by the milliseconds since the first. */
  pace?: (since: number) => number;
  /** Milliseconds within which the deployment should be known; an upload's event takes seconds. */
  acceptedWithin?: number;
}

/** How following ended; the deployment itself goes on unless it is `ended`. */
export type Followed =
  | { why: 'ended'; deployment: DeploymentNow }
  | { why: 'timeout' | 'interrupted' | 'never accepted'; deployment?: DeploymentNow };

const MOST_FAILURES = 6;

const usualPace = (since: number): number => (since < 30_000 ? 500 : since < 300_000 ? 1_500 : 5_000);

/**
 * Asks after a deployment until it ends, and shows each look.
 * @throws when AWS does not answer several times in a row.
 */
export async function follow(
  api: Api,
  id: string,
  reporter: Reporter,
  { timeout, signal, pace = usualPace, acceptedWithin = 3 * 60_000 }: FollowOptions,
): Promise<Followed> {
  const began = Date.now();
  let deployment: DeploymentNow | undefined;
  let failures = 0;
  try {
    for (;;) {
      try {
        const answer = await api.ask({ action: 'deployment', id });
        if (answer.ok) deployment = answer.answer;
        failures = 0;
        await reporter.look(deployment);
      } catch (error) {
        failures += 1;
        if (failures === MOST_FAILURES) throw error;
        reporter.trouble((error as Error).message);
      }
      if (deployment?.finishedAt) return { why: 'ended', deployment };
      const since = Date.now() - began;
      const known = deployment ? { deployment } : {};
      if (since >= timeout) return { why: 'timeout', ...known };
      if (!deployment && since >= acceptedWithin) return { why: 'never accepted' };
      await pause(Math.min(pace(since), timeout - since), signal);
      if (signal?.aborted) return { why: 'interrupted', ...known };
    }
  } finally {
    await reporter.close();
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await after(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
}
