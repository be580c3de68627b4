import * as fc from 'fast-check';
import type * as core from 'zod/v4/core';
import { MEANT_FOR } from '../../shared/manifest/complete.ts';
import { manifestSchema } from '../../shared/manifest/schema.ts';
import { isSecretName } from '../../shared/manifest/secret-forms.ts';
import { TARGETS } from '../../shared/manifest/sections/index.ts';
import { UNSEEN } from '../../shared/manifest/text.ts';

/** Manifests as people might write them, made from the schema itself; few do not fit together, and are refused. */

export type Plain = Record<string, unknown>;

/** Text that YAML could take for something else, and any other in one line. A tab would be refused where a line begins. */
const line = fc
  .oneof(
    fc.constantFrom(
      '8080',
      '1.0',
      '12e4567',
      '0123',
      'true',
      'no',
      'null',
      '~',
      '- a',
      '# b',
      'a: b',
      '{',
      '*x',
      '!t',
      "it's",
      '"',
      '\\',
    ),
    fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  )
  .filter((text) => !UNSEEN.test(text) && !/\p{Cc}/u.test(text));

/** A program’s name alone in a list may have no space, so none has. */
const word = line.filter((text) => !/\s/.test(text));

/** What each key of text takes, by its name; the rest is one line. */
const TEXTS: Record<string, fc.Arbitrary<string>> = {
  name: fc.constantFrom('acme', 'app', 'x1'),
  account: fc.constant('012345678901'),
  region: fc.constantFrom('eu-central-1', 'us-gov-west-1'),
  role: fc.constant('arn:aws:iam::012345678901:role/pilotage'),
  artifact: fc.constantFrom('site.zip', 's3://acme-builds/site v1.zip?versionId=3sL4', 'a/ü.zip'),
  image: fc.constantFrom('acme/shop:1.0', `acme/shop@sha256:${'0a'.repeat(32)}`),
  commit: fc.constantFrom('12e4567', '0123456', 'abcdef0'),
  repository: fc.constantFrom('github.com/acme/shop', 'gitlab.com/acme/web/shop'),
  branch: fc.constantFrom('main', 'feature/1.0'),
  tags: fc.constantFrom('v', 'v1'),
  folder: fc.constantFrom('apps/web', '8080'),
  output: fc.constant('dist'),
  dockerfile: fc.constant('docker/Dockerfile'),
  buildspec: fc.constant('ci/buildspec.yml'),
  paths: fc.constantFrom('apps/**', '*.md'),
  connection: fc.constant('secret:github'),
  index: fc.constantFrom('index.html', '404'),
  notFound: fc.constant('errors/404.html'),
  immutable: fc.constantFrom('assets/', '_next/static/'),
  platform: fc.constant('Node.js 24 running on 64bit Amazon Linux 2023'),
  instance: fc.constantFrom('t4g.medium', 'm7i.2xlarge'),
  class: fc.constant('db.t4g.micro'),
  mount: fc.constant('/mnt/efs'),
  user: fc.constantFrom('1000', 'app:app'),
  runtime: fc.constantFrom('nodejs24.x', 'python3.14'),
  handler: fc.constant('index.handler'),
  events: fc.constant('uploads/'),
  signing: fc.constant('arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-0123456789abcdef0'),
  schedule: fc.constantFrom('rate(1 day)', 'cron(0 7 ? * MON-FRI *)'),
  at: fc.constant('cron(0 6 * * ? *)'),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin'),
  path: fc.constantFrom('/', '/health?deep=1'),
  status: fc.constantFrom('200', '200-299,301'),
  version: fc.constantFrom('17', '8.4'),
  password: fc.constantFrom('secret:db', 'secret:/shared/db#password'),
  url: fc.constant('https://hooks.example.com/a'),
  secret: fc.constant('secret:hooks'),
  secrets: fc.constantFrom('secret:a', 'ssm:b/c'),
  file: fc.constant('settings.json'),
  aliases: fc.constant('www.example.com'),
  zone: fc.constantFrom('example.com', 'Z0123456789'),
  certificate: fc.constant('arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012'),
  domain: fc.constant('example.com'),
  mx: fc.constant('mail.example.com'),
  reports: fc.constant('dmarc@example.com'),
  email: fc.constantFrom('web@example.com', 'ops@example.com'),
  slack: fc.constant('#deployments'),
  ...Object.fromEntries(['command', 'commands', 'install', 'start', 'stop', 'reversible'].map((key) => [key, word])),
};

/** Where a key of the same name takes something else. */
const TEXTS_AT: Record<string, fc.Arbitrary<string>> = {
  'domain.name': fc.constantFrom('example.com', 'www.example.com'),
  'ec2.image': fc.constant('/aws/service/ami'),
  'edge.service': fc.constantFrom('CLOUDFRONT', 'CLOUDFRONT_ORIGIN_FACING', 'GLOBALACCELERATOR'),
  'database.user': fc.constantFrom('app', 'A1_b'),
  'database.url': fc.constantFrom('secret:db', 'ssm:db'),
  'migrations.version': fc.constantFrom('0042', '1975ea83b712', '2026.11'),
};

