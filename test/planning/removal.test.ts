import { recordPrepared } from '../../shared/ledger/releases.ts';
import { planRemoval } from '../../shared/planning/removal.ts';
import { targetsIn } from '../../shared/removal/remains.ts';
import { askRemoval, livePreview, POLICY, PREVIEW } from '../support/removal.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const trigger = { kind: 'remove', request: 'r', why: 'closed' } as const;
const planned = (pilot: string, environment = PREVIEW) => planRemoval({ pilot, environment, trigger });

describe('what a removal is for', () => {
  it('is a preview, with what its manifest says of notifications, and no commit', async () => {
    await livePreview(stage, 'acme');
    const { commit: _, ...policy } = POLICY;
    expect(await planned('acme')).toEqual({ removes: 'environment', policy });
  });

  it('may be one of which nothing was ever planned', async () => {
    expect(await planned('empty')).toEqual({ removes: 'environment' });
  });

  it.each(['production', 'staging', 'preview'])('is never %s', async (environment) => {
    expect(await planned('acme', environment)).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'REMOVE_ONLY_PREVIEWS', hint: expect.stringContaining('pilot offline acme') }],
    });
  });

  it('is refused where something stands that cannot be removed', async () => {
    const plan = { ...(await livePreview(stage, 'mixed')), target: 'ec2', release: '0'.repeat(20) };
    await recordPrepared(plan, POLICY);
    expect(await planned('mixed')).toMatchObject({
      problems: [{ code: 'NOT_REMOVABLE', message: expect.stringContaining('runs on ec2') }],
    });
  });

  it('goes by deployments as well: one that failed early leaves no release', async () => {
    const { id } = await askRemoval(stage, 'early');
    const plan = await livePreview(stage, 'other');
    await stage.given(id, { plan: { ...plan, pilot: 'early', target: 'lambda' } });
    expect(await targetsIn({ pilot: 'early', environment: PREVIEW })).toEqual(['lambda']);
  });
});
