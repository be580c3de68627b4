import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import type { StoredFile } from '../../shared/aws/stored-file.ts';

/**
 * The edge's second origin: asked with the same rewritten path
 * (`/sites/<site>/r/<release>/<path>` or `/sites/<site>/shared/<path>`) when S3
 * had nothing there.
 *
 * 1. A page that was opened under an older release may ask for an asset that
 *    only that release had: it is still in the site's shared area.
 * 2. Otherwise the release's own page, stored at publishing as
 *    `.pilotage/404.html` in its folder, or else a plain one.
 *
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
export async function handler(event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> {
  const method = event.requestContext.http.method;
  if (method !== 'GET' && method !== 'HEAD') return { statusCode: 405, headers: { allow: 'GET, HEAD' } };

  const asked = parse(event.rawPath);
  const asset = asked?.release && (await read(`sites/${asked.site}/shared/${asked.path}`));
  if (asset) return answer(200, asset, method);

  const page = asked?.release && (await read(`sites/${asked.site}/r/${asked.release}/.pilotage/404.html`));
  return answer(404, page || DEFAULT_PAGE, method);
}

/** A function's answer may have 6 MB, and bytes grow by a third in base64. */
const LIMIT = 4 * 1024 * 1024;

/** The parts of a rewritten path; `path` decoded, as S3 knows it. */
function parse(rawPath: string): { site: string; release?: string; path: string } | undefined {
  const [, site, release, encoded] = /^\/sites\/([a-z0-9-]+)\/(?:r\/([\w-]+)|shared)\/(.+)$/.exec(rawPath) ?? [];
  if (!site || !encoded) return undefined;
  const path = decode(encoded);
  if (path.split('/').some((part) => part === '.' || part === '..')) return undefined;
  return { site, path, ...(release && { release }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function read(key: string): Promise<StoredFile | undefined> {
  const { readFile } = await import('../../shared/aws/stored-file.ts');
  return readFile(process.env.SITE_BUCKET ?? '', key, LIMIT);
}

function answer(statusCode: 200 | 404, found: StoredFile, method: string): LambdaFunctionURLResult {
  const brief = 'public, max-age=0, s-maxage=60';
  const headers: Record<string, string> = {
    'content-type': found.type,
    'cache-control': statusCode === 200 ? (found.cacheControl ?? brief) : brief,
  };
  if (statusCode === 200 && found.etag) headers.etag = found.etag;
  if (method === 'HEAD') return { statusCode, headers };
  return { statusCode, headers, body: Buffer.from(found.bytes).toString('base64'), isBase64Encoded: true };
}

const DEFAULT_PAGE: StoredFile = {
  type: 'text/html; charset=utf-8',
  bytes: Buffer.from(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Page not found</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  body { display: grid; min-height: 100vh; margin: 0; place-content: center; text-align: center }
</style>
<h1>Page not found</h1>
<p>There is nothing at this address. <a href="/">Go to the first page</a></p>
</html>
`),
};
