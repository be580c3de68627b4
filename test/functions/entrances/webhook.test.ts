import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handler } from '../../../functions/entrances/webhook.ts';
import type { WebhookRequest } from '../../../shared/git/entrance.ts';
import { webhookSecretId } from '../../../shared/git/secrets.ts';
import { type Connection, connectionId, keepConnection } from '../../../shared/ledger/connections.ts';
import { findPush, listPushes, pendingPushes } from '../../../shared/ledger/pushes.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type Faulty, faultsBefore } from '../../support/faulty.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { fromGithub, pushed, requestOf, signatureOf } from '../../support/webhooks.ts';

const SECRET = 'a secret of acme';
const SHOP = 'github.com/acme/shop';
const [A, B] = ['a', 'b'].map((digit) => digit.repeat(40)) as [string, string];
const PUSH_ID = /^[0-9a-f]{12}-\d{8}T\d{6}Z-[0-9a-f]{12}$/;

let stage: Stage;
let faulty: Faulty;
let path: string;
beforeAll(async () => {
  stage = await setStage();
  faulty = await faultsBefore(emulatorUrl());
  process.env.AWS_ENDPOINT_URL_DYNAMODB = faulty.url;
  process.env.INSTALLATION = process.env.TABLE ?? '';
  path = await connect(SHOP);
});
beforeEach(async () => {
  stage.events.length = 0;
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env.LOG_LEVEL = 'silent';
  faulty.heal();
});
afterAll(async () => {
  await stage.close();
  await faulty.close();
});

/** @returns where its webhooks are sent. */
async function connect(repository: string, provider: Connection['provider'] = 'github', secret = SECRET) {
  const id = connectionId(repository);
  const made = {
    createdAt: '2026-11-20T00:00:00.000Z',
    by: 'ada@laptop',
    pilots: [{ pilot: 'shop', manifest: 'pilot.yaml' }],
  };
  await keepConnection({ id, provider, repository, api: 'https://api.example.com', ...made });
  const secrets = new SecretsManagerClient({});
  await secrets.send(new CreateSecretCommand({ Name: webhookSecretId(id), SecretString: secret }));
  return `/${provider}/${id}`;
}

async function send(request: WebhookRequest) {
  const { statusCode, body, headers } = await handler(request);
  expect(headers).toEqual({ 'content-type': 'application/json' });
  return { status: statusCode, ...JSON.parse(String(body)) };
}
const github = (event: string, payload: object, secret = SECRET, at = path) => {
  const body = JSON.stringify(payload);
  return send(requestOf(at, fromGithub(event, body, secret), body));
};
const heard = () => stage.events.filter(({ name }) => name === 'PushReceived').map(({ detail }) => detail);
const idOf = (at: string) => at.split('/')[2] ?? '';

let commits = 0;
const fresh = () => (++commits).toString(16).padStart(40, '0');

