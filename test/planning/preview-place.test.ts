import type { Trigger } from '../../shared/events.ts';
import { connectionId } from '../../shared/ledger/connections.ts';
import { claimPreview } from '../../shared/ledger/preview-claiming.ts';
import { noteRemoval, type Preview } from '../../shared/ledger/previews.ts';
import { planOf } from '../../shared/planning/plan.ts';
import { previewProblem } from '../../shared/planning/preview-place.ts';
import { type Stage, setStage } from '../support/stage.ts';

const REPOSITORY = 'github.com/acme/shop';
const CONNECTION = connectionId(REPOSITORY);
const AT = '2026-11-21T01:57:15.250Z';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const preview: Preview = {
  ...{ pilot: 'acme-shop', environment: 'pr12', connection: CONNECTION, repository: REPOSITORY, number: 12 },
  ...{ branch: 'topic', base: 'main', commit: 'a'.repeat(40), askedAt: AT, since: AT, until: AT },
  deployment: 'acme-shop_pr12_20261121T015715Z-3f9a1c2e4b5d',
};
const pushed = (pull?: number, connection = CONNECTION): Trigger => ({
  ...{ kind: 'push', bucket: 'b', key: 'k', version: '1', repository: REPOSITORY, connection },
  ...{ ref: { kind: 'branch', name: 'topic' }, commit: 'a'.repeat(40), push: 'a-push', manifest: 'pilot.yaml' },
  ...(pull !== undefined && { pull }),
});
const upload: Trigger = { kind: 'upload', bucket: 'b', key: 'k', version: '1' };
const rollback: Trigger = { kind: 'rollback', release: 'r', request: `${AT}/1` };
const remove: Trigger = { kind: 'remove', request: `${AT}/1`, why: 'closed' };
const codeOf = async (trigger: Trigger, environment = 'pr12') =>
  (await previewProblem({ pilot: 'acme-shop', environment, trigger }))?.code;
const claimed = () => claimPreview(preview, undefined, { most: 1, perPilot: 1 });

describe('what may be done to a preview', () => {
  it('is all that its pull request asks for, while it has its place', async () => {
    await claimed();
    expect(await codeOf(pushed(12))).toBeUndefined();
    expect(await codeOf(rollback)).toBeUndefined();
  });

  it('is nothing but its removal once it is to go, or is gone', async () => {
    for (const trigger of [pushed(12), rollback]) expect(await codeOf(trigger)).toBe('PREVIEW_GONE');
    await claimed();
    await noteRemoval(preview, 'closed', new Date(AT));
    for (const trigger of [pushed(12), rollback]) expect(await codeOf(trigger)).toBe('PREVIEW_GONE');
    expect(await codeOf(remove)).toBeUndefined();
  });

  it('is never an upload, nor a push of a branch or of another pull request', async () => {
    await claimed();
    for (const trigger of [upload, pushed(), pushed(13)]) expect(await codeOf(trigger)).toBe('PREVIEW_NAME');
    expect(await codeOf(pushed(12, 'ba9876543210'))).toBe('PREVIEW_GONE');
  });

  it('is no concern of other environments, where nothing is deployed for a pull request', async () => {
    for (const trigger of [upload, pushed(), rollback]) expect(await codeOf(trigger, 'staging')).toBeUndefined();
    expect(await codeOf(pushed(12), 'staging')).toBe('PREVIEW_NAME');
  });

  it('is refused as its deployment is planned', async () => {
    const deployment = { pilot: 'acme-shop', environment: 'pr12', trigger: upload };
    expect(await planOf(deployment as Parameters<typeof planOf>[0])).toMatchObject({
      ...{ outcome: 'refused', problems: [{ code: 'PREVIEW_NAME' }] },
    });
  });
});
