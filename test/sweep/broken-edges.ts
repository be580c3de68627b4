import { changePrefixList, entriesOf, findPrefixLists, type PrefixListNow } from '../../shared/aws/prefix-lists.ts';
import { letIn, shutOut } from '../../shared/aws/security-groups.ts';
import { rulesPerGroup } from '../../shared/aws/service-quotas.ts';
import { type Block, textOf } from '../../shared/edge/cidr.ts';
import { parseRanges, type Ranges } from '../../shared/edge/ranges.ts';
import { reconcile } from '../../shared/edge/reconcile.ts';
import { type Door, syncDoor } from '../../shared/edge-sync/door.ts';
import { fetchRanges } from '../../shared/edge-sync/fetch.ts';
import { markOf, readGroups } from '../../shared/edge-sync/read-door.ts';
import { refreshRanges } from '../../shared/edge-sync/refresh.ts';
import { type Call, isLists, type Synced } from '../../shared/edge-sync/run.ts';
import { openingOf, subjectOf } from '../../shared/edge-sync/subject.ts';
import { blocksFor } from '../../shared/edge-sync/sync.ts';
import type { Whose } from '../../shared/ledger/backups.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import type { Opening } from '../../shared/ledger/edge.ts';
import { planOf } from '../../shared/ledger/settled.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import type { Handlers } from './functions.ts';

/** Copies of functions that are wrong on purpose, for what lets CloudFront in. */

const WITHOUT_CARE = { may: async () => true, pause: async () => undefined };

async function rangesNow(): Promise<Ranges> {
  const { ranges } = await refreshRanges({ now: new Date() });
  if (!ranges) throw new Error('no list is known');
  return ranges;
}

type Opened = Door & Pick<Opening, 'lists'>;

const doorFor = (opening: Opening, ranges: Ranges): Door => ({ ...opening, blocks: blocksFor(opening, ranges) });

/** What a deployment opens, with the list of the day. */
async function doorOf(deployment: Deployment): Promise<Opened> {
  const opening = openingOf(undefined, planOf(deployment).stack ?? {});
  if (!opening) throw new Error('nothing is to be opened');
  return { ...doorFor(opening, await rangesNow()), lists: opening.lists };
}

const asked = ({ port, service }: Door, blocks: readonly Block[]) => ({
  port,
  description: markOf(service),
  cidrs: blocks.map((block) => ({ family: block.family, cidr: textOf(block) })),
});

const syncEdge = (work: (door: Opened) => Promise<void>): Handlers => ({
  'deploy-sync-edge': step('SyncEdge', async ({ deployment }) => {
    await work(await doorOf(deployment));
    return done();
  }) as never,
});

/** SyncEdge that makes room before it lets in what is new. */
export const shutBeforeOpened = syncEdge(async (door) => {
  const emptied = [];
  for (const { id, rules } of await readGroups(door.groups)) {
    const ours = rules.filter((rule) => rule.ours).map((rule) => rule.id);
    if (ours.length > 0) await shutOut(id, ours);
    emptied.push({ id, rules: rules.filter((rule) => !rule.ours) });
  }
  const changes = reconcile(door.blocks, { groups: emptied, port: door.port, allowed: await rulesPerGroup() });
  if ('code' in changes) throw new Error(changes.message);
  for (const { group, blocks } of changes.add) await letIn(group, asked(door, blocks));
});

/** SyncEdge that removes all that is not on the list, whoever made it. */
export const othersShutOut = syncEdge(async (door) => {
  await syncDoor(door, WITHOUT_CARE);
  for (const { id, rules } of await readGroups(door.groups)) {
    const theirs = rules.filter(({ ours }) => !ours).map((rule) => rule.id);
    if (theirs.length > 0) await shutOut(id, theirs);
  }
});

/** SyncEdge that asks nobody how many rules a group may have. */
export const quotaIgnored = syncEdge(async (door) => {
  const [group = ''] = door.groups;
  await letIn(group, asked(door, door.blocks));
  await syncDoor(door, WITHOUT_CARE);
});

/** SyncEdge that opens the door for as long as it works at it. */
export const everybodyLetIn = syncEdge(async (door) => {
  const group = door.groups.at(-1) ?? '';
  const cidrs = [{ family: 4 as const, cidr: '0.0.0.0/0' }];
  await letIn(group, { port: door.port, description: markOf(door.service), cidrs });
  await syncDoor(door, WITHOUT_CARE);
});

/** SyncEdge that takes its time, and does not ask whether somebody else has brought a newer list meanwhile. */
export const claimLeftOut = syncEdge(async (door) => {
  await new Promise((over) => setTimeout(over, 5_000));
  await syncDoor(door, WITHOUT_CARE);
});

/** SyncEdge that leaves it to the day’s look. */
export const nobodyLetIn = syncEdge(async () => undefined);

/** SyncEdge that takes from a prefix list what is gone, and then adds what is new. */
export const listShortenedFirst = syncEdge(async ({ lists, blocks }) => {
  for (const list of await findPrefixLists({ ids: lists })) {
    const wanted = blocks.filter(({ family }) => family === list.family).map(textOf);
    const there = await entriesOf(list);
    const gone = there.filter((cidr) => !wanted.includes(cidr));
    if (gone.length > 0) await changePrefixList(list, { add: [], remove: gone, description: '' });
    const added = wanted.filter((cidr) => !there.includes(cidr));
    await changePrefixList(await settled(list), { add: added, remove: [], description: '' });
  }
});

async function settled(list: PrefixListNow): Promise<PrefixListNow> {
  const [now] = await findPrefixLists({ ids: [list.id] });
  if (now?.state === 'ready') return now;
  await new Promise((over) => setTimeout(over, 1_000));
  return settled(list);
}

/** SyncPilot that brings a pilot to whatever it reads, without a look at what was there before. */
export const olderListTaken: Handlers = {
  'edge-sync-sync-pilot': (async ({ input }: Call<Whose>): Promise<Synced> => {
    const { pilot, environment } = input;
    const opening = isLists(input) ? undefined : await subjectOf(input);
    const read = opening && (await fetchRanges());
    const ranges = typeof read === 'object' && 'text' in read ? parseRanges(read.text) : undefined;
    if (!opening || !ranges || 'code' in ranges) return { pilot, environment, outcome: 'nothing' };
    const { outcome } = await syncDoor(doorFor(opening, ranges), WITHOUT_CARE);
    return { pilot, environment, outcome: outcome === 'failed' ? 'failed' : 'changed' };
  }) as never,
};

/** Summarize that tells nobody. */
export const summaryLeftOut: Handlers = {
  'edge-sync-summarize': (async () => ({})) as never,
};

/** SyncPilot that says of all that it is as it was. */
export const doneUnseen: Handlers = {
  'edge-sync-sync-pilot': (async ({ input }: Call<Whose>): Promise<Synced> => ({ ...input, outcome: 'same' })) as never,
};
