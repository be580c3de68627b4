import { createHash } from 'node:crypto';
import { readAlias } from '../../aws/function-alias.ts';
import { configureFunction, type FunctionState, readFunction, replaceCode } from '../../aws/function-state.ts';
import { listVersions, publishVersion } from '../../aws/function-versions.ts';
import { canonicalJson } from '../../manifest/digest.ts';
import { done, failed, type Outcome, refused } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf, POINTER } from './detail.ts';
import { FENCED } from './held.ts';
import { describeOffline, offlineFunction } from './offline.ts';
import { fenceOf } from './pointer.ts';
import { untilReady } from './publish.ts';
import { troubleOf } from './trouble.ts';
import { offlineVersion } from './versions.ts';
import { wantedOf } from './wanted.ts';

/**
 * Publishes a version that shows a page of somebody's own; the usual one is there since the function was made. Each change
 * is one call, after which it parks until AWS has carried it out. What serves is a published version, which none of it touches.
 */
export async function prepareOffline(plan: Plan, page: string | undefined, lease: Lease): Promise<Outcome> {
  if (page === undefined) return done();
  const { code, signing } = detailOf(plan);
  if ('image' in code || signing) return refused(cannotShow('image' in code));
  try {
    return await bring(plan, page, lease);
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    return trouble;
  }
}

async function bring(plan: Plan, page: string, lease: Lease): Promise<Outcome> {
  const { function: name } = detailOf(plan);
  const wanted = wantedOf(plan);
  if ('outcome' in wanted) return wanted;
  const [state, alias, versions] = await Promise.all([
    readFunction(name),
    readAlias(name, POINTER),
    listVersions(name),
  ]);
  if (!state || !alias) return failed('POINTER_UNKNOWN', `the function ${name}, or its alias, is not there any more`);
  if (fenceOf(alias) > lease.fence) return FENCED;
  const shown = offlineVersion(versions, page);
  if (shown) return shown.state === 'pending' ? untilReady(MESSAGE) : done({ version: shown.version });
  if (state.status === 'changing') return untilReady(MESSAGE, state.changedAt);

  const { settings, code } = await offlineFunction(wanted.settings, wanted.code, page);
  const description = describeOffline(page);
  const isOurs = state.description === description;
  if (isOurs && state.status === 'failed')
    return failed('FUNCTION_BROKEN', state.reason ?? 'Lambda could not change the function');
  if (!isOurs || canonicalJson(state.settings) !== canonicalJson(settings))
    await configureFunction(name, state.revision, settings, description);
  else if ('bytes' in code && !hasCode(state, code.bytes))
    await replaceCode(name, state.revision, code, state.processor);
  else await publishVersion(name, state.revision, description);
  return untilReady(MESSAGE);
}

const MESSAGE = 'the version that shows the message';

const hasCode = ({ codeSha256 }: FunctionState, bytes: Uint8Array): boolean =>
  codeSha256 === createHash('sha256').update(bytes).digest('base64');

const cannotShow = (isImage: boolean) => ({
  code: 'MESSAGE_NOT_SHOWN',
  message: isImage
    ? 'a function of an image cannot show a message: AWS runs nothing but its image'
    : 'a function that runs signed code alone cannot show a message: what shows it is not signed',
  hint: 'take it offline without --message',
});
