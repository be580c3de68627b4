import type { Resolved } from './complete.ts';
import { type Finding, joinPath } from './finding.ts';
import { DEFAULT_ENVIRONMENT } from './identifiers.ts';
import { find, type Mapping, type Node } from './tree.ts';

interface Environment {
  name: string;
  tree: Node;
  /** Absent where something else is wrong with it. */
  manifest?: Resolved;
  /** What is said of it alone. */
  override: Mapping | undefined;
}

/**
 * Addresses that two environments would have: whichever is deployed later would take it from the other.
 * Production, which is meant to have what the top of the file says, keeps it; the other one is told.
 */
export function sharedDomains(environments: Environment[]): Finding[] {
  const owners = new Map<string, string>();
  const production = ({ name }: Environment) => (name === DEFAULT_ENVIRONMENT ? 0 : 1);
  const inTurn = [...environments].sort((a, b) => production(a) - production(b));
  return inTurn.flatMap((environment) => {
    const taken = addressesOf(environment).flatMap(({ path, address }) => {
      const owner = owners.get(address);
      return owner === undefined ? [] : [twice(path, address, owner, environment)];
    });
    for (const { address } of addressesOf(environment)) if (!owners.has(address)) owners.set(address, environment.name);
    return taken;
  });
}

type Path = (string | number)[];

function addressesOf({ manifest }: Environment): { path: Path; address: string }[] {
  const { domain } = manifest ?? {};
  if (!domain) return [];
  const aliases = (domain.aliases ?? []).map((address, index) => ({ path: ['domain', 'aliases', index], address }));
  return [{ path: ['domain', 'name'], address: domain.name }, ...aliases];
}

function twice(path: Path, address: string, owner: string, { name, tree, override }: Environment): Finding {
  const isOwn = override !== undefined && find(override, path).node !== undefined;
  return {
    code: 'MANIFEST_MISFIT',
    at: find(tree, path).at,
    path: `${isOwn ? `environments.${name}.` : ''}${joinPath(path)}`,
    message: `${owner} and ${name} would both have the address ${address}`,
    expected: 'an address of its own for each environment',
    ...(!isOwn && {
      hint: `give ${name} its own in environments.${name}.${joinPath(path.slice(0, 2))}, or domain: null there`,
    }),
  };
}
