import type { FunctionState } from '../../../shared/aws/function-state.ts';
import { ownerTags } from '../../../shared/manifest/owner-tags.ts';
import { nextOf, type Seen } from '../../../shared/targets/lambda/next.ts';
import { OFFLINE, offlineFunction } from '../../../shared/targets/lambda/offline.ts';
import { describe as describing } from '../../../shared/targets/lambda/versions.ts';
import { type Wanted, wantedOf } from '../../../shared/targets/lambda/wanted.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { STACK } from './world.ts';

const zip = { bucket: 'b', key: 'k', etag: '"e"', size: 1 };
const base: Plan = {
  target: 'lambda',
  pilot: 'acme',
  environment: 'production',
  release: 'a'.repeat(20),
  url: '',
  summary: {},
  stack: STACK,
  detail: {
    function: 'acme-production',
    code: { zip, sha256: 'sha', runtime: 'nodejs24.x', handler: 'index.handler' },
    processor: 'arm64',
    memory: 512,
    timeout: 30,
    variables: { A1: '1' },
    warm: 0,
  },
};
const image: Plan = { ...base, detail: { ...(base.detail as object), code: { image: 'repo@sha256:1' } } };
const wanted = (plan: Plan) => wantedOf(plan) as Wanted;

const lease = { deployment: 'd2', fence: 2 };
const state = (more: Partial<FunctionState> = {}): FunctionState => ({
  arn: 'arn',
  revision: 'r',
  description: OFFLINE,
  settings: wanted(base).settings,
  codeSha256: 'sha',
  processor: 'arm64',
  status: 'ready',
  changedAt: new Date(0),
  tags: ownerTags(base),
  ...more,
});
const alias = { arn: 'arn', revision: 'r', description: 'Pilotage: fence 1', version: '1' };
const offline = { version: '1', description: OFFLINE, state: 'active' } as const;
const published = { version: '2', description: describing(base.release), state: 'active' } as const;
const next = (seen: Partial<Seen>, plan = base) => {
  const decided = nextOf({ versions: [], ...seen }, plan, wanted(plan), lease);
  return 'next' in decided ? decided.next : decided.code;
};
const there = { alias, versions: [offline] };

it.each<[what: string, seen: Partial<Seen>, next: string]>([
  ['is not there', {}, 'create'],
  ['is somebody else’s', { state: state({ tags: {} }) }, 'FUNCTION_TAKEN'],
  [
    'is another pilot’s',
    { state: state({ tags: { ...ownerTags(base), 'pilotage:pilot': 'other' } }) },
    'FUNCTION_TAKEN',
  ],
  ['runs images', { state: state({ image: 'repo@sha256:1' }), ...there }, 'PACKAGE_TYPE'],
  ['is changing', { state: state({ status: 'changing' }), ...there }, 'wait'],
  [
    'is held by a newer deployment',
    { state: state(), ...there, alias: { ...alias, description: 'Pilotage: fence 3' } },
    'FENCED',
  ],
  ['was just made', { state: state() }, 'open'],
  ['has its offline version and no alias', { state: state({ description: 'x' }), versions: [offline] }, 'open'],
  ['has lost both', { state: state({ description: 'x' }) }, 'OFFLINE_VERSION_MISSING'],
  ['has the release', { state: state(), alias, versions: [offline, published] }, 'finish'],
  ['has it not ready', { state: state(), alias, versions: [offline, { ...published, state: 'pending' }] }, 'wait'],
  ['could not be changed', { state: state({ status: 'failed' }), ...there }, 'again'],
  [
    'could not be changed again',
    { state: state({ status: 'failed', tags: { ...ownerTags(base), 'pilotage:retried-by': 'd2' } }), ...there },
    'FUNCTION_BROKEN',
  ],
  [
    'could not be changed by an older deployment',
    { state: state({ status: 'failed', tags: { ...ownerTags(base), 'pilotage:retried-by': 'd1' } }), ...there },
    'again',
  ],
  [
    'has other settings',
    { state: state({ settings: { ...wanted(base).settings, memory: 128 } }), ...there },
    'configure',
  ],
  ['has other code', { state: state({ codeSha256: 'other' }), ...there }, 'code'],
  ['runs on another processor', { state: state({ processor: 'x86' }), ...there }, 'code'],
  ['is as it should be', { state: state(), ...there }, 'publish'],
])('when the function %s', (_what, seen, step) => {
  expect(next(seen)).toBe(step);
});

it('publishes the release anew where that was published for another database', () => {
  const told = {
    DatabaseHost: 'new',
    DatabasePort: '5432',
    DatabaseName: 'app',
    DatabaseUser: 'app',
    DatabaseSecret: 'arn',
  };
  const detail = { ...(base.detail as object), database: { engine: 'postgres', managed: true } };
  const plan: Plan = { ...base, detail, stack: { ...STACK, ...told } };
  const { settings } = wanted(plan);
  const as = (variables: Record<string, string>) => ({ alias, versions: [offline, { ...published, variables }] });
  expect(next({ state: state({ settings }), ...as(settings.variables) }, plan)).toBe('finish');
  const before = { ...settings, variables: { ...settings.variables, DATABASE_HOST: 'old' } };
  expect(next({ state: state({ settings: before }), ...as(before.variables) }, plan)).toBe('configure');
  expect(next({ state: state({ settings }), ...as(before.variables) }, plan)).toBe('publish');
});

it('takes an image by its name, since its digest is in it', () => {
  const seen = (name: string) => ({ state: state({ image: name, settings: wanted(image).settings }), ...there });
  expect(next(seen('repo@sha256:1'), image)).toBe('publish');
  expect(next(seen('repo@sha256:0'), image)).toBe('code');
  expect(next({ state: state(), ...there }, image)).toBe('PACKAGE_TYPE');
});

it('makes a function of images with a start that it does not have', async () => {
  const { settings, code } = wanted(image);
  expect(await offlineFunction(settings, code)).toEqual({
    code: { image: 'repo@sha256:1' },
    settings: { ...settings, variables: {}, entryPoint: ['/offline'] },
  });
});
