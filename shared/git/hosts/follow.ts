import { safeUrl } from './place.ts';
import { CallTrouble } from './trouble.ts';

const MOST_HOPS = 5;

/**
 * Fetches by following redirects itself: fetch would follow them to any host, and make a POST a GET. Only hosts of
 * one’s own get the authorization, and one that was left does not get it again.
 * @param own origins that may have the authorization.
 * @param mayLeave whether others may be asked at all.
 * @throws HostTrouble where it leads elsewhere, or would lose its method.
 */
export async function follow(
  asked: string,
  address: string,
  request: RequestInit & { method: string; headers: Record<string, string> },
  authorization: string | undefined,
  own: readonly string[],
  mayLeave: boolean,
): Promise<Response> {
  let url = safeUrl(address);
  let isOwn = own.includes(url.origin);
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    if (!isOwn && !mayLeave) throw new CallTrouble('unexpected', `${asked}: it leads to another host, ${url.host}`);
    const headers = isOwn && authorization ? { ...request.headers, authorization } : request.headers;
    const response = await fetch(url.href, { ...request, headers, redirect: 'manual' });
    if (![301, 302, 303, 307, 308].includes(response.status)) return response;
    await response.body?.cancel();
    if (request.method !== 'GET' && response.status < 307) {
      throw new CallTrouble('unexpected', `${asked}: the repository has moved. Connect it by its new name`);
    }
    url = safeUrl(targetOf(response, url));
    isOwn &&= own.includes(url.origin);
  }
  throw new CallTrouble('unexpected', `${asked}: it was sent on more than ${MOST_HOPS} times`);
}

function targetOf(response: Response, from: URL): string {
  const location = response.headers.get('location') ?? '';
  return URL.canParse(location, from.href) ? new URL(location, from).href : location;
}
