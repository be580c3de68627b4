import type { ApiRequest, ConnectionDetails, ConnectionView } from '../../../shared/api.ts';
import { connectionId } from '../../../shared/ledger/connections.ts';
import { githubApi } from '../../git/hosts/github-api.ts';
import { type Served, serve } from '../../git/hosts/server.ts';
import { type World, world } from '../../git/hosts/world.ts';
import { OUTPUTS } from '../support/aws.ts';
import { type Desk, setDesk, type Typed } from '../support/desk.ts';

const ENTRANCE = 'https://a1b2c3.execute-api.us-east-1.amazonaws.com';
export const SITE = 'git.localhost/acme/site';
export const ID = connectionId(SITE);
export const HOOK = `${ENTRANCE}/github/${ID}`;
export const SECRET = `pilotage-dev/git/${ID}/webhook`;
export const TOKEN = `pilotage-dev/git/${ID}/token`;
export const MANIFEST = `apiVersion: pilotage/v1\nname: acme-site\ntarget: static\nsource: { git: { repository: ${SITE} } }\nbuild: { commands: [[make]], output: public }\n`;

/** Somebody who connects a repository: their desk, where it lies, and what is kept of it. */
export interface Connecting {
  desk: Desk;
  /** A GitHub of one’s own, with the repository. */
  provider: Served;
  /** What that holds. */
  theirs: World;
  /** What the api keeps. */
  rows: Map<string, ConnectionView>;
  /** What it says beside. */
  more: Partial<ConnectionDetails>;
  /** The options by which the repository is found. */
  elsewhere(): string[];
  /** Types `pilot connect` for the repository and its pilot. */
  connect(...args: string[]): Promise<Typed>;
  /** The secret of its webhook. */
  secretNow(): string;
  /** What the api was asked. */
  asked(action: ApiRequest['action']): ApiRequest[];
  /** Keeps a secret. */
  keep(name: string, text: string): void;
}

/** Sets all of it up anew before each test of the file, and clears it away after. */
export function connecting(): Connecting {
  const here = {} as Connecting;
  beforeEach(async () => {
    const [desk, theirs] = [await setDesk(), world()];
    desk.files({
      '.local/stack.json': JSON.stringify({
        ...{ url: desk.aws.url, region: 'us-east-1', stage: 'dev', pid: process.pid },
        outputs: { ...OUTPUTS, WebhookUrl: ENTRANCE },
      }),
    });
    theirs.files['pilot.yaml'] = MANIFEST;
    const provider = await serve(githubApi(theirs));
    const elsewhere = () => ['--host', 'git.localhost', '--api', `${provider.origin}/api/v3`];
    desk.aws.api = (request) => answer(here, request);
    Object.assign(here, {
      ...{ desk, theirs, provider, rows: new Map(), elsewhere },
      more: { operatorFile: 's3://manifests/operator.yaml', allowed: [] },
      connect: (...args) =>
        desk.type('connect', 'github', 'acme/site', ...elsewhere(), '--pilot', 'acme-site', ...args),
      secretNow: () => desk.aws.secrets.get(SECRET)?.versions[0]?.text ?? '',
      asked: (action) => desk.aws.asked.filter((one) => one.action === action),
      keep: (name, text) => void desk.aws.secrets.set(name, { versions: [{ text, madeAt: Date.now() }] }),
    } satisfies Connecting);
  });
  afterEach(async () => {
    await Promise.all([here.desk.close(), here.provider.close()]);
  });
  return here;
}

function answer({ rows, more }: Connecting, request: ApiRequest): unknown {
  if (request.action === 'connections') return { ok: true, answer: [...rows.values()] };
  if (!('repository' in request) || request.repository === undefined) throw new Error(`${request.action} is not asked`);
  const { repository } = request;
  const [named] = [...rows.values()].filter((one) => one.repository.endsWith(repository));
  if (request.action === 'connect') {
    const { action: _, requestedBy: by = '', ...kept } = request;
    const before = rows.get(connectionId(repository));
    rows.set(connectionId(repository), {
      ...before,
      ...kept,
      id: connectionId(repository),
      createdAt: '2026-11-21T01:57:15.000Z',
      by,
    });
  }
  const whole = named?.repository ?? repository;
  const id = connectionId(whole);
  const connection = rows.get(id);
  if (request.action === 'disconnect') rows.delete(id);
  return {
    ok: true,
    answer: { id, repository: whole, ...(connection && { connection, removed: connection }), ...more },
  };
}
