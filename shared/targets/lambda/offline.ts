import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';
import type { FunctionCode, FunctionSettings } from '../../aws/function-settings.ts';

/**
 * While a pilot is offline its alias names this version of the function, which
 * every function has from its beginning. So the alias is always there, with its
 * address, its permissions and its fencing number; and bringing the pilot back
 * is one write of it.
 *
 * It answers requests with 503 and fails for events, which AWS then keeps in the
 * queue of failed calls.
 */
const SOURCE = `exports.handler = async (event) => {
  const { http, elb } = event?.requestContext ?? {};
  if (!http && !elb) throw new Error('the pilot is offline');
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '60' };
  return { statusCode: 503, headers, body: 'This service is offline at the moment.\\n' };
};
`;

/** What the version tells itself by. */
export const OFFLINE = 'Pilotage: offline';

/**
 * The function as it is made, before it has any release. AWS cannot change
 * between zip and image: a function of images is offline as the image with a
 * start that it does not have, so that every call fails.
 */
export async function offlineFunction(
  wanted: FunctionSettings,
  code: FunctionCode,
): Promise<{ settings: FunctionSettings; code: FunctionCode }> {
  if ('image' in code) return { settings: { ...wanted, variables: {}, entryPoint: ['/offline'] }, code };
  const settings = { ...wanted, variables: {}, runtime: 'nodejs24.x', handler: 'index.handler' };
  return { settings, code: { bytes: await zipped(SOURCE) } };
}

async function zipped(source: string): Promise<Uint8Array> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(source), 'index.js', { mtime: new Date('2026-01-01T00:00:00Z') });
  zip.end();
  return buffer(zip.outputStream as unknown as NodeJS.ReadableStream);
}
