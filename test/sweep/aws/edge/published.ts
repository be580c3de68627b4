import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Operation, Reply, Service } from '../call.ts';

/** A list of addresses as AWS publishes it. */
export interface List {
  token: number;
  cidrs: readonly string[];
}

/** What was published so far, the newest last, each from its moment on. */
export type Published = { at: number; list: List }[];

export interface Publisher extends Service {
  now: Published;
  publish(list: List): void;
}

/** Milliseconds for which somebody may still be given the list before. */
const BEHIND_MS = 10 * 60_000;

/** Where AWS publishes its addresses: https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html */
export function publisherOf(clock: Clock, now: Published): Publisher {
  const newest = (stale: boolean): List => {
    const last = now.at(-1);
    const before = stale && last && clock.now() - last.at < BEHIND_MS ? now.at(-2) : undefined;
    const found = before ?? last;
    if (!found) throw new Error('nothing was published yet');
    return found.list;
  };
  return {
    name: 'ip-ranges',
    now,
    publish: (list) => void now.push({ at: clock.now(), list }),
    isAt: (hostname) => hostname.startsWith('ip-ranges.'),
    error: { status: 503 },
    throttled: { status: 429 },
    read({ method, path, headers }): Operation {
      if (method !== 'GET' || path !== '/ip-ranges.json') throw new Error(`${method} ${path} is not known here`);
      return {
        service: 'ip-ranges',
        name: 'GET',
        about: path,
        writes: false,
        mayBeStale: true,
        apply(_, stale = false): Reply {
          const text = textOf(newest(stale));
          const etag = `"${md5Of(text)}"`;
          if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
          return { status: 200, headers: { etag, 'content-type': 'application/json' }, body: text };
        },
      };
    },
  };
}

const md5Of = (text: string): string => createHash('md5').update(text).digest('hex');

/** What the notification of a list tells. */
export const announced = (list: List): { token: number; md5: string } => ({
  token: list.token,
  md5: md5Of(textOf(list)),
});

/** https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html */
function textOf({ token, cidrs }: List): string {
  const [ipv6, ipv4] = [true, false].map((isIpv6) => cidrs.filter((cidr) => cidr.includes(':') === isIpv6));
  const about = { region: 'GLOBAL', network_border_group: 'GLOBAL' };
  const services = ['CLOUDFRONT_ORIGIN_FACING', 'CLOUDFRONT'];
  const entries = (key: string, all: readonly string[] = []) =>
    services.flatMap((service) => all.map((cidr) => ({ [key]: cidr, service, ...about })));
  return JSON.stringify({
    syncToken: String(token),
    createDate: '2026-01-05-10-00-00',
    prefixes: entries('ip_prefix', ipv4),
    ipv6_prefixes: entries('ipv6_prefix', ipv6),
  });
}
