import cf from 'cloudfront';

const SITE_DOMAIN = 'localhost';

// The constant above is replaced by the stack with the domain under which pilots
// are reached: <site>.<SITE_DOMAIN>. The rest is the same everywhere.
//
// A CloudFront Function (viewer request, runtime cloudfront-js-2.0): turns host
// and path into the S3 key of the release that the site's pointer names. What
// the pointer's letters mean stands in shared/targets/static/pointer.ts.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
const store = cf.kvs();

async function handler(event) {
  const request = event.request;
  const fault = faultOf(request.uri);
  if (fault) return page(400, 'Bad Request', 'This address cannot be right: ' + fault + '.\n');

  const site = await siteOf(hostOf(request));
  const pointer = site ? await read(site, 'json') : undefined;
  if (!pointer) return page(404, 'Not Found', NO_SITE);
  if (!pointer.l) return offline(pointer.p === undefined ? MAINTENANCE : pointer.p);

  const arm = armFor(pointer, site, event.viewer.ip, request);
  const path = request.uri.slice(1);
  if (path.startsWith('.pilotage/')) return page(404, 'Not Found', 'There is no such page.\n');
  if (isImmutable(path, arm)) return rewrite(request, site, 'shared', path);

  const elsewhere = cleanUrl(path, arm);
  if (elsewhere !== undefined) return redirect(request, '/' + elsewhere);
  return rewrite(request, site, 'r/' + arm.r, fileFor(path, arm));
}

// What shared/maintenance.ts says; a test compares them.
const MAINTENANCE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Back soon</title><body style="font:1.1rem/1.5 system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem"><h1>Back soon</h1><p>We are working on it. Please try again in a few minutes.</p></body></html>';

const NO_SITE =
  'There is no site at this address.\n\n' +
  'If it was deployed just now, try again in a few seconds. Otherwise check the\n' +
  'name, or ask for it with: pilot status\n';

// Refuses what could name another key than it seems to. S3 decodes the path
// once, so the encoded forms count too; a doubly encoded dot is just a name.
function faultOf(uri) {
  if (uri.charAt(0) !== '/') return 'it does not begin with a slash';
  if (/[^\u0021-\u007e]/.test(uri)) return 'it holds a character that must be encoded';
  if (/%(?![0-9a-fA-F]{2})/.test(uri)) return 'it holds a percent sign that encodes nothing';
  if (/\\|%5c|%2f|%[01][0-9a-f]|%7f/i.test(uri)) return 'it holds a character that no file name has';
  if (uri.includes('//')) return 'it holds an empty part (two slashes)';
  if (/(^|\/)\.\.?(\/|$)/.test(uri.replace(/%2e/gi, '.'))) return 'it holds a relative part (dots)';
  return '';
}

function hostOf(request) {
  const header = request.headers.host;
  const host = header
    ? header.value
        .toLowerCase()
        .replace(/:[0-9]+$/, '')
        .replace(/\.$/, '')
    : '';
  return /^[a-z0-9.-]{1,253}$/.test(host) ? host : '';
}

// Only a host outside SITE_DOMAIN is looked up as a custom domain, so none can
// take over a pilot's own name.
async function siteOf(host) {
  if (!host || host === SITE_DOMAIN) return undefined;
  const site = host.endsWith('.' + SITE_DOMAIN)
    ? host.slice(0, -SITE_DOMAIN.length - 1)
    : await read('host:' + host, 'string');
  return site && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(site) ? site : undefined;
}

// A missing key is an error for get(), as is a store that does not answer. The
// second must not look like "no site": thrown on, it makes CloudFront answer 503.
async function read(key, format) {
  let value;
  let failure;
  try {
    value = await store.get(key, { format: format });
  } catch (error) {
    failure = error;
  }
  if (failure && (await store.exists(key))) throw failure;
  return value;
}

function armFor(pointer, site, ip, request) {
  if (!pointer.n) return pointer.l;
  const agent = request.headers['user-agent'];
  const viewer = ip + ' ' + site + ' ' + (agent ? agent.value.slice(0, 256) : '');
  return percentile(viewer) < pointer.n.w ? pointer.n : pointer.l;
}

// FNV-1a, then murmur's finish: neighbouring addresses must not fall together.
function percentile(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.codePointAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) % 10000) / 100;
}

function isImmutable(path, arm) {
  return arm.i.some((prefix) => path.startsWith(prefix));
}

// The address that a page without a file name should have, where it has another.
function cleanUrl(path, arm) {
  if (path === '' || isFile(path)) return undefined;
  if (arm.c === 'd' && !path.endsWith('/')) return path + '/';
  if (arm.c === 'h' && path.endsWith('/')) return path.slice(0, -1);
  return undefined;
}

function fileFor(path, arm) {
  if (path === '' || (arm.c === 'd' && path.endsWith('/'))) return path + arm.x;
  if (arm.c === 'h' && !isFile(path)) return path + '.html';
  return path;
}

// What lies in .well-known has the names that others chose, often without an ending.
function isFile(path) {
  return path.startsWith('.well-known/') || path.slice(path.lastIndexOf('/') + 1).includes('.');
}

// S3 reads a bare + as a space.
function rewrite(request, site, area, path) {
  request.uri = '/sites/' + site + '/' + area + '/' + path.replaceAll('+', '%2B');
  return request;
}

function redirect(request, location) {
  const query = request.rawQueryString();
  return {
    statusCode: 302,
    statusDescription: 'Found',
    headers: {
      location: { value: query ? location + '?' + query : location },
      'cache-control': { value: 'no-cache' },
    },
  };
}

// A page that begins with a tag is HTML.
function offline(text) {
  const response = page(503, 'Service Unavailable', text);
  response.headers['retry-after'] = { value: '60' };
  if (text.charAt(0) === '<') response.headers['content-type'] = { value: 'text/html; charset=utf-8' };
  return response;
}

function page(statusCode, statusDescription, text) {
  return {
    statusCode: statusCode,
    statusDescription: statusDescription,
    headers: {
      'content-type': { value: 'text/plain; charset=utf-8' },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
    },
    body: { encoding: 'text', data: text },
  };
}
