import { handler } from '../../../functions/api/api.ts';
import { endDeployment } from '../../../shared/ledger/course.ts';
import { accept } from '../../../shared/ledger/deployments.ts';
import { claimPreview } from '../../../shared/ledger/preview-claiming.ts';
import { noteRemoval, type Preview } from '../../../shared/ledger/previews.ts';
import { noteUnmade } from '../../../shared/ledger/unmade-previews.ts';
import { deploymentId } from '../../../shared/names.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { operator } from '../git/pull-requests.ts';

const AT = new Date('2026-11-21T01:57:15.250Z');
const COMMIT = 'a'.repeat(40);

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

async function claimed(number: number): Promise<Preview> {
  const environment = `pr${number}`;
  const at = AT.toISOString();
  const preview: Preview = {
    ...{ pilot: 'acme-shop', environment, connection: '0123456789ab', repository: 'github.com/acme/shop', number },
    ...{ branch: 'topic', base: 'main', commit: COMMIT, askedAt: at, since: at, until: '2026-11-24T01:57:15.250Z' },
    deployment: deploymentId('acme-shop', environment, AT, `push:${number}`),
  };
  await claimPreview(preview, undefined, { most: 9, perPilot: 9 });
  return preview;
}
async function deployed({ deployment: id, pilot, environment, askedAt, number, ...of }: Preview): Promise<void> {
  const { connection, repository, commit } = of;
  await accept({
    ...{ id, pilot, environment, requestedAt: askedAt },
    trigger: {
      ...{ kind: 'push', bucket: 'b', key: 'k', version: '1', repository, connection, commit, push: 'p', pull: number },
      ...{ ref: { kind: 'branch', name: 'topic' }, manifest: 'pilot.yaml' },
    },
  });
  await endDeployment(id, { status: 'succeeded', serving: 'r' }, []);
}

describe('the api: previews', () => {
  it('are told with how each stands, those that are missing, and how many there may be', async () => {
    await operator(stage, {}, { most: 4 });
    await deployed(await claimed(1));
    await claimed(2);
    await noteRemoval(await claimed(3), 'expired', AT);
    const { pilot, repository, connection } = await claimed(4);
    const why = { commit: COMMIT, reason: 'no place', since: AT.toISOString() };
    await noteUnmade({ pilot, environment: 'pr5', connection, repository, number: 5, ...why });
    const answer = await handler({ action: 'previews' });
    expect(answer).toMatchObject({
      ok: true,
      answer: {
        previews: [
          { environment: 'pr1', number: 1, status: 'succeeded', commit: COMMIT },
          { environment: 'pr2' },
          { environment: 'pr3', removal: { why: 'expired', tries: 1 } },
          { environment: 'pr4' },
        ],
        unmade: [{ environment: 'pr5', reason: 'no place' }],
        places: { most: 4, perPilot: 3 },
      },
    });
    expect(JSON.stringify(answer)).not.toMatch(/claimedBy|expiresAt|0123456789ab/);
  });

  it('are told also where the operator’s file cannot be read', async () => {
    await operator(stage, { 'acme-shop': ['not a repository'] });
    expect(await handler({ action: 'previews' })).toEqual({ ok: true, answer: { previews: [], unmade: [] } });
  });
});
