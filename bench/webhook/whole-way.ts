import { pendingPushes } from '../../shared/ledger/pushes.ts';
import { counted } from './examples.ts';
import type { Answers } from './judged.ts';
import type { Answered } from './posted.ts';
import { serveProvider } from './provider.ts';
import type { Scene } from './scene.ts';
import { percentile } from './sender.ts';
import { deployWebhook } from './stack.ts';
import { said, trafficOf } from './traffic.ts';

export interface WholeWay extends Answers {
  p50: number;
  p95: number;
  max: number;
  /** Pushes that were accepted, and rows that tell of them. */
  accepted: number;
  recorded: number;
}

const AT_ONCE = 4;

/** The same traffic by the HTTP API of the stack and the function as it is packaged, both run by the emulator. */
export async function measureWholeWay(root: string, scene: Scene, webhooks: number): Promise<WholeWay> {
  const env = await scene.install('whole');
  const host = await serveProvider(2);
  try {
    const url = await deployWebhook(root, env);
    const { webhooks: all } = trafficOf({ webhooks, repositories: 2, ms: 1 });
    const answers: Answered[] = [];
    const ms: number[] = [];
    const queue = [...all.entries()];
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [at, { posted }] = next;
        const began = performance.now();
        const body = new Uint8Array(posted.body);
        const answer = await fetch(`${url}${posted.path}`, { method: 'POST', headers: posted.headers, body });
        answers[at] = { status: answer.status, ...((await answer.json()) as object) };
        ms.push(performance.now() - began);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return {
      ...{ what: 'by the HTTP API and the packaged function', sent: all.length, answers: counted(answers) },
      errors: answers.filter(({ status }) => status >= 500).length,
      wrong: all.flatMap(({ kind, answers: right }, at) => {
        const is = said(answers[at] ?? { status: 0 });
        return right.includes(is) ? [] : [`${kind}: ${is}`];
      }),
      ...{ p50: percentile(ms, 50), p95: percentile(ms, 95), max: percentile(ms, 100) },
      accepted: answers.filter(({ outcome }) => outcome === 'accepted').length,
      recorded: (await pendingPushes()).length,
    };
  } finally {
    await host.close();
  }
}