describe('webhook: a push', () => {
  it('is recorded and told to the bus, and its id is the answer', async () => {
    const commit = fresh();
    const { status, outcome, push } = await github('push', pushed(commit));
    expect([status, outcome]).toEqual([202, 'accepted']);
    const of = { connection: idOf(path), repository: SHOP, ref: { kind: 'branch', name: 'main' }, commit };
    expect(heard()).toEqual([{ push, ...of }]);
    expect(await findPush(push)).toMatchObject({
      ...of,
      state: 'pending',
      via: 'webhook',
      by: 'ada',
      message: 'Sell shoes',
    });
  });

  it('that is delivered again is a duplicate of it, and is not told again', async () => {
    const payload = pushed(fresh());
    const { push } = await github('push', payload);
    expect(await github('push', payload)).toEqual({
      status: 200,
      outcome: 'duplicate',
      push,
      reason: expect.any(String),
    });
    expect(heard()).toHaveLength(1);
  });

  it('that is delivered ten times at once is told once', async () => {
    const payload = pushed(fresh());
    const answers = await Promise.all(Array.from({ length: 10 }, () => github('push', payload)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 202]);
    expect(new Set(answers.map(({ push }) => push)).size).toBe(1);
    expect(heard()).toHaveLength(1);
  });

  it('counts by its bytes, however they come: base64 as well, with letters of any language', async () => {
    const body = Buffer.from(JSON.stringify(pushed(fresh(), { head_commit: null, pusher: 'Ådå 鞋' })));
    const answer = await send(requestOf(path, fromGithub('push', body, SECRET), body));
    expect(answer).toMatchObject({ status: 202 });
    const again = requestOf(path, fromGithub('push', body, SECRET), body.toString());
    expect(await send(again)).toMatchObject({ status: 200, outcome: 'duplicate', push: answer.push });
  });

  it('of several refs has one answer with a list; delivered again, each is a duplicate', async () => {
    const at = await connect('bitbucket.org/acme/shop', 'bitbucket');
    const many = join(__dirname, '../../git/webhooks/fixtures/bitbucket-push-many.json');
    const body = readFileSync(many, 'utf8').replaceAll(
      /"https:\/\/bitbucket\.org\/[^/"]+\/[^/"]+"/g,
      '"https://bitbucket.org/acme/shop"',
    );
    const payload = JSON.parse(body);
    payload.repository.full_name = 'acme/shop';
    const text = JSON.stringify(payload);
    const signed = {
      'content-type': 'application/json',
      'x-event-key': 'repo:push',
      'x-hub-signature': signatureOf(text, SECRET),
    };
    const first = await send(requestOf(at, signed, text));
    expect(first).toMatchObject({ status: 202, outcome: 'accepted' });
    expect(first.all).toHaveLength(payload.push.changes.length);
    const accepted = first.all.filter(({ outcome }: { outcome: string }) => outcome === 'accepted');
    expect(accepted.length).toBeGreaterThan(1);
    expect(
      heard()
        .map(({ push }) => push)
        .sort(),
    ).toEqual(accepted.map(({ push }: { push: string }) => push).sort());
    const second = await send(requestOf(at, signed, text));
    expect(second).toMatchObject({ status: 200, outcome: 'duplicate' });
    expect(heard()).toHaveLength(accepted.length);
  });
});

describe('webhook: what is no push', () => {
  it('a ping is answered', async () => {
    expect(await github('ping', { zen: 'Keep it logically awesome.', hook_id: 1 })).toEqual({
      status: 200,
      outcome: 'pong',
    });
  });

  it.each([
    ['an event of no concern', 'star', { action: 'created', repository: pushed(A).repository }],
    ['an unknown event', 'invented', { repository: pushed(A).repository }],
    ['a branch that is deleted', 'push', pushed('0'.repeat(40), { deleted: true, head_commit: null })],
    [
      'a tag that is deleted',
      'push',
      pushed('0'.repeat(40), { ref: 'refs/tags/v1', deleted: true, head_commit: null }),
    ],
  ])('%s is ignored, and it is said why', async (_, event, payload) => {
    expect(await github(event, payload)).toEqual({
      status: 200,
      outcome: 'ignored',
      reason: expect.stringMatching(/.{8}/),
    });
    expect(heard()).toEqual([]);
  });

  it('what is not as the provider documents it is refused in words', async () => {
    const { repository } = pushed(A);
    const answer = await github('push', { ref: 'refs/heads/main', repository });
    expect(answer).toEqual({ status: 400, outcome: 'refused', code: 'PAYLOAD', reason: expect.any(String) });
  });

  it('what is no JSON is refused in words', async () => {
    const body = '{"ref": ';
    const answer = await send(requestOf(path, fromGithub('push', body, SECRET), body));
    expect(answer).toMatchObject({ status: 400, code: 'PAYLOAD' });
  });

  it('a repository other than the connected one is refused, though it is signed: it may have been renamed', async () => {
    const repository = { full_name: 'acme/boutique', html_url: 'https://github.com/acme/boutique' };
    const answer = await github('push', pushed(fresh(), { repository }));
    expect(answer).toMatchObject({
      status: 400,
      code: 'REPOSITORY',
      reason: expect.stringMatching(/acme\/shop.*acme\/boutique.*pilot connect/),
    });
    expect(heard()).toEqual([]);
  });

  it('capital letters make no other repository', async () => {
    const repository = { full_name: 'Acme/Shop', html_url: 'https://github.com/Acme/Shop' };
    expect(await github('push', pushed(fresh(), { repository }))).toMatchObject({ status: 202 });
    expect(heard()).toMatchObject([{ repository: SHOP }]);
  });
});

