import { handler as changed } from '../../../functions/parking/changed.ts';
import { snapshotId } from '../../../shared/migrating/snapshot.ts';
import { steps } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const tell = (name: string, detail: object, resources: string[] = []) =>
  changed({ 'detail-type': name, detail, resources } as unknown as Parameters<typeof changed>[0]);
const woken = () => stage.invoked.map(({ event }) => (event.input as { deployment: string }).deployment);

/** A deployment that is parked: behind another one of its pilot. */
async function parked(pilot: string): Promise<string> {
  const ids: string[] = [];
  for (const owner of ['a', 'b']) {
    const { id } = await stage.upload(pilot, manifestOf(pilot, `owner: ${owner}\n`));
    await stage.run(steps.queue, 'Queue', id);
    ids.push(id);
  }
  return ids[1] ?? '';
}

describe('what has changed in AWS', () => {
  it('wakes the parked deployment of the pilot whose snapshot is complete, and no other', async () => {
    const mine = await parked('acme-shop');
    await parked('acme-site');
    await tell('RDS DB Snapshot Event', { SourceIdentifier: snapshotId(mine), Message: 'Manual snapshot created' });
    expect(woken()).toEqual([mine]);
  });

  it('wakes it when a task of one of its releases has changed', async () => {
    const mine = await parked('acme-shop');
    const family = `acme-shop-production--${'0'.repeat(20)}`;
    await tell('ECS Task State Change', {
      taskDefinitionArn: `arn:aws:ecs:eu-central-1:123456789012:task-definition/${family}:1`,
      group: `family:${family}`,
      lastStatus: 'STOPPED',
    });
    expect(woken()).toEqual([mine]);
  });

  it('wakes nobody when it is none of a pilot’s', async () => {
    await parked('acme-shop');
    await tell('RDS DB Snapshot Event', { SourceIdentifier: 'somebody-else-s' });
    expect(woken()).toEqual([]);
  });
});
