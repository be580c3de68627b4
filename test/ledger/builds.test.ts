import { claimAgain, claimBuild, findBuildRow, noteBuild, noteSource } from '../../shared/ledger/builds.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

describe('the code that an attempt at a build is made of', () => {
  it('is what was brought first, also for whoever brought it again', async () => {
    const row = await claimBuild('acme', 'twice', 'a deployment');
    expect(await noteSource('acme', row, 'v1')).toMatchObject({ source: 'v1' });
    expect(await noteSource('acme', row, 'v2')).toMatchObject({ source: 'v1' });
  });

  it('is brought anew for the next attempt, in which who brought it for the one before has no say', async () => {
    const row = await claimBuild('acme', 'again', 'a deployment');
    await noteSource('acme', row, 'v1');
    await noteBuild('acme', row, { state: 'failed' });
    const next = await claimAgain('acme', row, 'another one');
    expect(next.source).toBeUndefined();
    expect(await noteSource('acme', row, 'v1')).toBeUndefined();
    expect(await noteSource('acme', next, 'v2')).toMatchObject({ attempt: 2, source: 'v2' });
    expect(await findBuildRow('acme', 'again')).toMatchObject({ by: 'another one', source: 'v2' });
  });
});
