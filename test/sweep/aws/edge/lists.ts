import { REGION } from '../../names.ts';
import type { Around } from '../cloudformation.ts';
import type { Ec2Action } from '../ec2.ts';
import { Refusal, type Shape } from '../query.ts';
import { hasRoom, valuesIn } from './rules.ts';
import type { EdgesPort, PrefixList } from './state.ts';

/** Milliseconds until a change of a list is made. */
const CHANGES_MS = [400, 3_000] as const;

/**
 * Managed prefix lists: each change is one new version, which is there as a whole a moment later.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-managed-prefix-lists.html
 */
export function listActions({ clock, random }: Around, edges: EdgesPort): Record<string, Ec2Action> {
  const listIn = (input: URLSearchParams): PrefixList => {
    const id = input.get('PrefixListId') ?? '';
    const found = edges.now.lists.find((list) => list.id === id);
    if (!found) throw new Refusal('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);
    return found;
  };

  function resize(list: PrefixList, maxEntries: number): void {
    const { now } = edges;
    const wider = { ...now, lists: now.lists.map((one) => (one === list ? { ...list, maxEntries } : one)) };
    const naming = Object.values(now.groups).filter((rules) => rules.some((rule) => rule.list === list.id));
    const isFitting =
      maxEntries >= (list.versions.at(-1)?.length ?? 0) && naming.every((rules) => hasRoom(wider, rules));
    Object.assign(
      list,
      isFitting ? { maxEntries, state: 'modify-complete' } : { state: 'modify-failed', message: 'it does not fit' },
    );
  }

  function change(list: PrefixList, input: URLSearchParams): () => void {
    const entries = list.versions.at(-1) ?? [];
    if (Number(input.get('CurrentVersion')) !== list.versions.length)
      throw new Refusal('PrefixListVersionMismatch', 'The prefix list has the incorrect version number');
    const [add, remove] = [cidrsIn(input, 'AddEntry'), cidrsIn(input, 'RemoveEntry')];
    if (add.some((cidr) => entries.includes(cidr)) || remove.some((cidr) => !entries.includes(cidr)))
      throw new Refusal('InvalidParameterValue', 'an entry is there already, or is not there');
    const next = [...entries.filter((cidr) => !remove.includes(cidr)), ...add];
    if (next.length > list.maxEntries)
      throw new Refusal('PrefixListMaxEntriesExceeded', 'The prefix list has reached its maximum of entries');
    return () => {
      list.versions.push(next);
      list.state = 'modify-complete';
    };
  }

  return {
    DescribeManagedPrefixLists: {
      writes: false,
      mayBeStale: true,
      about: (input) => [...valuesIn(input, 'prefix-list-name'), ...valuesIn(input, 'prefix-list-id')].join(' '),
      act(input, _, stale) {
        const [names, ids] = [valuesIn(input, 'prefix-list-name'), valuesIn(input, 'prefix-list-id')];
        const isMeant = ({ id, name }: PrefixList) => names.includes(name) || ids.includes(id);
        return { prefixListSet: edges.seenBy(stale).lists.filter(isMeant).map(shapeOf) };
      },
    },
    GetManagedPrefixListEntries: {
      writes: false,
      about: (input) => `${input.get('PrefixListId')} ${input.get('TargetVersion')}`,
      act(input) {
        const entries = listIn(input).versions[Number(input.get('TargetVersion')) - 1];
        if (!entries) throw new Refusal('InvalidParameterValue', 'there is no such version');
        return { entrySet: entries.map((cidr) => ({ cidr })) };
      },
    },
    CreateManagedPrefixList: {
      writes: true,
      about: (input) => `${input.get('PrefixListName')} ${cidrsIn(input, 'Entry')}`,
      act: (input) =>
        edges.change(() => {
          const { now } = edges;
          const token = input.get('ClientToken') ?? '';
          const standing = now.lists.find((list) => list.token === token);
          if (standing) return { prefixList: shapeOf(standing) };
          const entries = cidrsIn(input, 'Entry');
          const maxEntries = Number(input.get('MaxEntries'));
          if (entries.length > maxEntries)
            throw new Refusal('PrefixListMaxEntriesExceeded', 'there are more entries than it may have');
          now.count += 1;
          const list: PrefixList = {
            id: `pl-${now.count.toString(16).padStart(8, '0')}`,
            name: input.get('PrefixListName') ?? '',
            family: input.get('AddressFamily') === 'IPv6' ? 'IPv6' : 'IPv4',
            maxEntries,
            state: 'create-complete',
            tags: tagsIn(input),
            token,
            versions: [entries],
          };
          now.lists.push(list);
          return { prefixList: shapeOf(list) };
        }),
    },
    ModifyManagedPrefixList: {
      writes: true,
      about: (input) =>
        `${input.get('PrefixListId')} ${input.get('MaxEntries') ?? `+ ${cidrsIn(input, 'AddEntry')} - ${cidrsIn(input, 'RemoveEntry')}`}`,
      act: (input) =>
        edges.change(() => {
          const list = listIn(input);
          if (list.state === 'modify-in-progress')
            throw new Refusal('IncorrectState', 'the prefix list is being modified');
          const size = input.get('MaxEntries');
          const make = size === null ? change(list, input) : () => resize(list, Number(size));
          list.state = 'modify-in-progress';
          clock.after(random.whole(...CHANGES_MS), () => edges.change(make));
          return { prefixList: shapeOf(list) };
        }),
    },
  };
}

const cidrsIn = (input: URLSearchParams, what: string): string[] =>
  [...input].filter(([key]) => key.startsWith(`${what}.`) && key.endsWith('.Cidr')).map(([, value]) => value);

function tagsIn(input: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let at = 1; input.has(`TagSpecification.1.Tag.${at}.Key`); at += 1)
    tags[input.get(`TagSpecification.1.Tag.${at}.Key`) ?? ''] = input.get(`TagSpecification.1.Tag.${at}.Value`) ?? '';
  return tags;
}

const shapeOf = ({ id, name, family, maxEntries, state, message, tags, versions }: PrefixList): Shape => ({
  prefixListId: id,
  prefixListName: name,
  prefixListArn: `arn:aws:ec2:${REGION}:123456789012:prefix-list/${id}`,
  ownerId: '123456789012',
  addressFamily: family,
  maxEntries,
  version: versions.length,
  state,
  stateMessage: message,
  tagSet: Object.entries(tags).map(([key, value]) => ({ key, value })),
});
