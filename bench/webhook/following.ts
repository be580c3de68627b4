import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { handler as start } from '../../functions/entrances/start.ts';
import { handler as poll } from '../../functions/git/poll.ts';
import { handler as readPush } from '../../functions/git/read-push.ts';
import { setting } from '../../shared/aws/config.ts';
import { list } from '../../shared/aws/table.ts';
import { findPush, type Push } from '../../shared/ledger/pushes.ts';
import { inParallel } from '../../shared/targets/static/parallel.ts';
import type { FakeGitHost } from '../../test/support/github-api.ts';
import type { Bus, Told } from './bus.ts';
import { pointTo } from './provider.ts';
import type { Pushed } from './traffic.ts';

/** What became of all that was accepted. */
export interface Followed {
  pushes: Push[];
  /** Names of the executions that were started. */
  executions: string[];
  /** Events that asked for a deployment, as many as came. */
  requests: Told['detail'][];
  /** What the poll found that no webhook had told. */
  found: number;
  /** Rows of pushes that nobody has read. */
  pending: number;
}

/** Functions that run at once. */
const AT_ONCE = 8;
/** Every so many events come twice, as EventBridge has it. */
const TWICE = 5;
/** Before a push is read, this many of its branch may have come after it. */
const MEANWHILE = 3;

/** What the bus was told of pushes is read, what asks for deployments is started, and in the end the poll looks for more. */
export async function follow(bus: Bus, host: FakeGitHost, pushes: readonly Pushed[]): Promise<Followed> {
  const received = bus.taken('PushReceived');
  const byCommit = new Map(pushes.map((one) => [one.commit, one]));
  await inParallel([...byBranch(received).values()], AT_ONCE, (events) => readInTurn(events, host, byCommit));
  const requests = await startAll(bus);
  await poll();
  const found = bus.taken('PushReceived');
  await inParallel(found, AT_ONCE, (event) => given(readPush, event));
  requests.push(...(await startAll(bus)));
  const ids = new Set([...received, ...found].map(({ push }) => String(push)));
  const read = await Promise.all([...ids].map(findPush));
  return {
    pushes: read.filter((push) => push !== undefined),
    executions: await executions(),
    requests,
    found: found.length,
    pending: (await list('PENDING_PUSHES')).length,
  };
}

function byBranch(events: readonly Told['detail'][]): Map<string, Told['detail'][]> {
  const found = new Map<string, Told['detail'][]>();
  for (const event of events) {
    const branch = `${event.repository} ${JSON.stringify(event.ref)}`;
    found.set(branch, [...(found.get(branch) ?? []), event]);
  }
  return found;
}

/** The branch points to the last of those that came by then. */
async function readInTurn(events: Told['detail'][], host: FakeGitHost, pushes: Map<string, Pushed>): Promise<void> {
  for (const [at, event] of events.entries()) {
    const meanwhile = events.slice(0, Math.ceil((at + 1) / MEANWHILE) * MEANWHILE);
    const pushed = meanwhile.flatMap(({ commit }) => pushes.get(String(commit)) ?? []);
    const [newest] = pushed.sort((one, other) => other.turn - one.turn);
    if (newest) pointTo(host, newest);
    await given(readPush, event);
    if (at % TWICE === 0) await given(readPush, event);
  }
}

async function startAll(bus: Bus): Promise<Told['detail'][]> {
  const requests = bus.taken('DeploymentRequested');
  const twice = requests.flatMap((request, at) => (at % TWICE === 0 ? [request, request] : [request]));
  await inParallel(twice, AT_ONCE, (event) => given(start, event));
  return requests;
}

type Listener = (event: never) => Promise<unknown>;
const given = async (listener: Listener, detail: Told['detail']): Promise<void> => {
  await listener({ detail } as never);
};

async function executions(): Promise<string[]> {
  const client = new SFNClient({});
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListExecutionsCommand({ stateMachineArn: setting('DEPLOY_MACHINE'), ...(nextToken && { nextToken }) }),
    );
    names.push(...(page.executions ?? []).map(({ name = '' }) => name));
    nextToken = page.nextToken;
  } while (nextToken);
  return names;
}
