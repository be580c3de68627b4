import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';
import type { FunctionCode, FunctionSettings } from '../../aws/function-settings.ts';
import { contentTypeOf, RETRY_AFTER } from '../../maintenance.ts';

/**
 * While a pilot is offline its alias names this version of the function, which
 * every function has from its beginning. So the alias is always there, with its
 * address, its permissions and its fencing number; and bringing the pilot back
 * is one write of it.
 *
 * It answers requests with 503 and fails for events, which AWS then keeps in the
 * queue of failed calls.
 */
const sourceOf = (page: string): string => `exports.handler = async (event) => {
  const { http, elb } = event?.requestContext ?? {};
  if (!http && !elb) throw new Error('the pilot is offline');
  const headers = { 'content-type': '${contentTypeOf(page)}; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '${RETRY_AFTER}' };
  return { statusCode: 503, headers, body: ${JSON.stringify(page)} };
};
`;

/** What the version tells itself by. */
export const OFFLINE = 'Pilotage: offline';

/** The same for one that shows a page of somebody's own. */
export const describeOffline = (page: string): string =>
  `${OFFLINE} ${createHash('sha256').update(page).digest('hex').slice(0, 20)}`;

const USUAL = 'This service is offline at the moment.\n';

/**
 * The function as it is made, before it has any release. AWS cannot change
 * between zip and image: a function of images is offline as the image with a
 * start that it does not have, so that every call fails.
 */
export async function offlineFunction(
  wanted: FunctionSettings,
  code: FunctionCode,
  page = USUAL,
): Promise<{ settings: FunctionSettings; code: FunctionCode }> {
  if ('image' in code) return { settings: { ...wanted, variables: {}, entryPoint: ['/offline'] }, code };
  const settings = { ...wanted, variables: {}, runtime: 'nodejs24.x', handler: 'index.handler' };
  return { settings, code: { bytes: await zipped(sourceOf(page)) } };
}

async function zipped(source: string): Promise<Uint8Array> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(source), 'index.js', { mtime: new Date('2026-01-01T00:00:00Z') });
  zip.end();
  return buffer(zip.outputStream as unknown as NodeJS.ReadableStream);
}
