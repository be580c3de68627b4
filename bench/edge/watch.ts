import {
  EC2Client,
  paginateDescribeSecurityGroupRules,
  paginateGetManagedPrefixListEntries,
} from '@aws-sdk/client-ec2';
import { isWithin, sharedBy } from '../../shared/edge/aggregate.ts';
import { type Block, parseBlock } from '../../shared/edge/cidr.ts';

/** Groups of one load balancer, or a prefix list, and what it is to let in. */
export interface Watched {
  ids: readonly string[];
  port: number;
  desired: readonly Block[];
}

/** States after single calls, and those of them in which less was let in than old and new share. */
export interface Seen {
  states: number;
  fewer: number;
}

/** Looks at what is let in after each single call, past what counts the calls. */
export class Watch {
  readonly #client: EC2Client;
  readonly #watched = new Map<string, { of: Watched; shared: Block[] }>();
  #seen: Seen = { states: 0, fewer: 0 };

  constructor(port: number) {
    this.#client = new EC2Client({ endpoint: `http://127.0.0.1:${port}` });
  }

  /** From now on these, whose state at this moment is the old one. */
  async begin(all: readonly Watched[]): Promise<void> {
    this.#watched.clear();
    this.#seen = { states: 0, fewer: 0 };
    for (const [of, open] of await this.#openOf(all)) {
      const shared = sharedBy(open, of.desired);
      for (const id of of.ids) this.#watched.set(id, { of, shared });
    }
  }

  async changed(id: string): Promise<void> {
    const watched = this.#watched.get(id);
    if (!watched) return;
    for (const [, open] of await this.#openOf([watched.of])) {
      this.#seen.states += 1;
      if (!isWithin(watched.shared, open)) this.#seen.fewer += 1;
    }
  }

  /** Since it began. */
  seen = (): Seen => ({ ...this.#seen });

  /** Whether exactly what is to be let in is let in now. */
  async isRight(all: readonly Watched[]): Promise<boolean> {
    const now = await this.#openOf(all);
    return now.every(([of, open]) => isWithin(open, of.desired) && isWithin(of.desired, open));
  }

  async #openOf(all: readonly Watched[]): Promise<[Watched, Block[]][]> {
    const groups = await this.#inGroups(all.flatMap(({ ids }) => ids.filter((id) => !isList(id))));
    const found: [Watched, Block[]][] = [];
    for (const of of all) {
      const cidrs: string[] = [];
      for (const id of of.ids)
        cidrs.push(...(isList(id) ? await this.#inList(id) : (groups.get(`${id} ${of.port}`) ?? [])));
      found.push([of, cidrs.map((cidr) => parseBlock(cidr)).filter((block) => typeof block === 'object')]);
    }
    return found;
  }

  /** By group and port. */
  async #inGroups(ids: readonly string[]): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    for (let at = 0; at < ids.length; at += GROUPS_A_CALL) {
      const asked = { Filters: [{ Name: 'group-id', Values: ids.slice(at, at + GROUPS_A_CALL) }] };
      for await (const page of paginateDescribeSecurityGroupRules({ client: this.#client }, asked))
        for (const { IsEgress, GroupId, FromPort, CidrIpv4, CidrIpv6 } of page.SecurityGroupRules ?? []) {
          const cidr = CidrIpv4 ?? CidrIpv6;
          if (IsEgress || !cidr) continue;
          const key = `${GroupId} ${FromPort}`;
          const cidrs = found.get(key);
          if (cidrs) cidrs.push(cidr);
          else found.set(key, [cidr]);
        }
    }
    return found;
  }

  async #inList(PrefixListId: string): Promise<string[]> {
    const cidrs: string[] = [];
    for await (const page of paginateGetManagedPrefixListEntries({ client: this.#client }, { PrefixListId }))
      for (const { Cidr } of page.Entries ?? []) cidrs.push(Cidr ?? '');
    return cidrs;
  }
}

/** Values that a filter takes. */
const GROUPS_A_CALL = 200;

const isList = (id: string): boolean => id.startsWith('pl-');