/** The names of entries, where the writer chooses them. */
const NAMES: Record<string, fc.Arbitrary<string>> = {
  components: fc.constantFrom('worker', 'report-2'),
  options: fc.constantFrom('aws:autoscaling:asg:MinSize', 'aws:ec2:vpc:Subnets'),
  parameters: fc.constantFrom('max_connections', 'rds.log'),
  values: fc.constantFrom('a', 'B_1', 'c.d-e', 'on', 'null'),
};

const DURATIONS = fc.constantFrom('5s', '30s', '1m', '90s', '2m');

const KEYS = fc
  .oneof(line, fc.constantFrom('', 'a', 'true', '1', 'null'))
  .filter((key) => !isSecretName(key) && !['<<', 'secrets', '__proto__'].includes(key))
  .map((key) => key.normalize('NFC'));

/** What config.values takes: whatever JSON can say. */
const free = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    line,
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(KEYS, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

type Bounds = { least: number; most: number };

/** Limits of a number, or of a list's length, as the schema's checks say them. */
function boundsOf(checks: readonly core.$ZodCheck[] = [], most: number): Bounds {
  const bounds = { least: 0, most };
  for (const { _zod } of checks) {
    const def = _zod.def as { check: string; value?: number; minimum?: number; maximum?: number };
    if (def.check === 'greater_than') bounds.least = def.value ?? 0;
    if (def.check === 'min_length') bounds.least = def.minimum ?? 0;
    if (def.check === 'less_than') bounds.most = def.value ?? most;
  }
  return bounds;
}

/** What a schema takes; `path` is where it stands. */
function arbitraryOf(schema: core.$ZodType, path: string[]): fc.Arbitrary<unknown> {
  const { def } = (schema as core.$ZodTypes)._zod;
  const key = path.at(-1) ?? '';
  switch (def.type) {
    case 'object':
      return sectionOf(def.shape, path);
    case 'record':
      return fc.dictionary(NAMES[key] ?? fc.constantFrom('A', 'B_C'), arbitraryOf(def.valueType, path), {
        maxKeys: 2,
        noNullPrototype: true,
      });
    case 'unknown':
      return free;
    case 'array': {
      if (path.join('.') === 'rollout.steps') return fc.constantFrom([100], [1, 100], [10, 50, 100]);
      const { least } = boundsOf(def.checks, 0);
      return fc.array(arbitraryOf(def.element, path), { minLength: least, maxLength: 3 });
    }
    case 'union':
      return fc.oneof(...def.options.map((option) => arbitraryOf(option, path)));
    case 'default':
    case 'prefault':
    case 'optional':
      return arbitraryOf(def.innerType, path);
    case 'pipe':
      return DURATIONS;
    case 'number': {
      const { least, most } = boundsOf(def.checks, 100);
      return 'format' in def
        ? fc.integer({ min: least, max: most })
        : fc.integer({ min: Math.ceil(least * 2), max: most * 2 }).map((halves) => halves / 2);
    }
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'boolean':
      return fc.boolean();
    case 'string':
      return TEXTS_AT[path.join('.')] ?? TEXTS[key] ?? line;
    default:
      throw new Error(`say in test/manifest/arbitrary.ts what ${def.type} takes`);
  }
}

/** A section: each key that it needs, and any of the others. */
function sectionOf(shape: Readonly<Record<string, core.$ZodType>>, path: string[]): fc.Arbitrary<Plain> {
  const optional = ({ _zod }: core.$ZodType) => _zod.optin === 'optional';
  const keys = Object.entries(shape);
  return fc.record(Object.fromEntries(keys.map(([key, inner]) => [key, arbitraryOf(inner, [...path, key])])), {
    requiredKeys: keys.filter(([, inner]) => !optional(inner)).map(([key]) => key),
    noNullPrototype: true,
  });
}

const SHAPE = manifestSchema.shape as Readonly<Record<string, core.$ZodType>>;

/** Sections of one target. */
function manifestsFor(target: string): fc.Arbitrary<Plain> {
  const meant = Object.entries(SHAPE).filter(([key]) => {
    const targets: readonly string[] | undefined = MEANT_FOR[key as keyof typeof MEANT_FOR];
    return targets?.includes(target) ?? true;
  });
  return sectionOf(Object.fromEntries(meant), []).map((manifest) => fitting({ ...manifest, target }, target));
}

export const manifests: fc.Arbitrary<Plain> = fc.constantFrom(...TARGETS).chain(manifestsFor);

/** A buildspec says all by itself; an image has no output, and what runs none no Dockerfile. */
function buildFor(build: Plain, target: string): Plain {
  const { commands, output, dockerfile, ...rest } = build;
  if ('buildspec' in rest) return rest;
  const isImage = target === 'ecs' || (target === 'lambda' && dockerfile !== undefined);
  return { ...rest, ...given({ commands, ...(isImage ? { dockerfile } : { output }) }) };
}

const given = (plain: Plain): Plain =>
  Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));

