import {
  addPermission,
  createUrl,
  deleteUrl,
  listPermissions,
  openUrl,
  readUrl,
  removePermission,
} from '../../aws/function-front.ts';
import { deleteRule, putRule } from '../../aws/function-rules.ts';
import { isRegistered, registerAlias } from '../../aws/function-target.ts';
import type { Failed } from '../../outcome.ts';
import type { Plan } from '../target.ts';
import { type Detail, detailOf, POINTER } from './detail.ts';
import { absentFrom, FRONTS, isOfUrl, permissionsFor, type Sources, UPLOADS } from './permissions.ts';
import { isFailed, outputsNamed } from './wanted.ts';

/**
 * Makes the ways by which calls reach the alias, and lets them in. What is there
 * already for the live release stays as open as it is: `closeFront` takes away
 * what the new one does not need.
 */
export async function openFront(plan: Plan, alias: string): Promise<{ url?: string } | Failed> {
  const detail = detailOf(plan);
  const sources = await sourcesOf(plan, detail, alias);
  if (isFailed(sources)) return sources;
  const url = detail.url && (await urlOpen(detail.function));
  const wants = permissionsFor(detail, sources);
  const has = wants.length > 0 ? await listPermissions(detail.function, POINTER) : [];
  for (const permission of absentFrom(has, wants)) await addPermission(detail.function, POINTER, permission);
  // A load balancer takes only what lets it in already.
  if (detail.through === 'load-balancer' && sources.front && !(await isRegistered(sources.front, alias)))
    await registerAlias(sources.front, alias);
  return url === undefined ? {} : { url };
}

async function sourcesOf(
  plan: Plan,
  { through, events, function: name }: Detail,
  alias: string,
): Promise<Sources | Failed> {
  const sources: Sources = {};
  if (through) {
    const { output } = FRONTS[through];
    const outputs = outputsNamed(plan, [output]);
    if (isFailed(outputs)) return outputs;
    sources.front = outputs[output];
  }
  if (events !== undefined) {
    const outputs = outputsNamed(plan, ['Uploads']);
    if (isFailed(outputs)) return outputs;
    sources.rule = await putRule(name, uploadsBelow(outputs.Uploads, events), alias);
  }
  return sources;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const uploadsBelow = (bucket: string, prefix: string) => ({
  source: ['aws.s3'],
  'detail-type': ['Object Created'],
  detail: { bucket: { name: [bucket] }, object: { key: [{ prefix }] } },
});

async function urlOpen(name: string): Promise<string> {
  const has = await readUrl(name, POINTER);
  if (!has) return createUrl(name, POINTER);
  if (!has.isOpen) await openUrl(name, POINTER);
  return has.url;
}

/** ARN of what calls the alias for visitors, where the stack tells it. */
export const frontOf = ({ stack = {} }: Plan, { through }: Pick<Detail, 'through'>): string | undefined =>
  through && stack[FRONTS[through].output];

/**
 * Takes away what this release, which has all traffic, has no use for. A target group is gone with its stack.
 * @param unused ids of permissions.
 */
export async function closeFront({ function: name, url, events }: Detail, unused: string[]): Promise<void> {
  for (const id of unused) await removePermission(name, POINTER, id);
  if (events === undefined && unused.includes(UPLOADS)) await deleteRule(name);
  if (!url && unused.some(isOfUrl)) await deleteUrl(name, POINTER);
}
