import { inParallel } from '../../targets/static/parallel.ts';

/** Something that a provider has to be asked for. */
export interface Errand {
  /** The host of its API. */
  host: string;
  connection: string;
  /** @returns false where the provider did not answer. */
  run(): Promise<boolean>;
}

/** Of one host at once. */
const AT_ONCE = 4;
/** One repository alone may have trouble of its own; where so many have, it is the host’s. */
const HOST_IS_AWAY = 2;

/**
 * Runs errands of all hosts side by side, those of each a few at once and in their order. Where a host did not answer, the
 * same repository is left alone after that, and after a second repository all of that host.
 * @returns how many were left, by host.
 */
export async function runErrands(errands: readonly Errand[]): Promise<Map<string, number>> {
  const left = new Map<string, number>();
  const hosts = Map.groupBy(errands, ({ host }) => host);
  const runs = [...hosts].map(([host, some]) => {
    const away = new Set<string>();
    return inParallel(some, AT_ONCE, async ({ connection, run }) => {
      if (away.has(connection) || away.size >= HOST_IS_AWAY) left.set(host, (left.get(host) ?? 0) + 1);
      else if (!(await run())) away.add(connection);
    });
  });
  await Promise.all(runs);
  return left;
}
