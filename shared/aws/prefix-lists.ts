import {
  CreateManagedPrefixListCommand,
  EC2Client,
  type ManagedPrefixList,
  ModifyManagedPrefixListCommand,
  paginateDescribeManagedPrefixLists,
  paginateGetManagedPrefixListEntries,
} from '@aws-sdk/client-ec2';
import { clientConfig } from './config.ts';

const client = new EC2Client(clientConfig);

/** A prefix list without its entries. */
export interface PrefixListNow {
  id: string;
  name: string;
  family: 4 | 6;
  version: number;
  /** What it counts as in each group that names it; absent for lists of AWS's own, which do not tell it. */
  maxEntries?: number;
  /** `changing` accepts no further change. */
  state: 'ready' | 'changing' | 'failed' | 'gone';
  /** What became of the latest change, where it failed. */
  reason?: string;
  tags: Record<string, string>;
}

/**
 * Prefix lists in this region by their names, of which only those of AWS's own are unique, or by their ids; in no certain order.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html
 */
export async function findPrefixLists(
  by: { names: readonly string[] } | { ids: readonly string[] },
): Promise<PrefixListNow[]> {
  const filter =
    'names' in by
      ? { Name: 'prefix-list-name', Values: [...by.names] }
      : { Name: 'prefix-list-id', Values: [...by.ids] };
  const found: PrefixListNow[] = [];
  for await (const { PrefixLists = [] } of paginateDescribeManagedPrefixLists({ client }, { Filters: [filter] }))
    found.push(...PrefixLists.map(nowOf));
  const wanted = 'names' in by ? new Set(by.names) : new Set(by.ids);
  return found.filter(({ id, name }) => wanted.has('names' in by ? name : id));
}

/** The id that a list of AWS's own has in this region; its name is one everywhere. */
export async function findPrefixList(name: string): Promise<string | undefined> {
  const [found] = await findPrefixLists({ names: [name] });
  return found?.id;
}

function nowOf(list: ManagedPrefixList): PrefixListNow {
  const { State = '', StateMessage, MaxEntries } = list;
  const state = State.startsWith('delete')
    ? 'gone'
    : State.endsWith('-complete')
      ? 'ready'
      : State.endsWith('-failed')
        ? 'failed'
        : 'changing';
  return {
    id: list.PrefixListId ?? '',
    name: list.PrefixListName ?? '',
    family: list.AddressFamily === 'IPv6' ? 6 : 4,
    version: list.Version ?? 0,
    ...(MaxEntries !== undefined && list.OwnerId !== 'AWS' && { maxEntries: MaxEntries }),
    state,
    ...(StateMessage && { reason: StateMessage }),
    tags: Object.fromEntries((list.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

/**
 * The blocks of a list in one of its versions.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html
 */
export async function entriesOf({ id, version }: Pick<PrefixListNow, 'id' | 'version'>): Promise<string[]> {
  const cidrs: string[] = [];
  const asked = { PrefixListId: id, TargetVersion: version };
  for await (const { Entries = [] } of paginateGetManagedPrefixListEntries({ client, pageSize: 100 }, asked))
    cidrs.push(...Entries.flatMap(({ Cidr }) => Cidr ?? []));
  return cidrs;
}

/** A list that is to be made. */
export interface NewList {
  name: string;
  family: 4 | 6;
  maxEntries: number;
  /** At most 100; the others are added afterwards. */
  cidrs: readonly string[];
  description: string;
  tags: Readonly<Record<string, string>>;
  /** Makes the same call again give the same list. */
  token: string;
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html */
export async function makePrefixList(list: NewList): Promise<void> {
  await client.send(
    new CreateManagedPrefixListCommand({
      PrefixListName: list.name,
      AddressFamily: list.family === 4 ? 'IPv4' : 'IPv6',
      MaxEntries: list.maxEntries,
      ...(list.cidrs.length > 0 && {
        Entries: list.cidrs.map((Cidr) => ({ Cidr, Description: list.description })),
      }),
      TagSpecifications: [
        {
          ResourceType: 'prefix-list',
          Tags: Object.entries(list.tags).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
      ClientToken: list.token,
    }),
  );
}

/** One change of a list: its size, or what it holds; never both at once. */
export type ListChange =
  | { maxEntries: number }
  | { add: readonly string[]; remove: readonly string[]; description: string };

/**
 * Asks for a change of a list, which is made as a whole, a moment later.
 * @returns `moved` when it has another version by now, or is being changed; `full` when a group that names it has no room.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html
 */
export async function changePrefixList(
  { id, version }: Pick<PrefixListNow, 'id' | 'version'>,
  change: ListChange,
): Promise<'done' | 'moved' | 'full' | 'gone' | 'denied'> {
  try {
    await client.send(
      new ModifyManagedPrefixListCommand({
        PrefixListId: id,
        ...('maxEntries' in change
          ? { MaxEntries: change.maxEntries }
          : {
              CurrentVersion: version,
              ...(change.add.length > 0 && {
                AddEntries: change.add.map((Cidr) => ({ Cidr, Description: change.description })),
              }),
              ...(change.remove.length > 0 && { RemoveEntries: change.remove.map((Cidr) => ({ Cidr })) }),
            }),
      }),
    );
    return 'done';
  } catch (error) {
    const expected = error instanceof Error ? EXPECTED[error.name] : undefined;
    if (!expected) throw error;
    return expected;
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const EXPECTED: Readonly<Record<string, 'moved' | 'full' | 'gone' | 'denied'>> = {
  PrefixListVersionMismatch: 'moved',
  IncorrectState: 'moved',
  'InvalidPrefixListID.NotFound': 'gone',
  'InvalidPrefixListId.NotFound': 'gone',
  PrefixListMaxEntriesExceeded: 'full',
  RulesPerSecurityGroupLimitExceeded: 'full',
  UnauthorizedOperation: 'denied',
};
