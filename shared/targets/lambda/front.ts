import {
  addPermission,
  changeUrl,
  createUrl,
  deleteUrl,
  listPermissions,
  readUrl,
  removePermission,
} from '../../aws/function-front.ts';
import { deleteRule, putRule } from '../../aws/function-rules.ts';
import type { Failed } from '../../outcome.ts';
import type { Plan } from '../target.ts';
import { type Detail, detailOf, POINTER } from './detail.ts';
import { absentFrom, isOfUrl, permissionsFor, type Sources, UPLOADS } from './permissions.ts';
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
  const url = detail.url && (await openUrl(detail.function, callersOf(detail.url)));
  const wants = permissionsFor(detail, sources);
  const has = wants.length > 0 ? await listPermissions(detail.function, POINTER) : [];
  for (const permission of absentFrom(has, wants)) await addPermission(detail.function, POINTER, permission);
  return url === undefined ? {} : { url };
}

const callersOf = (url: NonNullable<Detail['url']>) => (url === 'everybody' ? 'everybody' : 'signed');

async function sourcesOf(
  plan: Plan,
  { url, events, function: name }: Detail,
  alias: string,
): Promise<Sources | Failed> {
  const sources: Sources = {};
  if (url === 'cdn') {
    const outputs = outputsNamed(plan, ['DistributionArn']);
    if (isFailed(outputs)) return outputs;
    sources.distribution = outputs.DistributionArn;
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

async function openUrl(name: string, callers: 'everybody' | 'signed'): Promise<string> {
  const has = await readUrl(name, POINTER);
  if (!has) return createUrl(name, POINTER, callers);
  if (callers === 'everybody' && has.callers === 'signed') await changeUrl(name, POINTER, callers);
  return has.url;
}

/** Takes away what this release, which has all traffic, has no use for. @param unused ids of permissions. */
export async function closeFront({ function: name, url, events }: Detail, unused: string[]): Promise<void> {
  for (const id of unused) await removePermission(name, POINTER, id);
  if (events === undefined && unused.includes(UPLOADS)) await deleteRule(name);
  if (!unused.some(isOfUrl)) return;
  if (url === 'cdn') await changeUrl(name, POINTER, 'signed');
  if (!url) await deleteUrl(name, POINTER);
}
