import { Agent } from 'node:http';
import { startRecordingProxy } from '../../local/proxy/proxy.ts';
import { connect } from './connected.ts';
import { startReceivers } from './receivers.ts';
import type { Scene } from './scene.ts';
import { postTo } from './sender.ts';
import { type Kind, repositoriesOf, trafficOf } from './traffic.ts';

/** AWS calls that one webhook takes, the connection and its secret being known to the process. */
export interface CallsOf {
  what: string;
  of: number;
  /** All calls of these, and those for each. */
  calls: Record<string, number>;
  each: number;
  /** At most so many for each. */
  most: number;
}

const KINDS: [Kind, string, number][] = [
  ['push', 'a push', 3],
  ['at once', 'the same once more', 1],
  ['again', 'the same after others', 4],
  ['event', 'nothing of concern', 0],
  ['forged', 'a wrong signature', 0],
];
const WEBHOOKS = 150;
/** The process knows the connection and its secret by then. */
const WARM = 10;

export async function measureCalls(root: string, scene: Scene): Promise<CallsOf[]> {
  const env = await scene.install('calls');
  for (const repository of repositoriesOf(1)) await connect({ provider: 'github', repository });
  const proxy = await startRecordingProxy(Number(new URL(scene.emulator).port));
  const url = `http://127.0.0.1:${proxy.port}`;
  const proxied = { ...env, AWS_ENDPOINT_URL: url, AWS_ENDPOINT_URL_EVENTBRIDGE: url };
  const receivers = await startReceivers(root, 1, { ...process.env, ...proxied });
  const post = postTo(receivers.urls[0] ?? '', new Agent({ keepAlive: true }));
  const { webhooks } = trafficOf({ webhooks: WEBHOOKS, repositories: 1, ms: 1 });
  const measured = KINDS.map(([kind, what, most]) => ({
    kind,
    what,
    of: 0,
    calls: {} as Record<string, number>,
    most,
  }));
  try {
    for (const [turn, { kind, posted }] of webhooks.entries()) {
      proxy.clear();
      await post(posted);
      const row = measured.find((one) => one.kind === kind);
      if (!row || turn < WARM) continue;
      row.of += 1;
      for (const { action, calls } of proxy.rows()) row.calls[action] = (row.calls[action] ?? 0) + calls;
    }
    return measured.map(({ kind: _, ...row }) => ({
      ...row,
      each: Object.values(row.calls).reduce((all, one) => all + one, 0) / row.of,
    }));
  } finally {
    await receivers.stop();
    await proxy.stop();
  }
}
