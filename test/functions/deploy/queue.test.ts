import { connectionId } from '../../../shared/ledger/connections.ts';
import { endDeployment } from '../../../shared/ledger/course.ts';
import { accept, listPilots } from '../../../shared/ledger/deployments.ts';
import { readLock } from '../../../shared/ledger/lock.ts';
import { listRunning } from '../../../shared/ledger/parking.ts';
import { claimPreview } from '../../../shared/ledger/preview-claiming.ts';
import { noteRemoval, type Preview, previewRemoved } from '../../../shared/ledger/previews.ts';
import { settle } from '../../../shared/ledger/settling.ts';
import { requestId } from '../../../shared/names.ts';
import { steps } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { arrivedPush } from '../../support/pushed.ts';
import { PREVIEW } from '../../support/removal.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const run = (id: string, again = false) => stage.run(steps.queue, 'Queue', id, { again });
const upload = (pilot: string, owner: string) => stage.upload(pilot, manifestOf(pilot, `owner: ${owner}\n`));
const lock = (pilot: string) => readLock(pilot, 'production');

describe('Queue', () => {
  it('takes a free lock under a number that rises', async () => {
    const { id } = await upload('free', 'a');
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await lock('free')).toMatchObject({ owner: id, fence: 1 });
    expect((await stage.now(id)).fence).toBe(1);
  });

  it('finds the lock its own when it runs twice', async () => {
    const { id } = await upload('twice', 'a');
    await run(id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await lock('twice')).toMatchObject({ owner: id, fence: 1 });
  });

  it('parks behind the one that runs, and answers when it is woken after that has ended', async () => {
    const first = await upload('behind', 'a');
    await run(first.id);
    const second = await upload('behind', 'b');
    expect(await run(second.id)).toBeUndefined();
    expect(await lock('behind')).toMatchObject({ owner: first.id, waiting: second.id });
    const row = (await listRunning()).find(({ id }) => id === second.id);
    expect(row?.parked).toMatchObject({ function: 'deploy-queue', awaits: `${first.id} to finish` });

    await stage.run(steps.unlock, 'Unlock', first.id);
    expect(await run(second.id, true)).toMatchObject({ success: {} });
    expect(await lock('behind')).toMatchObject({ owner: second.id, fence: 2 });
  });

  it('takes the waiting place of an older one, and wakes that so that it ends', async () => {
    const first = await upload('place', 'a');
    await run(first.id);
    const second = await upload('place', 'b');
    await run(second.id);
    const third = await upload('place', 'c');
    const heard = stage.events.length;
    expect(await run(third.id)).toBeUndefined();
    expect(await lock('place')).toMatchObject({ owner: first.id, waiting: third.id });
    expect(await stage.now(third.id)).toMatchObject({ queued: true });
    expect(stage.events.slice(heard).filter(({ name }) => ['Queued', 'Woken'].includes(name))).toMatchObject([
      { name: 'Queued', detail: { deployment: third.id, behind: first.id } },
      { name: 'Woken', detail: { deployment: second.id, why: `${third.id} is newer` } },
    ]);
    expect(await run(second.id, true)).toMatchObject({ error: 'Superseded' });
  });

  it('frees the lock from an owner that has ended without leaving it', async () => {
    const dead = await upload('dead', 'a');
    await run(dead.id);
    await endDeployment(dead.id, { status: 'failed', serving: null }, []);
    const next = await upload('dead', 'b');
    expect(await run(next.id)).toMatchObject({ success: {} });
    expect(await lock('dead')).toMatchObject({ owner: next.id, fence: 2 });
  });

  it('takes the waiting place of one that has ended without leaving it', async () => {
    const first = await upload('ghost', 'a');
    await run(first.id);
    const ghost = await upload('ghost', 'b');
    await run(ghost.id);
    await endDeployment(ghost.id, { status: 'failed', serving: null }, []);
    const rollback = await stage.askRollback('ghost', 'r');
    await stage.given(rollback.id, { queued: true });
    expect(await run(rollback.id)).toBeUndefined();
    expect((await lock('ghost')).waiting).toBe(rollback.id);
  });

  it('stays parked when it is woken for nothing', async () => {
    const first = await upload('nothing', 'a');
    await run(first.id);
    const second = await upload('nothing', 'b');
    await run(second.id);
    expect(await run(second.id, true)).toBeUndefined();
    expect((await lock('nothing')).owner).toBe(first.id);
  });

  it('lets only the newest of ten uploads in a second wait; the others end superseded', async () => {
    const first = await upload('ten', '0');
    await run(first.id);
    const later: Awaited<ReturnType<typeof upload>>[] = [];
    for (let count = 1; count <= 9; count++) later.push(await upload('ten', String(count)));
    const newest = later.at(-1)?.id ?? '';

    // As events come: in any order, and each parked one is woken when its place is taken.
    const order = [3, 8, 0, 5, 1, 7, 2, 6, 4].map((index) => later[index]?.id ?? '');
    for (const id of order) await run(id);
    for (const id of order) if (id !== newest) await run(id, true);

    expect(await lock('ten')).toMatchObject({ owner: first.id, waiting: newest });
    for (const { id } of later) {
      const { failure } = await stage.now(id);
      expect([id, failure?.outcome]).toEqual([id, id === newest ? undefined : 'superseded']);
    }
  });

  it('is superseded by a newer upload even when the lock is free: an old event never brings an old version', async () => {
    const old = await upload('late', 'a');
    const newer = await upload('late', 'b');
    expect(await run(old.id)).toMatchObject({ error: 'Superseded' });
    expect((await lock('late')).owner).toBeUndefined();
    expect(await run(newer.id)).toMatchObject({ success: {} });
  });

  it('keeps pilots apart: one that waits does not keep another waiting', async () => {
    const one = await upload('apart-one', 'a');
    const two = await upload('apart-two', 'a');
    await run(one.id);
    expect(await run(two.id)).toMatchObject({ success: {} });
  });

  describe('of pushes', () => {
    /** Pushes that were recorded at these milliseconds of one second. */
    async function pushed(pilot: string, ...milliseconds: number[]) {
      const second = Math.floor(Date.now() / 1000) * 1000;
      const all: string[] = [];
      for (const [index, at] of milliseconds.entries()) {
        const given = { pilot, commit: String(index).repeat(40), manifest: manifestOf(pilot) };
        all.push((await arrivedPush(stage, { ...given, at: new Date(second + at) })).id);
      }
      return all as [string, string];
    }

    it('is superseded by one of the same second that was recorded later, also when that is done', async () => {
      const [older, newer] = await pushed('push-late', 100, 101);
      expect(await run(newer)).toMatchObject({ success: {} });
      await stage.run(steps.unlock, 'Unlock', newer);
      expect(await run(older)).toMatchObject({ error: 'Superseded', cause: { reason: `by ${newer}` } });
      expect((await lock('push-late')).owner).toBeUndefined();
    });

    it('wakes the one before it that is not built yet, so that its build ends', async () => {
      const [first, second] = await pushed('push-building', 100, 200);
      await run(first);
      const build = {
        repository: 'github.com/acme/shop',
        connection: '0',
        commit: '0'.repeat(40),
        as: 'artifact',
      } as const;
      await settle(first, {}, { build });
      const heard = stage.events.length;
      expect(await run(second)).toBeUndefined();
      expect(stage.events.slice(heard).filter(({ name }) => name === 'Woken')).toMatchObject([
        { detail: { deployment: first, why: `${second} is newer, and nothing is built yet` } },
      ]);
    });

    it('leaves the one before it alone once that is built, or brought what it deploys', async () => {
      const [first, second] = await pushed('push-built', 100, 200);
      await run(first);
      const heard = stage.events.length;
      expect(await run(second)).toBeUndefined();
      expect(stage.events.slice(heard).filter(({ name }) => name === 'Woken')).toEqual([]);
    });
  });

  describe('of a preview', () => {
    const at = new Date(Date.now() - 60_000).toISOString();
    const connection = connectionId('github.com/acme/shop');
    /** What a retry of a failed push asks for, at so many seconds after the preview was claimed. */
    async function again(pilot: string, seconds: number) {
      const request = `${new Date(Date.parse(at) + seconds * 1000).toISOString()}/again`;
      const id = requestId(pilot, PREVIEW, request);
      const of = { bucket: 'b', key: 'k', version: '1', repository: 'github.com/acme/shop', commit: 'c'.repeat(40) };
      const more = { ref: { kind: 'branch', name: 'topic' }, push: 'one', pull: 12, manifest: 'pilot.yaml' } as const;
      const trigger = { kind: 'push', ...of, ...more, connection, request, retryOf: 'any' } as const;
      await accept({ id, pilot, environment: PREVIEW, requestedAt: request.split('/')[0] ?? '', trigger });
      return id;
    }
    async function claimed(pilot: string) {
      const preview: Preview = {
        ...{ pilot, environment: PREVIEW, connection, repository: 'github.com/acme/shop', number: 12 },
        ...{ branch: 'topic', base: 'main', commit: 'c'.repeat(40), askedAt: at, since: at, until: at },
        deployment: requestId(pilot, PREVIEW, `${at}/first`),
      };
      expect(await claimPreview(preview, undefined, { most: 99, perPilot: 1 })).toEqual({ outcome: 'claimed' });
      return preview;
    }
    /** A removal that has the lock. */
    async function removing(preview: Preview, now: Date) {
      const { removal } = (await noteRemoval(preview, 'closed', now)) ?? {};
      if (!removal) throw new Error('it was not noted');
      const { deployment: id, request } = removal;
      const { pilot } = preview;
      const trigger = { kind: 'remove', request, why: 'closed' } as const;
      await accept({ id, pilot, environment: PREVIEW, requestedAt: removal.at, trigger });
      expect(await run(id)).toMatchObject({ success: {} });
      return id;
    }

    it('refuses what waited while that was removed: nobody would remove what it makes', async () => {
      const preview = await claimed('gone');
      const removal = await removing(preview, new Date(Date.parse(at) + 10_000));
      const retry = await again('gone', 30);
      expect(await run(retry)).toBeUndefined();
      await previewRemoved('gone', PREVIEW, removal);
      await stage.run(steps.unlock, 'Unlock', removal);
      expect(await run(retry, true)).toMatchObject({
        error: 'Refused',
        cause: { reason: expect.stringContaining('PREVIEW_GONE') },
      });
      expect((await listPilots()).map(({ pilot }) => pilot)).not.toContain('gone');
      await stage.run(steps.unlock, 'Unlock', retry);
      expect((await readLock('gone', PREVIEW)).owner).toBeUndefined();
    });

    it('lets what has its place go on, and lists it from then on', async () => {
      await claimed('stays');
      expect(await run(await again('stays', 30))).toMatchObject({ success: {} });
      expect((await listPilots()).map(({ pilot }) => pilot)).toContain('stays');
    });
  });

  it('fails when it waited past its deadline', async () => {
    const first = await upload('deadline', 'a');
    await run(first.id);
    const second = await upload('deadline', 'b');
    jest.useFakeTimers({
      doNotFake: ['setTimeout', 'setInterval', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
      now: Date.now() + 25 * 3_600_000,
    });
    try {
      expect(await run(second.id)).toMatchObject({
        error: 'Failed',
        cause: { reason: expect.stringContaining('DEADLINE') },
      });
    } finally {
      jest.useRealTimers();
    }
  });
});
