import { GetObjectCommand } from '@aws-sdk/client-s3';
import { standbyBundle } from '../../../shared/targets/beanstalk/offline.ts';
import { leaseUnder } from '../../support/lease.ts';
import { s3Of } from '../lambda/world.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function offline(pilot: string, page?: string) {
  const { plan } = await world.deploy(pilot, 'one', 1);
  const { target } = world;
  const before = await target.live(plan);
  expect(await target.prepareOffline?.(plan, page, leaseUnder(2))).toMatchObject({ outcome: 'done' });
  expect(world.holder(pilot)?.name).toBe(`${pilot}-production--blue`);
  expect(await target.offline(plan, before, page, leaseUnder(2))).toMatchObject({ outcome: 'done' });
  return plan;
}

/** The bundle of the environment that visitors are led to. */
async function bundleOf(pilot: string): Promise<Buffer> {
  const { application = '', version = '' } = world.holder(pilot) ?? {};
  const { bucket, key } = world.account.applications.get(application)?.versions.get(version)?.bundle ?? {};
  const { Body } = await s3Of().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe('a pair of environments that is offline', () => {
  it.each([undefined, '<p>Back at four.</p>'])('leads to a third one, whose bundle has the page %p', async (page) => {
    const pilot = page ? 'told' : 'usual';
    await offline(pilot, page);
    expect(world.holder(pilot)?.name).toBe(`${pilot}-production--offline`);
    expect((await bundleOf(pilot)).equals((await standbyBundle(page)).bytes)).toBe(true);
    expect(world.environment(pilot, 'blue')).toMatchObject({ status: 'Ready' });
  });

  it('shows another message where it stands, and nothing else changes', async () => {
    const plan = await offline('other');
    const lease = leaseUnder(3);
    const before = await world.target.live(plan);
    expect(await world.target.prepareOffline?.(plan, 'Later', lease)).toMatchObject({ outcome: 'done' });
    const swaps = world.asked('SwapEnvironmentCNAMEs');
    expect(await world.target.offline(plan, before, 'Later', lease)).toMatchObject({ outcome: 'done' });
    expect((await bundleOf('other')).equals((await standbyBundle('Later')).bytes)).toBe(true);
    expect(world.asked('SwapEnvironmentCNAMEs')).toBe(swaps);
  });

  it('back online, the third one goes once nobody is led to it any more', async () => {
    const plan = await offline('back');
    const before = await world.target.live(plan);
    expect(await world.target.shift(plan, before, 100, leaseUnder(3))).toMatchObject({ outcome: 'done' });
    const long = new Date(Date.now() - 600_000);
    expect(await world.target.rest(plan, before, long, leaseUnder(3))).toMatchObject({ facts: { terminated: 1 } });
    expect(await world.served('back')).toBe('one');
  });
});
