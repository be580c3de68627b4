import {
  askToLookAgain,
  type Claim,
  claimNotice,
  giveBack,
  notePosting,
  noteShown,
  noteTold,
} from '../../shared/ledger/notices.ts';
import { freshId } from './support/examples.ts';
import { World } from './support/world.ts';

const world = new World();
beforeAll(() => world.start());
afterAll(() => world.stop());
afterEach(() => jest.restoreAllMocks());

async function claimed(id: string): Promise<Claim> {
  const claim = await claimNotice(id, 'slack');
  if (typeof claim === 'string') throw new Error(`the claim was ${claim}`);
  return claim;
}
const REAL_NOW = Date.now;
const later = (seconds: number) => {
  jest.spyOn(Date, 'now').mockImplementation(() => REAL_NOW() + seconds * 1000);
};

test('one of many gets the claim, the others are told that somebody is at it', async () => {
  const id = freshId();
  const claims = await Promise.all(Array.from({ length: 8 }, () => claimNotice(id, 'slack')));
  expect(claims.filter((claim) => claim === 'busy')).toHaveLength(7);
});

test('channels and deployments do not stand in each other’s way', async () => {
  const id = freshId();
  await claimed(id);
  expect(await claimNotice(id, 'topic')).toMatchObject({ by: expect.any(String) });
  expect(await claimNotice(freshId(), 'slack')).toMatchObject({ by: expect.any(String) });
});

test('what was told is told', async () => {
  const id = freshId();
  await noteTold(await claimed(id));
  expect(await claimNotice(id, 'slack')).toBe('told');
});

test('a claim runs out after a minute, not before', async () => {
  const id = freshId();
  await claimed(id);
  later(59);
  expect(await claimNotice(id, 'slack')).toBe('busy');
  later(61);
  expect(await claimNotice(id, 'slack')).toMatchObject({ by: expect.any(String) });
});

test('a copy of a claim that comes after it was given back claims nothing for somebody who has left', async () => {
  const id = freshId();
  later(-5);
  await giveBack(await claimed(id));
  later(-8);
  expect(await claimNotice(id, 'slack')).toBe('busy');
  expect(await askToLookAgain(id, 'slack')).toBe(false);
  later(0);
  expect(await claimNotice(id, 'slack')).toMatchObject({ by: expect.any(String) });
});

test('whose claim ran out writes nothing any more', async () => {
  const id = freshId();
  const slow = await claimed(id);
  later(61);
  const next = await claimed(id);
  const message = { channel: 'C1', ts: '1' };
  await expect(noteShown(slow, message, 'x')).rejects.toThrow('ran out');
  await expect(notePosting(slow)).rejects.toThrow('ran out');
  await giveBack(slow);
  expect(world.notice(id, 'slack')).toMatchObject({ by: next.by });
});

test('whose claim ran out can still write down that it was told', async () => {
  const id = freshId();
  const slow = await claimed(id);
  later(61);
  await claimed(id);
  await noteTold(slow);
  expect(await claimNotice(id, 'slack')).toBe('told');
});

test('who gives the claim back learns that something happened meanwhile', async () => {
  const id = freshId();
  const first = await claimed(id);
  expect(await askToLookAgain(id, 'slack')).toBe(true);
  expect(await giveBack(first)).toBe(false);
  expect(await giveBack(await claimed(id))).toBe(true);
});

test('nobody can be asked to look again when nobody is there, or whoever was has crashed', async () => {
  const id = freshId();
  expect(await askToLookAgain(id, 'slack')).toBe(false);
  await claimed(id);
  later(61);
  expect(await askToLookAgain(id, 'slack')).toBe(false);
});

test.each(['claim', 'give back', 'note as told'])('a lost reply changes nothing: %s', async (write) => {
  const id = freshId();
  if (write === 'claim') world.losing.push('UpdateItem');
  const claim = await claimed(id);
  if (write !== 'claim') world.losing.push('UpdateItem');
  if (write === 'note as told') {
    await noteTold(claim);
    expect(await claimNotice(id, 'slack')).toBe('told');
  } else {
    expect(await giveBack(claim)).toBe(true);
    expect(await claimNotice(id, 'slack')).toMatchObject({ by: expect.any(String) });
  }
  expect(world.losing).toEqual([]);
});

test('the message and what it shows are there for whoever comes next', async () => {
  const id = freshId();
  const claim = await claimed(id);
  await notePosting(claim);
  await noteShown(claim, { channel: 'C1', ts: '1.2' }, 'digest');
  await giveBack(claim);
  const { notice } = await claimed(id);
  expect(notice).toMatchObject({ message: { channel: 'C1', ts: '1.2' }, shown: 'digest' });
  expect(notice.postingSince).toBeUndefined();
});
