import type { Load } from './choice.ts';
import { keyOf, type Picture, type Target, type TargetGroup } from './picture.ts';

/** How busy each target is, and which of those that leave have nothing left to answer. */
export class TargetsLoad {
  private readonly loads = new Map<string, Load>();
  private readonly draining = new Map<string, { group: TargetGroup; target: Target }>();
  private readonly onDrained: (group: TargetGroup, target: Target) => void;
  private turn = 0;

  constructor(onDrained: (group: TargetGroup, target: Target) => void) {
    this.onDrained = onDrained;
  }

  of(group: TargetGroup, target: Target): Load {
    return this.loads.get(keyOf(group, target)) ?? { open: 0, turn: 0 };
  }

  /** A request goes there. @returns what is to be called, once, when it has ended. */
  take(group: TargetGroup, target: Target): () => void {
    const key = keyOf(group, target);
    const load = this.loads.get(key) ?? { open: 0, turn: 0 };
    load.open++;
    load.turn = ++this.turn;
    this.loads.set(key, load);
    return () => {
      load.open--;
      this.drain(key);
    };
  }

  see({ TargetGroups }: Picture): void {
    const here = new Set<string>();
    this.draining.clear();
    for (const group of TargetGroups)
      for (const target of group.Targets) {
        const key = keyOf(group, target);
        here.add(key);
        if (target.State === 'draining') this.draining.set(key, { group, target });
      }
    for (const [key, { open }] of this.loads) if (!here.has(key) && open === 0) this.loads.delete(key);
    for (const key of this.draining.keys()) this.drain(key);
  }

  private drain(key: string): void {
    const leaving = this.draining.get(key);
    if (!leaving || (this.loads.get(key)?.open ?? 0) > 0) return;
    this.draining.delete(key);
    this.onDrained(leaving.group, leaving.target);
  }
}
