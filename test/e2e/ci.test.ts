import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { CreateOpenIDConnectProviderCommand, IAMClient } from '@aws-sdk/client-iam';
import { load } from 'js-yaml';
import { REGION } from '../../local/emulator/start.ts';
import { manifestOf } from '../support/manifest.ts';
import { type Installation, install } from './installation.ts';

const root = join(__dirname, '..', '..');
const COMMIT = '3f9a1c2e'.padEnd(40, '0');
const GITHUB = { host: 'token.actions.githubusercontent.com', subject: 'repo:acme/site:ref:refs/heads/main' };
const GITLAB = { host: 'gitlab.com', subject: 'project_path:acme/site:ref_type:branch:ref:main' };

let pilotage: Installation;
let folder: string;
beforeAll(async () => {
  pilotage = await install();
  folder = mkdtempSync(join(tmpdir(), 'pilotage-ci-'));
  cpSync(join(root, 'examples/static/v1'), join(folder, 'site'), { recursive: true });
  writeFileSync(join(folder, 'site/pilot.yaml'), manifestOf('acme-site'));
}, 240_000);
afterAll(async () => {
  await pilotage.end();
  rmSync(folder, { recursive: true, force: true });
});

const aws = () => {
  const { url: endpoint, credentials } = pilotage.environment.emulator;
  return { endpoint, region: REGION, credentials };
};

/** The role of ci/role.yml, for one pilot and the jobs of one branch. */
async function roleFor(provider: 'github' | 'gitlab', { host, subject }: typeof GITHUB): Promise<string> {
  const iam = new IAMClient(aws());
  await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: `https://${host}`, ClientIDList: ['sts.amazonaws.com'] }),
  );
  const parameters = {
    Pilot: 'acme-site',
    Bucket: pilotage.environment.outputs.ManifestsBucket,
    Provider: provider,
    Subject: subject,
  };
  const formation = new CloudFormationClient(aws());
  const StackName = `deploys-acme-site-${provider}`;
  await formation.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: readFileSync(join(root, 'ci/role.yml'), 'utf8'),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const waited = await waitUntilStackCreateComplete({ client: formation, maxWaitTime: 60 }, { StackName });
  return waited.reason.Stacks[0].Outputs[0].OutputValue;
}

