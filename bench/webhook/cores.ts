import { existsSync, readFileSync } from 'node:fs';

/** Seconds that processes had a core, and those that they were ready to go on and had none. */
export interface Cores {
  worked: number;
  waited: number;
}

/**
 * Begins to look at processes, as Linux counts them; zeros elsewhere.
 * @returns what they had and waited for since then.
 */
export function coresOf(pids: readonly number[]): () => Cores {
  const before = pids.map(schedulingOf);
  return () => {
    const after = pids.map(schedulingOf);
    const since = (of: keyof Cores): number => {
      const sum = after.reduce((all, now, at) => all + now[of] - (before[at]?.[of] ?? 0), 0);
      return Math.round(sum * 10) / 10;
    };
    return { worked: since('worked'), waited: since('waited') };
  };
}

/** https://docs.kernel.org/scheduler/sched-stats.html: nanoseconds on a core, and those spent waiting for one. */
function schedulingOf(pid: number): Cores {
  const file = `/proc/${pid}/schedstat`;
  const [worked = 0, waited = 0] = existsSync(file) ? readFileSync(file, 'utf8').split(' ').map(Number) : [];
  return { worked: worked / 1e9, waited: waited / 1e9 };
}
