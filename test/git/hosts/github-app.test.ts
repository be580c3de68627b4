import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { hostOf } from '../../../shared/git/hosts/index.ts';
import { githubApi } from './github-api.ts';
import { type Answer, type Asked, type Served, serve } from './server.ts';
import { world } from './world.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

describe('webhook hosts: GitHub Apps', () => {
  let served: Served;
  let answer: Answer;
  const asksForToken = ({ path }: Asked) => path === '/api/v3/app/installations/77/access_tokens';
  const host = (installationId: string | number = 77, key = pem) =>
    hostOf(
      { provider: 'github', repository: 'github.example/acme/site', api: `${served.origin}/api/v3` },
      JSON.stringify({ appId: 12, installationId, privateKey: key }),
      async () => undefined,
    );

  beforeEach(async () => {
    const api = githubApi(world());
    served = await serve((asked) => (asksForToken(asked) ? answer : api(asked)));
    answer = tokenUntil(60);
  });
  afterEach(() => served.close());
  const tokenUntil = (minutes: number): Answer => ({
    status: 201,
    body: { token: `ghs_${minutes}`, expires_at: new Date(Date.now() + minutes * 60_000).toISOString() },
  });
  const tokens = () => served.asked.filter(asksForToken);

  test('ask for a token of the one repository, signed by the App’s key', async () => {
    await host().defaultBranch();
    const [asked] = tokens();
    expect(asked?.body).toEqual({ repositories: ['site'] });
    const [head = '', claims = '', signature = ''] =
      asked?.headers.authorization?.replace('Bearer ', '').split('.') ?? [];
    expect(
      verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), createPublicKey(pem), Buffer.from(signature, 'base64url')),
    ).toBe(true);
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'RS256', typ: 'JWT' });
    const { iat, exp, iss } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect(iss).toBe('12');
    expect(iat).toBeLessThan(Date.now() / 1000);
    expect(exp - iat).toBeLessThanOrEqual(600);
    expect(served.asked.at(-1)?.headers.authorization).toBe('Bearer ghs_60');
  });

  test('keep a token as long as it lasts', async () => {
    await host().defaultBranch();
    await host().defaultBranch();
    expect(tokens()).toHaveLength(1);
  });

  test('ask again where a token soon ends', async () => {
    answer = tokenUntil(4);
    await host().defaultBranch();
    answer = tokenUntil(59);
    await host().defaultBranch();
    expect(served.asked.at(-1)?.headers.authorization).toBe('Bearer ghs_59');
  });

  test('ask again after a token was refused', async () => {
    await host().defaultBranch();
    served.faults.push({ when: ({ method }) => method === 'GET', does: { status: 401 } });
    await expect(host().defaultBranch()).rejects.toMatchObject({ fault: 'denied' });
    await host().defaultBranch();
    expect(tokens()).toHaveLength(2);
  });

  test('do not keep a failure', async () => {
    answer = { status: 422, body: { message: 'There is at least one repository that does not exist' } };
    await expect(host().defaultBranch()).rejects.toThrow(/no token for site: see that it is installed there/);
    answer = tokenUntil(60);
    expect(await host().defaultBranch()).toBe('main');
  });

  test('are told of a key that is none, without showing it', async () => {
    await expect(host(77, 'MIIsecret').defaultBranch()).rejects.toMatchObject({
      fault: 'denied',
      message: expect.not.stringContaining('MIIsecret'),
    });
    expect(() => host('../x')).toThrow(/must be JSON with appId, installationId and privateKey/);
  });
});
