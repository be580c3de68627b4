import { publish } from '../../aws/bus.ts';
import { type Connection, findConnection } from '../../ledger/connections.ts';
import { notePush, type Push, type PushedPilot, type PushOutcome } from '../../ledger/pushes.ts';
import { logOf } from '../../log.ts';
import { hostFor } from '../connected.ts';
import { HostTrouble } from '../host.ts';
import { isSkipped } from './environments.ts';
import { kept, outcomeOf, wrongOf } from './judged.ts';
import { movedBranch, movedTag } from './moved.ts';
import { readPilots } from './read-pilots.ts';
import { atTrouble, isBehind, type Later } from './trouble.ts';

const log = logOf('read-push');

/**
 * Reads what a push is for, asks for its deployments, tells what became of it and notes that. It may be run twice and at any
 * later time: a push gives the same ids of deployments whenever it is read.
 * @returns `later` where its provider cannot be asked: the push stays pending.
 */
export async function readPush(push: Push, now: Date): Promise<PushOutcome | Later> {
  if (push.outcome) return push.outcome;
  const { outcome, pilots = [], commit = push.commit } = await readNow(push, now);
  if (outcome.kind === 'later') {
    log.warn('a push is read later', { push: push.id, why: outcome.why });
    return outcome;
  }
  // Told before it is noted: whoever is cut off in between tells it again.
  const { id, connection, repository, ref } = push;
  const wrong = wrongOf(pilots);
  await publish('PushRead', {
    ...{ push: id, connection, repository, ref, commit, outcome },
    ...(wrong.length > 0 && { wrong }),
  });
  await notePush(id, outcome, pilots.length > 0 ? pilots : undefined);
  log.info('a push was read', { push: push.id, outcome: outcome.kind });
  return outcome;
}

/** What became of a push, and what it meant for each pilot where it came so far. */
interface Read {
  outcome: PushOutcome | Later;
  /** What is deployed of it; that of the push unless said otherwise. */
  commit?: string;
  pilots?: PushedPilot[];
}

async function readNow(push: Push, now: Date): Promise<Read> {
  const connection = await findConnection(push.connection);
  if (!connection) return ignored(`${push.repository} is no longer connected`);
  try {
    return await askedOf(connection, push, now).catch((error: unknown) => {
      if (!(error instanceof HostTrouble) || error.fault !== 'denied') throw error;
      // The token that is remembered may be one that was changed meanwhile.
      return askedOf(connection, push, now, 0);
    });
  } catch (error) {
    return { outcome: atTrouble(error, push, now) };
  }
}

/** What is true at the provider counts, whatever the webhook said. */
async function askedOf(connection: Connection, push: Push, now: Date, tokenWithin?: number): Promise<Read> {
  const host = await hostFor(connection, tokenWithin);
  const { ref } = push;
  const commit = await host.head(ref);
  if (!commit) return isBehind(push, commit, now) ? notYet : ignored(`the ${ref.kind} ${ref.name} is gone`);
  if (commit !== push.commit) {
    const moved = ref.kind === 'tag' ? await movedTag(host, push, now) : movedBranch(push, commit, now);
    if (moved) return moved === 'superseded' ? { outcome: { kind: moved, by: commit } } : notYet;
  }
  if (isSkipped(await host.messageOf(commit))) return { ...ignored('the commit’s message says [skip deploy]'), commit };
  const told = await readPilots(host, connection, { ...push, commit }, now);
  if ('kind' in told) return { outcome: told };
  const pilots = kept(told);
  return { outcome: outcomeOf(pilots), pilots, commit };
}

const notYet: Read = { outcome: { kind: 'later', why: 'the provider does not show the push yet', isSoon: true } };

const ignored = (reason: string): Read => ({ outcome: { kind: 'ignored', reason } });
