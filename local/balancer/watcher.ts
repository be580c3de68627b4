import { type Health, INITIAL, isRefused, judged, look, REGISTERED } from './health.ts';
import type { Report } from './link.ts';
import { keyOf, type Picture, type Target, type TargetGroup } from './picture.ts';

/** What is new and refuses connections is asked again so soon, and is given so long to start, in milliseconds. */
const STARTING_EVERY_MS = 100;
const START_MS = 5_000;
const SHORTEST_EVERY_MS = 100;
const SHORTEST_PATIENCE_MS = 1_000;

interface Watched {
  group: TargetGroup;
  target: Target;
  health: Health;
  since: number;
  timer?: NodeJS.Timeout;
}

/** Looks at all targets, each at the pace of its group, and tells what changes. */
export class HealthWatcher {
  private readonly watched = new Map<string, Watched>();
  private readonly speed: number;
  private readonly tell: (report: Report) => void;

  /** @param speed what all intervals are multiplied by: 1 is as on AWS. */
  constructor(speed: number, tell: (report: Report) => void) {
    this.speed = speed;
    this.tell = tell;
  }

  /** Takes up what is new, lets go of what has left. */
  see(picture: Picture): void {
    const here = new Set<string>();
    for (const group of picture.TargetGroups.filter(({ Used }) => Used))
      for (const target of group.Targets.filter(({ State }) => State !== 'draining')) {
        const key = keyOf(group, target);
        here.add(key);
        const known = this.watched.get(key);
        const isNew = target.Reason === REGISTERED.Reason && known?.health !== REGISTERED;
        if (known && !isNew) Object.assign(known, { group, target });
        else this.begin(key, { group, target, health: REGISTERED, since: Date.now() });
      }
    for (const key of this.watched.keys()) if (!here.has(key)) this.end(key);
  }

  stop(): void {
    for (const key of this.watched.keys()) this.end(key);
  }

  private begin(key: string, one: Watched): void {
    this.end(key);
    this.watched.set(key, one);
    void this.round(key, one);
  }

  private end(key: string): void {
    clearTimeout(this.watched.get(key)?.timer);
    this.watched.delete(key);
  }

  private async round(key: string, one: Watched): Promise<void> {
    const { group, target } = one;
    const every = Math.max(group.HealthCheckIntervalSeconds * 1000 * this.speed, SHORTEST_EVERY_MS);
    const patience = Math.max(group.HealthCheckTimeoutSeconds * 1000 * this.speed, SHORTEST_PATIENCE_MS);
    const check = group.HealthCheckEnabled ? await look(group, target, patience) : ({ passed: true } as const);
    if (this.watched.get(key) !== one) return;
    const isStarting = one.health.State === 'initial' && isRefused(check) && Date.now() - one.since < START_MS;
    // Programs start no faster because intervals are shorter here.
    this.know(one, isStarting ? { ...one.health, ...INITIAL } : judged(one.health, check, group));
    one.timer = setTimeout(() => void this.round(key, one), isStarting ? STARTING_EVERY_MS : every).unref();
  }

  private know(one: Watched, health: Health): void {
    const before = one.health;
    one.health = health;
    if (before.State === health.State && before.Reason === health.Reason) return;
    const { group, target } = one;
    const { against: _, ...told } = health;
    this.tell({ TargetGroupArn: group.TargetGroupArn, Id: target.Id, Port: target.Port, ...told });
  }
}
