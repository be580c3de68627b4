import type { Clock } from '../../clock.ts';
import { groupIdOf } from '../made.ts';
import type { Made } from '../stack.ts';

/** A rule of a security group that lets something in: addresses, or what a prefix list holds. */
export interface IngressRule {
  id: string;
  protocol: string;
  from: number;
  to: number;
  cidr?: string;
  list?: string;
  description: string;
}

export interface PrefixList {
  id: string;
  name: string;
  family: 'IPv4' | 'IPv6';
  maxEntries: number;
  state: 'create-complete' | 'modify-in-progress' | 'modify-complete' | 'modify-failed';
  message?: string;
  tags: Record<string, string>;
  token: string;
  /** Entries of each version; the first one is version 1. */
  versions: string[][];
}

/** All that lets anybody in. */
export interface Edges {
  groups: Record<string, IngressRule[]>;
  lists: PrefixList[];
  /** Rules that a group may have, in each family. */
  allowed: number;
  /** How often more was asked for. */
  overfull: number;
  /** Of rules and lists that were made. */
  count: number;
  /** Groups of one load balancer, by their pilots. */
  doors: Record<string, string[]>;
}

export const noEdges = (): Edges => ({ groups: {}, lists: [], allowed: 60, overfull: 0, count: 0, doors: {} });

export interface EdgesPort {
  now: Edges;
  /** What a read finds, which may be behind. */
  seenBy(stale: boolean): Edges;
  /** Changes something. */
  change<Result>(work: () => Result): Result;
  /** Called after each change. */
  watch: () => void;
  /** A stack was made or changed: its groups, and which of them let CloudFront in. */
  stacked(pilot: string, outputs: Record<string, string>, made: Made, parameters: Record<string, string>): void;
}

/** Milliseconds that a read may be behind the last write. https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html */
const BEHIND_MS = 5_000;

export function edgesOf({ clock }: { clock: Clock }, now: Edges): EdgesPort {
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;
  const port: EdgesPort = {
    now,
    watch: () => undefined,
    seenBy: (stale) => (stale && clock.now() - changedAt < BEHIND_MS ? before : now),
    change(work) {
      const was = structuredClone(now);
      const result = work();
      before = was;
      changedAt = clock.now();
      port.watch();
      return result;
    },
    stacked(pilot, { EdgeGroups, EdgeLists }, { Resources }, parameters) {
      const groups = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::EC2::SecurityGroup');
      for (const [logical, { Properties }] of groups) {
        const rules = (Properties?.SecurityGroupIngress ?? []) as unknown as Templated[];
        now.groups[groupIdOf(logical)] ??= rules.map((rule) => templated(now, rule, parameters));
      }
      const lists = EdgeLists?.split(',') ?? [];
      const naming = Object.entries(now.groups).filter(([, rules]) =>
        rules.some(({ list = '' }) => lists.includes(list)),
      );
      const door = EdgeGroups?.split(',') ?? naming.map(([id]) => id);
      if (door.length === 0) return;
      now.doors[pilot] = door;
      port.watch();
    },
  };
  return port;
}

type Templated = { [property: string]: unknown };

/** A rule of a template, which names a prefix list by a parameter. */
function templated(now: Edges, rule: Templated, parameters: Record<string, string>): IngressRule {
  const { IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, SourcePrefixListId, Description = '' } = rule;
  const named = (SourcePrefixListId as { Ref?: string } | undefined)?.Ref ?? SourcePrefixListId;
  const list = parameters[String(named)] ?? named;
  const cidr = CidrIp ?? CidrIpv6;
  now.count += 1;
  return {
    id: `sgr-${now.count}`,
    protocol: String(IpProtocol),
    from: Number(FromPort),
    to: Number(ToPort),
    ...(cidr !== undefined && { cidr: String(cidr) }),
    ...(list !== undefined && { list: String(list) }),
    description: String(Description),
  };
}
