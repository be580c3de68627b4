import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as until } from 'node:timers/promises';
import type { Answered, Post, Posted } from './posted.ts';

/** More than any provider waits. */
const PATIENCE_MS = 60_000;

/** Sends a webhook over connections that stay open. */
export const postTo = (url: string, agent: Agent): Post => {
  const { port } = new URL(url);
  return ({ path, headers, body }) =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const asked = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent, signal }, (got) => {
        const said = (whole: string): Answered => ({ status: got.statusCode ?? 0, ...JSON.parse(whole) });
        text(got).then(said).then(resolve, reject);
      });
      asked.setNoDelay(true);
      asked.once('error', reject);
      asked.end(body);
    });
};

/** One that is due so many milliseconds after the first. */
export interface Due {
  at: number;
  posted: Posted;
}

/** What it was answered, status 0 where it was not, and how many milliseconds after it was due. */
export interface Timed {
  answer: Answered;
  ms: number;
}

const CLIENTS = 8;

/**
 * Sends each when it is due, whether those before are answered or not, to one process after the other, by several clients
 * that keep their connections.
 */
export async function sendOnTime(urls: readonly string[], due: readonly Due[]): Promise<Timed[]> {
  const agents = Array.from({ length: CLIENTS }, () => new Agent({ keepAlive: true }));
  const ways = agents.flatMap((agent) => urls.map((url) => postTo(url, agent)));
  const began = performance.now();
  try {
    return await Promise.all(
      due.map(async ({ at, posted }, turn): Promise<Timed> => {
        await until(Math.max(1, began + at - performance.now()));
        const post = ways[turn % ways.length] as Post;
        const answer = await post(posted).catch((error: Error) => ({ status: 0, reason: error.message }));
        return { answer, ms: performance.now() - began - at };
      }),
    );
  } finally {
    for (const agent of agents) agent.destroy();
  }
}

/** That many in a hundred were answered within so many milliseconds. */
export function percentile(all: readonly number[], percent: number): number {
  const sorted = all.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0);
}
