import { createHash } from 'node:crypto';
import { buildRoleOf } from '../../shared/building/role.ts';
import { serviceRoleOf } from '../../shared/provisioning/service-role.ts';
import type { Item } from './aws/expression.ts';
import { MANIFESTS, PREVIEW, SITES } from './names.ts';
import { PILOT } from './sites.ts';
import type { World } from './world.ts';

const PRODUCTION = `${PILOT}-production`;
const SITE = `${PILOT}--${PREVIEW}`;

/** The pilot in the words of its preview: other names, and other releases, so that the two can be told apart. */
function inPreview<Thing>(thing: Thing): Thing {
  const text = JSON.stringify(thing)
    .replaceAll(PRODUCTION, `${PILOT}-${PREVIEW}`)
    .replaceAll(`${PILOT}_production_`, `${PILOT}_${PREVIEW}_`)
    .replaceAll(`#production`, `#${PREVIEW}`)
    .replaceAll('"production"', `"${PREVIEW}"`)
    .replaceAll(`"site":{"S":"${PILOT}"}`, `"site":{"S":"${SITE}"}`)
    .replaceAll(`sites/${PILOT}/`, `sites/${SITE}/`)
    .replaceAll('/app/pilot/', '/app/preview/')
    .replaceAll(/(?<=targetgroup\/)(?=Blue|Green)/g, 'Preview')
    .replaceAll(/\b[0-9a-f]{20}\b/g, (release) => createHash('sha256').update(release).digest('hex').slice(0, 20));
  return JSON.parse(text) as Thing;
}

/** Puts a preview beside the pilot that is live: all that its deployment would have left. */
export function layPreview(world: World): void {
  layRows(world);
  layFiles(world);
  layServers(world);
  for (const role of [serviceRoleOf(PILOT, PREVIEW), buildRoleOf(PILOT, PREVIEW)]) {
    const { arn, path, boundary, tags, policies } = role;
    const at = world.start - 3_600_000;
    world.servers.now.roles[role.name] = { arn, path, boundary, tags, policies, madeAt: at, changedAt: at };
  }
  world.servers.now.images[`pilots/${PILOT}/${PREVIEW}`] = [
    { digest: 'sha256:0', tags: ['one'], pushedAt: world.start },
  ];
}

function layRows({ table: { rows }, start }: World): void {
  const of = rows.get(`PILOT#${PILOT}#production`) ?? new Map<string, Item>();
  rows.set(`PILOT#${PILOT}#${PREVIEW}`, new Map(inPreview([...of])));
  const into = (pk: string, sk: string, more: Item) =>
    rows.set(pk, new Map([...(rows.get(pk) ?? []), [sk, { pk: { S: pk }, sk: { S: sk }, ...more }]]));
  const whose = { pilot: { S: PILOT }, environment: { S: PREVIEW } };
  const key = `${PILOT}#${PREVIEW}`;
  into('PILOTS', key, whose);
  const texts = {
    ...{ connection: 'connected', repository: 'github.com/acme/shop', branch: 'topic', base: 'main' },
    ...{ commit: 'c'.repeat(40), deployment: 'any', askedAt: new Date(start - 60_000).toISOString() },
    ...{ since: new Date(start - 60_000).toISOString(), until: new Date(start + 86_400_000).toISOString() },
  };
  const told = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }]));
  into('PREVIEWS', key, { ...whose, ...told, number: { N: PREVIEW.slice(2) } });
  into(`RUN#${key}`, 'request', {});
  into('EDGE', `FAILED#${key}`, { ...whose, next: { S: '9999' } });
}

function layFiles({ buckets, values }: World): void {
  for (const [path, versions] of [...buckets.objects]) {
    const moved = inPreview([path])[0] ?? path;
    if (moved !== path) buckets.objects.set(moved, structuredClone(versions));
  }
  for (const folder of ['builds', 'pushes'])
    buckets.put(MANIFESTS, `${folder}/${PILOT}/${PREVIEW}/any`, Buffer.from('x'));
  const pointer = values.now.keys.get(PILOT);
  if (pointer !== undefined) {
    const [text = ''] = inPreview([pointer]);
    values.now = { ...values.now, keys: new Map([...values.now.keys, [SITE, text]]) };
  }
}

function layServers({ servers: { now } }: World): void {
  const stack = now.stacks.get(PRODUCTION);
  if (!stack) return;
  now.stacks.set(`${PILOT}-${PREVIEW}`, inPreview(stack));
  const { ecs, balancers, limits } = now;
  for (const list of ['clusters', 'definitions', 'services'] as const)
    (ecs[list] as unknown[]).push(...inPreview<unknown[]>(ecs[list]));
  for (const list of ['listeners', 'groups', 'rules'] as const)
    (balancers[list] as unknown[]).push(...inPreview<unknown[]>(balancers[list]));
  Object.assign(limits, inPreview(limits));
}

/** All that is left of the preview, by its names; but for its history, and its lock. */
export function leftOfPreview({ table, buckets, values, servers: { now } }: World): string[] {
  const isIts = (text: string) => text.includes(`${PILOT}-${PREVIEW}`) || text.includes(`/${PILOT}/${PREVIEW}`);
  const rows = [...table.rows].flatMap(([pk, items]) =>
    [...items.keys()]
      .filter((sk) => `${pk} ${sk}`.includes(`${PILOT}#${PREVIEW}`) && !/^(?:DEPLOYMENT#|LOCK$)/.test(sk))
      .map((sk) => `row ${pk} ${sk}`),
  );
  const { definitions, services, clusters } = now.ecs;
  return [
    ...rows,
    ...[...buckets.objects.keys()]
      .filter((path) => buckets.newest(path) && (path.includes(`/${SITE}/`) || isIts(path)))
      .map((path) => `object ${path}`),
    ...[...values.now.keys.keys()].filter((key) => key === SITE).map((key) => `pointer ${key}`),
    ...[...now.stacks.keys(), ...clusters, ...Object.keys({ ...now.roles, ...now.limits, ...now.images })].filter(
      isIts,
    ),
    ...services.map(({ arn }) => arn).filter(isIts),
    ...definitions.filter(({ status, arn }) => status !== 'DELETED' && isIts(arn)).map(({ arn }) => arn),
    ...now.balancers.rules.map(({ arn }) => arn).filter((arn) => arn.includes('/app/preview/')),
  ];
}

/** All that is of the same pilot in production, in one text, which a removal leaves as it is. */
export function besidePreview({ table, buckets, values, servers: { now } }: World): string {
  const files = [...buckets.objects.keys()].filter(
    (path) => path.startsWith(`${SITES}/sites/${PILOT}/`) && buckets.newest(path),
  );
  return JSON.stringify([
    [...(table.rows.get(`PILOT#${PILOT}#production`) ?? [])],
    table.rows.get('PILOTS')?.has(`${PILOT}#production`),
    files.sort(),
    values.now.keys.get(PILOT),
    now.stacks.get(PRODUCTION)?.status,
    now.ecs.services.filter(({ cluster }) => cluster === PRODUCTION).map(({ name, desired }) => [name, desired]),
    now.ecs.definitions.filter(({ arn }) => arn.includes(PRODUCTION)).map(({ arn, status }) => [arn, status]),
    Object.entries(now.limits).filter(([resource]) => resource.includes(PRODUCTION)),
    Object.keys(now.roles).filter((name) => name.startsWith(PRODUCTION)),
    now.balancers.rules.filter(({ arn }) => !arn.includes('/app/preview/')),
  ]);
}