const tokenOf = (host: string, sub: string): string =>
  [{ alg: 'RS256' }, { iss: `https://${host}`, aud: 'sts.amazonaws.com', sub }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('c2lnbmVk')
    .join('.');

/** What runs a job has, and nothing of the machine’s own. */
async function job(command: string, env: Record<string, string>): Promise<{ exit: number; out: string; err: string }> {
  const child = spawn('sh', ['-c', command], {
    cwd: folder,
    env: {
      PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
      AWS_ENDPOINT_URL: aws().endpoint,
      AWS_REGION: REGION,
      PILOT_PATH: 'site',
      ...env,
    },
  });
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { exit, out, err };
}

describe('a step of GitHub Actions', () => {
  const steps = (
    load(readFileSync(join(root, 'ci/github/action.yml'), 'utf8')) as { runs: { steps: { run: string }[] } }
  ).runs.steps;
  const run = (env: Record<string, string>) =>
    job(steps.at(-1)?.run ?? '', { GITHUB_ACTION_PATH: join(root, 'ci/github'), GITHUB_SHA: COMMIT, ...env });

  /** GitHub's own: it gives a job that may ask for one a token. */
  async function issuer(subject: string) {
    const server = createServer((request, response) => {
      const isAllowed = request.headers.authorization === 'bearer of-the-job';
      response.writeHead(isAllowed ? 200 : 401).end(JSON.stringify({ value: tokenOf(GITHUB.host, subject) }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?api-version=2.0`;
    return { server, env: { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job' } };
  }

  it('deploys with no stored key, waits, and ends as the deployment does', async () => {
    const AWS_ROLE_ARN = await roleFor('github', GITHUB);
    const { server, env } = await issuer(GITHUB.subject);
    const good = await run({ ...env, AWS_ROLE_ARN });
    expect(good).toMatchObject({ exit: 0, out: expect.stringContaining('acme-site is live') });
    expect(good.out).toContain(COMMIT.slice(0, 12));
    const [deployment] = await pilotage.ask({ action: 'history', pilot: 'acme-site' });
    expect(deployment).toMatchObject({ status: 'succeeded', commit: COMMIT });

    writeFileSync(join(folder, 'site/pilot.yaml'), manifestOf('acme-site', 'artefact: x\n'));
    const bad = await run({ ...env, AWS_ROLE_ARN });
    expect(bad).toMatchObject({ exit: 2, err: expect.stringMatching(/pilot\.yaml:\d+:\d+ MANIFEST_UNKNOWN_KEY/) });

    writeFileSync(join(folder, 'site/pilot.yaml'), manifestOf('acme-other'));
    const foreign = await run({ ...env, AWS_ROLE_ARN });
    expect(foreign.exit).toBe(3);
    expect(await pilotage.ask({ action: 'history', pilot: 'acme-other' }).catch(() => [])).toEqual([]);
    writeFileSync(join(folder, 'site/pilot.yaml'), manifestOf('acme-site'));
    server.close();

    const other = await issuer('repo:acme/site:ref:refs/heads/feature');
    expect((await run({ ...other.env, AWS_ROLE_ARN })).exit).toBe(3);
    other.server.close();
  }, 120_000);

  it('says what is missing where the job may ask for no token', async () => {
    const { exit, err } = await run({ AWS_ROLE_ARN: 'arn:aws:iam::000000000000:role/any' });
    expect([exit, err]).toEqual([2, expect.stringContaining('id-token: write')]);
  });
});

describe('the script for any other CI', () => {
  const run = (env: Record<string, string>, ...words: string[]) =>
    job([join(root, 'ci/deploy.sh'), ...words].join(' '), env);

  it.each([
    ['no whole commit', { PILOT_COMMIT: COMMIT.slice(0, 12) }, 'PILOT_COMMIT'],
    ['what is no commit', { PILOT_COMMIT: 'g'.repeat(40) }, 'PILOT_COMMIT'],
    ['no commit', {}, 'PILOT_COMMIT'],
    ['no region', { PILOT_COMMIT: COMMIT, AWS_REGION: '' }, 'AWS_REGION'],
  ])('given %s ends with 2 and names what is missing', async (_, env, name) => {
    const { exit, err } = await run(env as Record<string, string>);
    expect([exit, err]).toEqual([2, expect.stringContaining(name)]);
  });

  it('says what it takes, and how to try it against npm start', async () => {
    const { exit, out } = await run({}, '--help');
    expect([exit, out]).toEqual([0, expect.stringMatching(/PILOT_COMMIT.*\n {2}AWS_REGION.*AWS_ENDPOINT_URL=/s)]);
    expect(out).not.toMatch(/^#|set -eu/m);
  });
});

describe('a job of GitLab CI', () => {
  it('deploys with its own token', async () => {
    const AWS_ROLE_ARN = await roleFor('gitlab', GITLAB);
    const template = load(readFileSync(join(root, 'ci/pilotage.gitlab-ci.yml'), 'utf8')) as {
      '.pilotage': { script: string[]; id_tokens: Record<string, { aud: string }> };
    };
    const { script, id_tokens } = template['.pilotage'];
    expect(id_tokens).toEqual({ PILOTAGE_ID_TOKEN: { aud: 'sts.amazonaws.com' } });
    const ran = await job(script.join('\n'), {
      PILOTAGE_FOLDER: root,
      PILOTAGE_ID_TOKEN: tokenOf(GITLAB.host, GITLAB.subject),
      CI_COMMIT_SHA: COMMIT,
      AWS_ROLE_ARN,
    });
    expect(ran).toMatchObject({ exit: 0, out: expect.stringContaining('acme-site is') });
  }, 120_000);
});
