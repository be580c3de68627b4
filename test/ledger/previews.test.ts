import { claimPreview, type Places } from '../../shared/ledger/preview-claiming.ts';
import {
  findPreview,
  listPreviews,
  nextAt,
  noteRemoval,
  type Preview,
  previewRemoved,
} from '../../shared/ledger/previews.ts';
import { findUnmade, forgetUnmade, listUnmade, noteUnmade } from '../../shared/ledger/unmade-previews.ts';
import { deploymentId, requestId } from '../../shared/names.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { type Faulty, faultsBefore } from '../support/faulty.ts';
import { type Stage, setStage } from '../support/stage.ts';

const AT = new Date('2026-11-21T01:57:15.250Z');
const ROOM: Places = { most: 10, perPilot: 3 };
const later = (seconds: number) => new Date(AT.getTime() + seconds * 1000);

let stage: Stage;
let faulty: Faulty;
beforeAll(async () => {
  stage = await setStage();
  faulty = await faultsBefore(emulatorUrl());
  process.env.AWS_ENDPOINT_URL_DYNAMODB = faulty.url;
});
beforeEach(() => stage.fresh());
afterEach(() => faulty.heal());
afterAll(async () => {
  await stage.close();
  await faulty.close();
});

interface More {
  pilot?: string;
  at?: Date;
  commit?: string;
}

function preview(number: number, { pilot = 'acme-shop', at = AT, commit = 'a' }: More = {}): Preview {
  const environment = `pr${number}`;
  const askedAt = at.toISOString();
  return {
    ...{ pilot, environment, connection: '0123456789ab', repository: 'github.com/acme/shop', number, askedAt },
    ...{ branch: 'topic', base: 'main', commit: commit.repeat(40), since: AT.toISOString() },
    deployment: deploymentId(pilot, environment, at, `push:${commit}`),
    until: new Date(at.getTime() + 3_600_000).toISOString(),
  };
}
const claim = (wanted: Preview, seen?: Preview, places = ROOM) => claimPreview(wanted, seen, places);
const now = ({ pilot, environment }: Preview) => findPreview(pilot, environment);
async function removing(of: Preview, at = later(60)): Promise<Preview> {
  const noted = await noteRemoval(of, 'closed', at);
  if (!noted) throw new Error('it was not noted');
  return noted;
}

describe('the place of a preview', () => {
  it('is taken once, and is told as it was taken', async () => {
    expect(await claim(preview(12))).toEqual({ outcome: 'claimed' });
    expect(await now(preview(12))).toMatchObject(preview(12));
    expect(await claim(preview(12, { at: later(5), commit: 'b' }))).toEqual({ outcome: 'changed' });
    expect(await listPreviews()).toMatchObject([preview(12)]);
  });

  it('is given to no more than the operator allows, however many ask at once', async () => {
    const places = { most: 5, perPilot: 3 };
    const asked = [1, 2, 3, 4, 5, 6].flatMap((number) => [preview(number), preview(number, { pilot: 'acme-wiki' })]);
    const claims = await Promise.all(asked.map((one) => claim(one, undefined, places)));
    const all = await listPreviews();
    expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(5);
    expect(claims.filter(({ outcome }) => outcome === 'full')).toHaveLength(7);
    expect(all).toHaveLength(5);
    for (const pilot of ['acme-shop', 'acme-wiki'])
      expect(all.filter((one) => one.pilot === pilot).length).toBeLessThanOrEqual(3);
  }, 30_000);

  it('says which limit is reached, and who has the places', async () => {
    await claim(preview(1));
    await claim(preview(2, { pilot: 'acme-wiki' }));
    expect(await claim(preview(3), undefined, { most: 2, perPilot: 2 })).toMatchObject({
      ...{
        outcome: 'full',
        of: 'most',
        holders: [
          { pilot: 'acme-shop', number: 1 },
          { pilot: 'acme-wiki', number: 2 },
        ],
      },
    });
    expect(await claim(preview(3), undefined, { most: 9, perPilot: 1 })).toMatchObject({
      ...{ outcome: 'full', of: 'perPilot', holders: [{ number: 1 }] },
    });
    expect(await claim(preview(3), undefined, { most: 0, perPilot: 1 })).toMatchObject({ outcome: 'full', of: 'most' });
  });

  it('is kept for the next commit also where there are more than are allowed by now', async () => {
    await claim(preview(1));
    const next = preview(1, { at: later(60), commit: 'b' });
    const seen = await now(next);
    expect(await claim(next, seen, { most: 0, perPilot: 0 })).toEqual({ outcome: 'claimed' });
    expect(await now(next)).toMatchObject({ commit: next.commit, deployment: next.deployment });
  });

  it('goes to one of two commits that are followed at once', async () => {
    await claim(preview(1));
    const seen = await now(preview(1));
    const both = [preview(1, { at: later(9), commit: 'b' }), preview(1, { at: later(10), commit: 'c' })];
    const claims = await Promise.all(both.map((one) => claim(one, seen)));
    expect(claims.map(({ outcome }) => outcome).sort()).toEqual(['changed', 'claimed']);
  });

  it('is not shared by pull requests of one number in two repositories', async () => {
    await claim(preview(1));
    const other = { ...preview(1), connection: 'ba9876543210', repository: 'github.com/acme/fork' };
    expect(await claim(other)).toMatchObject({ outcome: 'taken', by: { connection: '0123456789ab' } });
  });

  it('is taken once where the reply to the write is lost', async () => {
    faulty.lose('TransactWriteItems', 1);
    expect(await claim(preview(1))).toEqual({ outcome: 'claimed' });
    expect(await listPreviews()).toHaveLength(1);
  });
});