describe('webhook: what is not signed for a connection', () => {
  const body = JSON.stringify(pushed(A));
  const signed = fromGithub('push', body, SECRET);
  const unsigned = { ...signed, 'x-hub-signature-256': '' };
  const at =
    (to: string, headers = signed, sent = body) =>
    () =>
      send(requestOf(to, headers, sent));

  it('is answered alike, whatever is wrong with it, and records nothing', async () => {
    const other = await connect('github.com/acme/other', 'github', 'another secret of acme');
    const gitlab = await connect('gitlab.com/acme/shop', 'gitlab');
    const bare = `/github/${connectionId('github.com/acme/bare')}`;
    await keepConnection({
      id: idOf(bare),
      provider: 'github',
      repository: 'github.com/acme/bare',
      api: '',
      pilots: [],
      createdAt: '',
      by: '',
    });
    const wrong: Record<string, () => ReturnType<typeof send>> = {
      'no signature': at(path, unsigned),
      'another secret': at(path, fromGithub('push', body, 'another secret')),
      'an empty secret': at(path, fromGithub('push', body, '')),
      'an altered body': at(path, signed, body.replace('main', 'mail')),
      'one space more': at(path, signed, `${body} `),
      'the signature of another connection': at(other),
      'another provider’s address': at(path.replace('github', 'bitbucket')),
      'another provider’s address and form': at(path.replace('github', 'bitbucket'), {
        'content-type': 'application/json',
        'x-event-key': 'repo:push',
        'x-hub-signature': signatureOf(body, SECRET),
      }),
      'a token where a signature is due': at(path, { ...unsigned, 'x-gitlab-token': SECRET }),
      'a provider’s form at another provider': at(gitlab),
      'a connection without a secret': at(bare, fromGithub('push', body, '')),
      'an unknown connection': at('/github/ffffffffffff'),
      'no id of a connection': at('/github/__proto__'),
      'an unknown provider': at(path.replace('github', 'constructor')),
    };
    const answers = await Promise.all(Object.entries(wrong).map(async ([what, send]) => [what, await send()]));
    const alike = {
      status: 401,
      outcome: 'refused',
      code: 'SIGNATURE',
      reason: expect.stringContaining('pilot connect'),
    };
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(Object.keys(wrong).map((what) => [what, alike])));
    expect(new Set(answers.map(([, answer]) => JSON.stringify(answer))).size).toBe(1);
    expect(await listPushes(idOf(other), 10)).toEqual([]);
    expect(heard()).toEqual([]);
  });

  it('an unknown connection costs one look in ten seconds, and is known within ten once it is made', async () => {
    const later = `github.com/acme/later`;
    const soon = `/github/${connectionId(later)}`;
    const text = JSON.stringify(
      pushed(fresh(), { repository: { full_name: 'acme/later', html_url: `https://${later}` } }),
    );
    const request = requestOf(soon, fromGithub('push', text, SECRET), text);
    for (let time = 0; time < 5; time++) expect(await send(request)).toMatchObject({ status: 401 });
    expect(faulty.seen.filter((call) => call.startsWith('GetItem'))).toHaveLength(1);
    await connect(later);
    const now = Date.now() + 11_000;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    expect(await send(request)).toMatchObject({ status: 202 });
  });
});

describe('webhook: a secret that was changed', () => {
  it('counts as soon as it is used, and so does the one before it', async () => {
    const repository = { full_name: 'acme/turned', html_url: 'https://github.com/acme/turned' };
    const at = await connect('github.com/acme/turned');
    const signed = (secret: string) => github('push', pushed(fresh(), { repository }), secret, at);
    expect(await signed(SECRET)).toMatchObject({ status: 202 });
    const SecretId = webhookSecretId(idOf(at));
    await new SecretsManagerClient({}).send(new PutSecretValueCommand({ SecretId, SecretString: 'a new secret' }));
    const now = Date.now() + 11_000;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    expect(await signed('a new secret')).toMatchObject({ status: 202 });
    expect(await signed(SECRET)).toMatchObject({ status: 202 });
  });
});

