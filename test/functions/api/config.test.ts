import { handler } from '../../../functions/api/api.ts';
import type { ApiAnswer } from '../../../shared/api.ts';
import { transact } from '../../../shared/aws/table.ts';
import { manifestKey, manifestPlanned } from '../../../shared/ledger/manifests.ts';
import { planOf } from '../../../shared/ledger/settled.ts';
import { goLive, goThrough, uploadSite } from '../../support/journey.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const ask = (of: object) => handler({ action: 'config', ...of } as never) as Promise<ApiAnswer<'config'>>;

const SHOP = resolvedFrom({
  ...{ apiVersion: 'pilotage/v1', name: 'shop', target: 'ecs', source: { image: 'acme/shop:1' } },
  config: { file: 'settings.json', values: { z: 1, a: { port: 25 } } },
  secrets: { SMTP: 'secret:smtp' },
});

it('tells of a pilot that was never deployed', async () => {
  expect(await ask({ pilot: 'nobody' })).toMatchObject({ ok: false, code: 'PILOT_UNKNOWN' });
});

it('tells what the live release is configured with, as it reads it, and of secrets where they lie', async () => {
  const { release, ...of } = planOf(await goLive(stage, 'shop', { 'index.html': 'one' }));
  await transact([manifestPlanned({ release, ...of }, SHOP)]);
  expect(await ask({ pilot: 'shop' })).toEqual({
    ok: true,
    answer: {
      ...{ release, isLive: true, since: expect.any(String) },
      configuration: {
        file: {
          name: 'settings.json',
          path: '/mnt/efs/config/settings.json',
          text: '{\n  "a": {\n    "port": 25\n  },\n  "z": 1\n}\n',
        },
        variables: { CONFIG_FILE: '/mnt/efs/config/settings.json' },
        secrets: { SMTP: 'secret:smtp' },
        values: { z: 1, a: { port: 25 } },
      },
    },
  });
});

it('tells of a kept release by how its name begins, and of others that there are none', async () => {
  const first = planOf(await goLive(stage, 'kept', { 'index.html': 'one' }));
  const second = planOf(await goLive(stage, 'kept', { 'index.html': 'two' }));
  expect(await ask({ pilot: 'kept', release: first.release.slice(0, 6) })).toMatchObject({
    answer: { release: first.release, isLive: false, configuration: { variables: {}, secrets: {} } },
  });
  expect(await ask({ pilot: 'kept', release: '0123abcd' })).toMatchObject({
    ok: false,
    code: 'RELEASE_UNKNOWN',
    expected: expect.stringContaining(`${second.release} (live)`),
  });
});

it('says so where nothing is live, and where the manifest was not kept', async () => {
  const deployed = await goLive(stage, 'old', { 'index.html': 'one' });
  await transact([{ remove: manifestKey(planOf(deployed)) }]);
  const answer = await ask({ pilot: 'old' });
  expect(answer).toMatchObject({ ok: true, answer: { isLive: true } });
  expect(answer).not.toHaveProperty('answer.configuration');
  const { id } = await uploadSite(stage, 'new', { 'index.html': 'one' });
  await goThrough(stage, id, 'Prepare');
  expect(await ask({ pilot: 'new' })).toMatchObject({ ok: false, code: 'NOTHING_LIVE' });
});
