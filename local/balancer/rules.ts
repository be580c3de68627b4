import type { IncomingHttpHeaders } from 'node:http';
import type { Action, Condition, Listener, LoadBalancer, Picture } from './picture.ts';

/** What a rule can tell requests apart by. */
export interface Asked {
  method: string;
  /** Path and query, as the request line has them. */
  url: string;
  headers: IncomingHttpHeaders;
}

/** The load balancer that a host name leads to: its DNS name, or `<its name>.localhost`. */
export function balancerOf({ LoadBalancers }: Picture, host: string): LoadBalancer | undefined {
  const name = withoutPort(host);
  return LoadBalancers.find(
    ({ DNSName, LoadBalancerName }) =>
      withoutPort(DNSName) === name || `${LoadBalancerName.toLowerCase()}.localhost` === name,
  );
}

/** The listener that serves visitors; one that only sends them to HTTPS does not. */
export const listenerOf = ({ Listeners }: LoadBalancer): Listener | undefined =>
  Listeners.find(({ Protocol }) => Protocol === 'HTTPS') ?? Listeners[0];

/**
 * What is done with a request: the last action of the first rule that it meets.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
 */
export function actionFor({ Rules }: Listener, asked: Asked): Action | undefined {
  const rule = Rules.find(({ IsDefault, Conditions }) => IsDefault || Conditions.every((one) => meets(one, asked)));
  return [...(rule?.Actions ?? [])].sort((one, other) => (one.Order ?? 0) - (other.Order ?? 0)).at(-1);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
function meets({ Field, Values, HttpHeaderConfig }: Condition, { method, url, headers }: Asked): boolean {
  const [path = '', query = ''] = splitOnce(url, '?');
  switch (Field) {
    case 'path-pattern':
      return Values.some((pattern) => isLike(pattern, path));
    case 'host-header':
      return Values.some((pattern) => isLike(pattern.toLowerCase(), withoutPort(headers.host ?? '')));
    case 'http-request-method':
      return Values.includes(method);
    case 'http-header': {
      const value = headers[HttpHeaderConfig?.HttpHeaderName.toLowerCase() ?? ''];
      const patterns = HttpHeaderConfig?.Values ?? [];
      return value !== undefined && patterns.some((one) => isLike(one.toLowerCase(), String(value).toLowerCase()));
    }
    case 'query-string':
      return Values.some((pattern) => query.split('&').some((pair) => isLike(pattern, pair)));
    // Everybody comes from this machine.
    case 'source-ip':
      return true;
    default:
      return false;
  }
}

/** `*` stands for any text, `?` for any character. */
function isLike(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

const withoutPort = (host: string): string => host.toLowerCase().replace(/:\d+$/, '');

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