/** Takes out what would not fit together with the rest. */
function fitting(manifest: Plain, target: string): Plain {
  const fit: Plain = { ...manifest, source: sourceFor(manifest.source as Plain, target) };
  if (target === 'beanstalk') fit.beanstalk ??= { platform: 'Node.js 24 running on 64bit Amazon Linux 2023' };
  if (!('git' in (fit.source as Plain))) delete fit.build;
  if (fit.build) fit.build = buildFor(fit.build as Plain, target);
  if (fit.previews && !canBePreviewed(fit, target)) fit.previews = false;
  if (!('database' in fit)) delete fit.migrations;
  const migrations = fit.migrations as Plain | undefined;
  if (Array.isArray(migrations?.reversible)) migrations.version ??= '0042';
  if (target === 'lambda' && fit.migrations) delete (fit.migrations as Plain).timeout;
  if (!('domain' in fit)) delete fit.email;
  if (target === 'beanstalk') delete fit.rollout;
  for (const key of ['ecs', 'scaling', 'lambda', 'beanstalk', 'config', 'database', 'health']) trim(fit[key]);
  const { domain, database } = fit as { domain?: Plain; database?: Plain };
  if (database && !database.password && !database.url) delete database.replicas;
  if (database && database.engine !== 'postgres') delete database.version;
  if (domain?.aliases) domain.aliases = ['m.example.com'];
  const runs = fit.lambda as Plain | undefined;
  if (domain && (runs?.front === 'none' || runs?.front === 'url')) delete runs.front;
  if (target === 'lambda' && runs?.front !== 'load-balancer') delete fit.edge;
  const edge = fit.edge as Plain | undefined;
  // Of AWS's own lists CloudFront has the only ones.
  if (edge && edge.mode !== 'rules' && edge.mode !== 'prefix-list' && edge.service === 'GLOBALACCELERATOR')
    delete edge.service;
  for (const component of Object.values((fit.components ?? {}) as Record<string, Plain>)) {
    trim(component);
    delete component[target === 'lambda' ? 'command' : 'handler'];
    if (target === 'lambda') component.handler ??= 'a.b';
    else component.command ??= ['work'];
  }
  const config = fit.config as Plain | undefined;
  if ((target === 'lambda' || target === 'beanstalk') && config) delete config.file;
  // Without a file they are variables.
  if (config && !config.file) config.values = variablesIn(config.values as Plain | undefined);
  return fit;
}

/** Nothing may be lost when a preview is removed. */
function canBePreviewed({ source, database, ecs, config, lambda }: Plain, target: string): boolean {
  const has = (section: unknown, key: string) => (section as Plain | undefined)?.[key] !== undefined;
  if (target === 'ec2' || target === 'beanstalk' || !has(source, 'git')) return false;
  return !database && !has(ecs, 'mount') && !has(config, 'file') && !has(lambda, 'events');
}

const variablesIn = (values: Plain = {}): Plain =>
  Object.fromEntries(Object.entries(values).filter(([name]) => /^[A-Za-z_]\w*$/.test(name)));

/** Keys that bound each other. */
const BOUND = ['timeout', 'status', 'memory', 'max', 'schedule', 'concurrency', 'tier', 'maxStorage', 'url'];

function trim(section: unknown): void {
  for (const key of BOUND) delete (section as Plain | undefined)?.[key];
}

function sourceFor({ git, commit }: Plain, target: string): Plain {
  const rest = commit === undefined ? {} : { commit };
  if (git !== undefined) return { git, ...rest };
  return target === 'ecs' ? { image: 'acme/shop:1.0', ...rest } : { artifact: 'site.zip', ...rest };
}

const GONE = fc.constantFrom('owner', 'database', 'migrations', 'budget', 'rollout', 'config', 'domain', 'source');

/** A manifest, and what environments say otherwise: other values, `null` for one or two sections. */
export const layers: fc.Arbitrary<{ manifest: Plain; staging: Plain; ci: Plain }> = fc
  .constantFrom(...TARGETS)
  .chain((target) => {
    const override = fc
      .tuple(manifestsFor(target), fc.array(GONE, { maxLength: 2 }))
      .map(([{ apiVersion, name, target, source, build, previews, ...sections }, gone]) => ({
        ...sections,
        // Each environment has an address of its own, or none.
        domain: sections.domain ? { ...sections.domain, name: 'staging.example.com', aliases: null } : null,
        ...Object.fromEntries(gone.map((key) => [key, null])),
      }));
    const manifest = manifestsFor(target).map(({ previews: _, ...sections }) => sections);
    return fc.record({ manifest, staging: override, ci: override }, { noNullPrototype: true });
  });