describe('the removal of a preview', () => {
  it('is one and the same however often it is asked for, and keeps the place until nothing is left', async () => {
    await claim(preview(1));
    const removal = await removing(preview(1));
    expect(removal.removal).toMatchObject({ why: 'closed', tries: 1, at: later(60).toISOString() });
    expect(removal.removal?.deployment).toBe(requestId('acme-shop', 'pr1', removal.removal?.request ?? ''));
    expect(await noteRemoval(preview(1), 'closed', later(90))).toBeUndefined();
    expect(await claim(preview(2), undefined, { most: 1, perPilot: 1 })).toMatchObject({ outcome: 'full' });
    for (let times = 0; times < 2; times++) await previewRemoved('acme-shop', 'pr1', removal.removal?.deployment ?? '');
    expect(await listPreviews()).toEqual([]);
    expect(await claim(preview(2), undefined, { most: 1, perPilot: 1 })).toEqual({ outcome: 'claimed' });
  });

  it('is noted also where the reply to that is lost', async () => {
    await claim(preview(1));
    faulty.lose('UpdateItem', 1);
    expect((await removing(preview(1))).removal?.tries).toBe(1);
  });

  it('that did not succeed is noted once more, as another one', async () => {
    await claim(preview(1));
    const first = await removing(preview(1));
    const second = await removing(first, later(600));
    expect(second.removal).toMatchObject({ tries: 2, why: 'closed' });
    expect(second.removal?.deployment).not.toBe(first.removal?.deployment);
    await previewRemoved('acme-shop', 'pr1', first.removal?.deployment ?? '');
    expect(await now(preview(1))).toBeDefined();
  });

  it('takes no place from a pull request that is open again since', async () => {
    await claim(preview(1));
    const seen = await removing(preview(1));
    const again = preview(1, { at: nextAt(seen, later(60)), commit: 'a' });
    expect(await claim(again, preview(1))).toEqual({ outcome: 'changed' });
    expect(await claim(again, seen)).toEqual({ outcome: 'claimed' });
    expect((await now(again))?.removal).toBeUndefined();
    await previewRemoved('acme-shop', 'pr1', seen.removal?.deployment ?? '');
    expect(await now(again)).toMatchObject({ deployment: again.deployment });
  });

  it('that is noted nowhere gives no place free: it was asked for where there was none', async () => {
    await claim(preview(1));
    await previewRemoved('acme-shop', 'pr1', requestId('acme-shop', 'pr1', `${later(60).toISOString()}/by-hand`));
    expect(await listPreviews()).toHaveLength(1);
  });

  it('is asked for in a later second than the commit before it, and the next commit than the removal', () => {
    expect(nextAt(preview(1), AT)).toEqual(later(1));
    const removal = { deployment: 'x', request: 'y', at: later(30).toISOString(), why: 'closed', tries: 1 } as const;
    expect(nextAt({ ...preview(1), removal }, later(10))).toEqual(later(31));
    expect(nextAt(preview(1), later(60))).toEqual(later(60));
  });
});

describe('a preview that is not made', () => {
  const why = { reason: 'there is no place', isTriedAgain: true, since: AT.toISOString() } as const;
  const unmade = (number: number, more: object = {}) => {
    const { pilot, environment, connection, repository, commit } = preview(number);
    return { pilot, environment, connection, repository, number, commit, ...why, ...more };
  };

  it('waits since its commit was noted first, and who waits longest comes first', async () => {
    await noteUnmade(unmade(2, { since: later(10).toISOString() }));
    await noteUnmade(unmade(1, { since: later(20).toISOString() }));
    await noteUnmade(unmade(2, { since: later(30).toISOString(), reason: 'another' }));
    expect((await listUnmade()).map(({ number, reason }) => [number, reason])).toEqual([
      [2, 'another'],
      [1, why.reason],
    ]);
    await noteUnmade(unmade(2, { since: later(40).toISOString(), commit: 'b'.repeat(40), isTriedAgain: undefined }));
    expect((await listUnmade()).map(({ number }) => number)).toEqual([1, 2]);
    expect(await findUnmade('acme-shop', 'pr2')).toEqual({
      ...unmade(2, { since: later(40).toISOString(), commit: 'b'.repeat(40), isTriedAgain: undefined }),
    });
  });

  it('is no longer missing once it has a place, or is wanted no more', async () => {
    await noteUnmade(unmade(1));
    await noteUnmade(unmade(2));
    await claim(preview(1));
    for (let times = 0; times < 2; times++) await forgetUnmade(preview(2));
    expect(await listUnmade()).toEqual([]);
  });
});
