import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handler } from '../../../functions/entrances/webhook.ts';
import { webhookSecretId } from '../../../shared/git/secrets.ts';
import { connectionId, keepConnection } from '../../../shared/ledger/connections.ts';
import { claimPull, lastToldOf } from '../../../shared/ledger/pulls.ts';
import { listPushes } from '../../../shared/ledger/pushes.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type Faulty, faultsBefore } from '../../support/faulty.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { fromGithub, requestOf } from '../../support/webhooks.ts';

const SECRET = 'a secret of acme';
const REPOSITORY = 'github.com/acme/shop';
const ID = connectionId(REPOSITORY);

let stage: Stage;
let faulty: Faulty;
beforeAll(async () => {
  stage = await setStage();
  faulty = await faultsBefore(emulatorUrl());
  process.env.AWS_ENDPOINT_URL_DYNAMODB = faulty.url;
  process.env.INSTALLATION = process.env.TABLE ?? '';
  await keepConnection({
    ...{ id: ID, provider: 'github', repository: REPOSITORY, api: 'https://api.example.com', by: 'ada@laptop' },
    ...{ pilots: [{ pilot: 'shop', manifest: 'pilot.yaml' }], createdAt: '2026-11-20T00:00:00.000Z' },
  });
  const secrets = new SecretsManagerClient({});
  await secrets.send(new CreateSecretCommand({ Name: webhookSecretId(ID), SecretString: SECRET }));
});
beforeEach(() => {
  stage.events.length = 0;
});
afterEach(() => {
  faulty.heal();
});
afterAll(async () => {
  await stage.close();
  await faulty.close();
});

let commits = 0;
const fresh = () => (++commits).toString(16).padStart(40, '0');
const repository = { id: 1, full_name: 'acme/shop', html_url: 'https://github.com/acme/shop' };

/** What GitHub tells of a pull request, as far as it is looked at. */
const told = (sha: string, action = 'opened', from = 1) => ({
  action,
  number: 7,
  pull_request: {
    title: 'Sell shoes',
    merged: false,
    head: { sha, ref: 'topic', repo: { ...repository, id: from } },
    base: { sha: 'f'.repeat(40), ref: 'main', repo: repository },
  },
  repository,
  sender: { login: 'ada' },
});

async function send(payload: object, secret = SECRET) {
  const body = JSON.stringify(payload);
  const { statusCode, body: said } = await handler(
    requestOf(`/github/${ID}`, fromGithub('pull_request', body, secret), body),
  );
  return { status: statusCode, ...JSON.parse(String(said)) };
}
const heard = () => stage.events.map(({ name, detail }) => [name, detail]);

describe('webhook pull request: the entrance', () => {
  it.each(['opened', 'reopened', 'synchronize'])('takes one that is told as %s, and tells the bus', async (action) => {
    const commit = fresh();
    expect(await send(told(commit, action))).toEqual({ status: 202, outcome: 'accepted' });
    const of = { connection: ID, repository: REPOSITORY, number: 7, branch: 'topic', base: 'main' };
    expect(heard()).toEqual([['PullRequestReceived', { ...of, commit, isForeign: false }]]);
    expect(await lastToldOf(ID, 7)).toBe(commit);
    expect(await listPushes(ID, 10)).toEqual([]);
  });

  it('tells of one that comes from another repository as such', async () => {
    expect(await send(told(fresh(), 'opened', 2))).toMatchObject({ status: 202 });
    expect(heard()).toMatchObject([['PullRequestReceived', { isForeign: true }]]);
  });

  it('tells the bus of one that is closed, once for each delivery, and knows no commit of it any more', async () => {
    await send(told(fresh()));
    stage.events.length = 0;
    const payload = told(fresh(), 'closed');
    payload.pull_request.merged = true;
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(payload)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 202]);
    expect(heard()).toEqual([
      ['PullRequestClosed', { connection: ID, repository: REPOSITORY, number: 7, merged: true }],
    ]);
    expect(await lastToldOf(ID, 7)).toBeUndefined();
  });

  it('asks for one that is closed to be sent again where the bus does not take it', async () => {
    const payload = told(fresh(), 'closed');
    stage.failing.PutEvents = 4;
    expect(await send(payload)).toMatchObject({ status: 503, reason: expect.stringContaining('looked after anyway') });
    expect(await send(payload)).toMatchObject({ status: 202 });
    expect(heard()).toHaveLength(1);
  });

  it('takes none that is not signed', async () => {
    expect(await send(told(fresh()), 'another secret')).toMatchObject({ status: 401 });
    expect(heard()).toEqual([]);
  });

  it('counts a delivery once, also when it comes ten times at once', async () => {
    const payload = told(fresh());
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(payload)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 202]);
    expect(await send(payload)).toEqual({ status: 200, outcome: 'duplicate', reason: expect.any(String) });
    expect(heard()).toHaveLength(1);
  });

  it('takes the same commit again where something else was changed, such as the target', async () => {
    const commit = fresh();
    await send(told(commit));
    const { pull_request: pull, ...payload } = told(commit, 'edited');
    const next = { ...pull, base: { ...pull.base, ref: 'next' } };
    expect(await send({ ...payload, pull_request: next, changes: { base: { ref: { from: 'main' } } } })).toMatchObject({
      status: 202,
    });
    expect(heard()).toMatchObject([
      ['PullRequestReceived', { commit, base: 'main' }],
      ['PullRequestReceived', { commit, base: 'next' }],
    ]);
  });

  it('asks for it to be sent again where the bus does not take it, and then takes it', async () => {
    const payload = told(fresh());
    stage.failing.PutEvents = 4;
    expect(await send(payload)).toMatchObject({ status: 503, outcome: 'unavailable' });
    expect(heard()).toEqual([]);
    expect(await send(payload)).toMatchObject({ status: 202 });
    expect(await send(payload)).toMatchObject({ status: 200, outcome: 'duplicate' });
    expect(heard()).toHaveLength(1);
  });

  it('takes it once more where whoever was to pass it on was cut off, ten seconds later', async () => {
    const claimed = async (secondsAgo: number) => {
      const payload = told(fresh());
      const at = new Date(Date.now() - secondsAgo * 1000);
      const body = Buffer.from(JSON.stringify(payload));
      const claim = await claimPull({ connection: ID, number: 7, commit: payload.pull_request.head.sha, body, at });
      return { payload, claim };
    };
    const [now, before, done] = await Promise.all([claimed(0), claimed(11), claimed(11)]);
    await done.claim?.done();
    expect(await send(now.payload)).toMatchObject({ status: 200, outcome: 'duplicate' });
    expect(await send(before.payload)).toMatchObject({ status: 202 });
    expect(await send(done.payload)).toMatchObject({ status: 200, outcome: 'duplicate' });
  });

  it('takes a reply of the table that is lost for no other delivery', async () => {
    faulty.lose('UpdateItem', 1);
    expect(await send(told(fresh()))).toMatchObject({ status: 202 });
    expect(heard()).toHaveLength(1);
  });
});