describe('webhook: the form of a request', () => {
  const typed = (type: string | undefined) => {
    const body = JSON.stringify(pushed(fresh()));
    const { 'content-type': _, ...headers } = fromGithub('push', body, SECRET);
    return send(requestOf(path, { ...headers, ...(type !== undefined && { 'content-type': type }) }, body));
  };

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8'])(
    '%s is taken',
    async (type) => expect(await typed(type)).toMatchObject({ status: 202 }),
  );

  it.each(['text/plain', 'application/jsonp', undefined])('%s is refused', async (type) =>
    expect(await typed(type)).toMatchObject({
      status: 415,
      code: 'CONTENT_TYPE',
      reason: expect.stringContaining('application/json'),
    }),
  );

  it('a form-encoded body is refused, and it is said what to choose at the provider', async () => {
    const body = Buffer.from(`payload=${encodeURIComponent(JSON.stringify(pushed(A)))}`);
    const headers = { ...fromGithub('push', body, SECRET), 'content-type': 'application/x-www-form-urlencoded' };
    expect(await send(requestOf(path, headers, body))).toMatchObject({
      status: 415,
      reason: expect.stringMatching(/form-encoded.*choose the content type application\/json/),
    });
  });

  it('1 MB is taken, one byte more is not, counted in bytes', async () => {
    const sized = (bytes: number) => {
      const payload = pushed(fresh(), { padding: '' });
      const padding = 'é'.repeat(100) + 'x'.repeat(bytes - Buffer.byteLength(JSON.stringify(payload)) - 200);
      return github('push', { ...payload, padding });
    };
    expect(await sized(1_048_576)).toMatchObject({ status: 202 });
    expect(await sized(1_048_577)).toMatchObject({ status: 413, code: 'BODY_SIZE' });
  });

  it('2 MB are refused before anything is asked for', async () => {
    faulty.heal();
    const body = Buffer.alloc(2 * 1_048_576, ' ');
    expect(await send(requestOf('/github/eeeeeeeeeeee', fromGithub('push', body, SECRET), body))).toMatchObject({
      status: 413,
    });
    expect(faulty.seen).toEqual([]);
  });

  it.each(['GET', 'PUT', 'DELETE'])('%s is told what comes here', async (method) =>
    expect(await send(requestOf(path, {}, '', method))).toMatchObject({
      status: 405,
      reason: expect.stringContaining('POST'),
    }),
  );
});

describe('webhook: on a bad day', () => {
  it('a bus that does not take the event loses no push: it is pending', async () => {
    stage.failing.PutEvents = 4;
    const { status, push } = await github('push', pushed(fresh()));
    expect(status).toBe(202);
    expect(heard()).toEqual([]);
    expect((await pendingPushes()).map(({ id }) => id)).toContain(push);
  });

  it('a bus that never answers is not waited for', async () => {
    stage.during.PutEvents = () => new Promise((over) => setTimeout(over, 8_000).unref());
    const began = Date.now();
    expect(await github('push', pushed(fresh()))).toMatchObject({ status: 202, push: expect.stringMatching(PUSH_ID) });
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  it('a table that refuses is told as what passes; sent again, it is taken', async () => {
    const payload = pushed(fresh());
    faulty.refuse('TransactWriteItems', 4, 'ThrottlingException');
    expect(await github('push', payload)).toMatchObject({
      status: 503,
      outcome: 'unavailable',
      reason: expect.stringContaining('again'),
    });
    expect(heard()).toEqual([]);
    faulty.heal();
    expect(await github('push', payload)).toMatchObject({ status: 202 });
  });

  it('a reply of the table that is lost is no other push', async () => {
    faulty.lose('TransactWriteItems', 1);
    const { status, push } = await github('push', pushed(fresh()));
    expect(status).toBe(202);
    expect(heard()).toMatchObject([{ push }]);
  });
});

describe('webhook: what is written down', () => {
  it('is each answer, and never a body, a signature or a secret', async () => {
    const written: string[] = [];
    for (const level of ['info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockImplementation((...said: unknown[]) => {
        written.push(String(said[0]));
      });
    process.env.LOG_LEVEL = '';
    const payload = pushed(fresh(), { head_commit: { id: A, message: 'words of a body' } });
    await github('push', payload);
    await github('push', payload, 'words of a secret');
    stage.failing.PutEvents = 4;
    await github('push', pushed(fresh(), { head_commit: { id: B, message: 'words of a body' } }));
    expect(written.map((line) => JSON.parse(line).status).filter(Boolean)).toEqual([202, 401, 202]);
    expect(written.join()).not.toMatch(/words of a|secret of acme|sha256=/);
  });
});
