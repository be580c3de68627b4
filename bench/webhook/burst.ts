import { Agent } from 'node:http';
import { loadavg } from 'node:os';
import { coresOf } from './cores.ts';
import { type Ended, endedOf } from './ended.ts';
import { counted } from './examples.ts';
import { follow } from './following.ts';
import { serveProvider } from './provider.ts';
import { startReceivers } from './receivers.ts';
import type { Scene } from './scene.ts';
import { percentile, postTo, sendOnTime, type Timed } from './sender.ts';
import { said, trafficOf } from './traffic.ts';

export interface Size {
  webhooks: number;
  repositories: number;
  /** In which all of them are sent. */
  ms: number;
}

export interface Burst {
  webhooks: number;
  seconds: number;
  statuses: Record<string, number>;
  unanswered: number;
  /** Answered with something that it may not be answered. */
  wrong: string[];
  /** Milliseconds from when each was due. */
  p50: number;
  p95: number;
  max: number;
  /** Seconds that the processes of this bench had a core meanwhile, and those that they waited for one. */
  worked: number;
  waited: number;
  /** The first answer of each process, which loads what it needs. */
  cold: number[];
  /** Processes that want one of the cores. */
  load: number;
  ended: Ended;
}

const PROCESSES = 2;

/** Sends the traffic, then follows what was accepted to its end. */
export async function burst(root: string, scene: Scene, name: string, size: Size): Promise<Burst> {
  const env = await scene.install(name);
  const host = await serveProvider(size.repositories);
  const receivers = await startReceivers(root, PROCESSES, { ...process.env, ...env });
  const { webhooks, pushes } = trafficOf(size);
  try {
    const cold = await firstAnswers(receivers.urls, webhooks);
    const cores = coresOf([process.pid, scene.pid, ...receivers.pids]);
    const timed = await sendOnTime(receivers.urls, webhooks);
    const had = cores();
    const [load = 0] = loadavg();
    const answers = timed.map(({ answer }) => answer);
    const followed = await follow(scene.bus, host, pushes);
    return {
      ...{ webhooks: webhooks.length, seconds: size.ms / 1000, cold, load: Math.round(load * 10) / 10 },
      statuses: counted(answers),
      unanswered: answers.filter(({ status }) => status === 0).length,
      wrong: webhooks.flatMap(({ kind, answers: right }, at) => {
        const is = said(answers[at] ?? { status: 0 });
        return right.includes(is) ? [] : [`${kind}: ${is}`];
      }),
      ...figures(timed),
      ...had,
      ended: endedOf(answers, pushes, followed),
    };
  } finally {
    await receivers.stop();
    await host.close();
  }
}

function figures(timed: readonly Timed[]): Pick<Burst, 'p50' | 'p95' | 'max'> {
  const ms = timed.map((one) => one.ms);
  return { p50: percentile(ms, 50), p95: percentile(ms, 95), max: percentile(ms, 100) };
}

/** One that is forged, so that nothing is recorded. */
async function firstAnswers(urls: readonly string[], webhooks: ReturnType<typeof trafficOf>['webhooks']) {
  const forged = webhooks.find(({ kind }) => kind === 'forged')?.posted;
  if (!forged) return [];
  const agent = new Agent();
  const cold: number[] = [];
  for (const url of urls) {
    const began = performance.now();
    await postTo(url, agent)(forged);
    cold.push(Math.round(performance.now() - began));
  }
  return cold;
}
