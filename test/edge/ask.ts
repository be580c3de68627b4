import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EdgeRequest, EdgeResponse } from '../../local/edge/runtime.ts';
import { loadFunction } from '../../local/edge/runtime.ts';
import { SITE_DOMAIN_LINE } from '../../local/edge/server.ts';
import type { Arm, Pointer } from '../../shared/targets/static/pointer.ts';
import { encodePointer } from '../../shared/targets/static/pointer.ts';

export const SOURCE = readFileSync(join(__dirname, '../../edge/viewer-request.js'), 'utf8');
export const DOMAIN = 'pilots.example.com';

export const arm = (release: string, more: Partial<Arm> = {}): Arm => ({
  release,
  immutable: ['assets/', '_astro/'],
  cleanUrls: 'directory',
  index: 'index.html',
  ...more,
});

export type Asked = { host?: string; ip?: string; agent?: string; query?: string };

/** The function as the edge has it, on a store with these keys; asked for a path, it says what becomes of it. */
export function edgeWith(keys: Record<string, Pointer | string>) {
  const values = new Map(
    Object.entries(keys).map(([key, value]) => [key, typeof value === 'string' ? value : String(encodePointer(value))]),
  );
  const code = SOURCE.replace(SITE_DOMAIN_LINE, `const SITE_DOMAIN = '${DOMAIN}';`);
  const handler = loadFunction(code, { get: async (key) => values.get(key) });

  return async function ask(uri: string, asked: Asked = {}): Promise<EdgeRequest | EdgeResponse> {
    const { host = `acme.${DOMAIN}`, ip = '198.51.100.7', agent = 'Browser/1.0', query } = asked;
    return handler({
      version: '1.0',
      context: { eventType: 'viewer-request', requestId: 'test' },
      viewer: { ip },
      request: {
        method: 'GET',
        uri,
        querystring: {},
        headers: { host: { value: host }, 'user-agent': { value: agent } },
        cookies: {},
        rawQueryString: () => query,
      },
    });
  };
}

/** One line for what the function decided: `/sites/…`, `302 /about/`, `404`. */
export function inShort(result: EdgeRequest | EdgeResponse): string {
  if ('uri' in result) return result.uri;
  const location = result.headers?.location?.value;
  return location === undefined ? String(result.statusCode) : `${result.statusCode} ${location}`;
}
