import { randomUUID } from 'node:crypto';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Block } from '../../shared/edge/cidr.ts';
import { parseBlock } from '../../shared/edge/cidr.ts';
import type { Service } from '../../shared/edge/ranges.ts';
import { listsFor, syncLists } from '../../shared/edge-sync/lists.ts';
import { blocksFor, syncPilot } from '../../shared/edge-sync/sync.ts';
import type { Opening } from '../../shared/ledger/edge.ts';
import { SAMPLE_SETS, updateSecurityGroups } from './baseline.ts';
import { forSample, type Published } from './published.ts';
import type { Watched } from './watch.ts';

/** Who keeps groups in step, and which ones. */
export interface Contender {
  name: string;
  /** @returns what it says of it. */
  sync(list: Published, check: 'gate' | 'drift'): Promise<string>;
  /** What it is to keep, as far as it is there. */
  watched(list: Published): Watched[];
}

const PORT = 443;
/** As the machine does: https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html */
const AT_ONCE = 8;

const pause = async () => {};

/** Makes groups past what counts the calls. */
export class Account {
  readonly #client: EC2Client;

  constructor(port: number) {
    this.#client = new EC2Client({ endpoint: `http://127.0.0.1:${port}` });
  }

  async groups(many: number, tags: Readonly<Record<string, string>> = { Name: 'bench' }): Promise<string[]> {
    const ids: string[] = [];
    for (let at = 0; at < many; at += 1) {
      const { GroupId = '' } = await this.#client.send(
        new CreateSecurityGroupCommand({
          GroupName: randomUUID(),
          Description: 'bench',
          TagSpecifications: [
            { ResourceType: 'security-group', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
          ],
        }),
      );
      ids.push(GroupId);
    }
    return ids;
  }

  async remove(groups: readonly string[]): Promise<void> {
    for (const GroupId of groups) await this.#client.send(new DeleteSecurityGroupCommand({ GroupId }));
  }

  async letIn(group: string, PrefixListId: string): Promise<void> {
    const permission = { IpProtocol: 'tcp', FromPort: PORT, ToPort: PORT, PrefixListIds: [{ PrefixListId }] };
    await this.#client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: [permission] }));
  }
}

/** Pilotage in its mode `rules`. @param doors the groups of each load balancer. */
export function rules(name: string, service: Service, doors: readonly string[][]): Contender {
  const pilots = doors.map((groups) => ({
    whose: { pilot: randomUUID(), environment: 'production' },
    opening: { mode: 'rules', service, ipv6: true, groups, lists: [], port: PORT } satisfies Opening,
  }));
  return {
    name,
    async sync({ ranges }, check) {
      const waiting = [...pilots];
      const outcomes = new Set<string>();
      const work = async () => {
        for (let one = waiting.shift(); one; one = waiting.shift()) {
          const synced = await syncPilot(one.whose, { ranges, check, opening: one.opening, pause });
          outcomes.add(synced.outcome === 'failed' ? synced.problem.code : synced.outcome);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return [...outcomes].join(', ');
    },
    watched: ({ ranges }) =>
      pilots.map(({ opening }) => ({ ids: opening.groups, port: PORT, desired: blocksFor(opening, ranges) })),
  };
}

/** Pilotage in its mode `prefix-list`. `id`: the list's, once it is there. */
export function prefixList(name: string, service: Service): Contender & { id(): string | undefined } {
  let list: string | undefined;
  return {
    name,
    id: () => list,
    async sync({ ranges }, check) {
      if (list) {
        const [synced] = (await syncLists({ ranges, check, pause })).filter((one) => one.service === service);
        return synced?.outcome === 'failed' ? synced.problem.code : (synced?.outcome ?? 'nothing');
      }
      const made = await listsFor(service, [4], { ranges, pause });
      if (!('ids' in made)) return made.outcome === 'failed' ? made.problem.code : made.outcome;
      list = made.ids[4];
      return 'made';
    },
    watched({ ranges }) {
      const desired = blocksFor({ service, ipv6: false }, ranges);
      return list ? [{ ids: [list], port: PORT, desired }] : [];
    },
  };
}

/** AWS's sample. `leave` removes its groups: it finds groups by tags that others of its kind have as well. */
export async function sample(
  name: string,
  service: Service,
  account: Account,
): Promise<Contender & { leave(): Promise<void> }> {
  const groups: { id: string; kind: 'cloudfront_g' | 'cloudfront_r'; port: number }[] = [];
  for (const { Name, port, tags } of SAMPLE_SETS) {
    const [id = ''] = await account.groups(1, tags);
    groups.push({ id, kind: Name, port });
  }
  const blocks = (texts: readonly string[]) => texts.map((text) => parseBlock(text) as Block);
  return {
    name,
    leave: () => account.remove(groups.map(({ id }) => id)),
    sync: async (list) => (await updateSecurityGroups(forSample(list, service))) ?? 'done',
    watched: (list) =>
      groups.map(({ id, kind, port }) => ({ ids: [id], port, desired: blocks(forSample(list, service)[kind]) })),
  };
}
