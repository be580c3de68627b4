/** Of so many things at most; the one that was asked for first is forgotten first. */
const MOST = 500;

const memories: Map<string, unknown>[] = [];

/** Forgets all that this process remembers, as if it had just begun. */
export const forgetAll = (): void => {
  for (const memory of memories) memory.clear();
};

/**
 * Asks, and keeps what it is told in this process for so many seconds. Who asks at the same time is told the same;
 * trouble is not kept.
 * @returns what is kept under a name, where it is no older than `within` seconds; else it is asked for again.
 */
export function remembering<T>(
  seconds: number,
  ask: (name: string) => Promise<T>,
): (name: string, within?: number) => Promise<T> {
  const kept = new Map<string, { at: number; told: Promise<T> }>();
  memories.push(kept);
  return (name, within = seconds) => {
    const known = kept.get(name);
    if (known && Date.now() - known.at < within * 1000) return known.told;
    const asked = { at: Date.now(), told: ask(name) };
    asked.told.catch(() => {
      if (kept.get(name) === asked) kept.delete(name);
    });
    kept.delete(name);
    kept.set(name, asked);
    const [oldest] = kept.keys();
    if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    return asked.told;
  };
}
