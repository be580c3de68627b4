import type { Told } from './bus.ts';
import type { Execution } from './engine/engine.ts';
import { DEPLOY } from './names.ts';
import type { Played } from './play.ts';
import type { SiteName } from './sites.ts';
import type { Trigger } from './stage.ts';
import type { Seen } from './viewer.ts';

/** A deployment as it looks from outside: who asked for it, what ran, what was told, what viewers got. */
export interface Case {
  id: string;
  /** Its place among all that was asked for; -1 when nobody asked for it. */
  order: number;
  trigger?: Trigger;
  execution?: Execution;
  /** Executions that were started to end it. */
  recoveries: Execution[];
  /** The events that told of its end. */
  ends: Told[];
}

export interface Evidence extends Played {
  cases: Case[];
  /** What viewers get in the end. */
  last: Seen;
  /** What viewers got at a moment. */
  seenAt(at: number): Seen;
}

const TERMINAL = ['DeploymentSucceeded', 'DeploymentFailed', 'Rejected', 'Superseded'];

export const hasSucceeded = ({ ends }: Case): boolean =>
  ends.some((event) => event['detail-type'] === 'DeploymentSucceeded');

export const siteOf = (seen: Seen): SiteName | 'nothing' | 'mixed' => {
  const [[release] = [], ...more] = Object.entries(seen.shares);
  if (more.length > 0) return 'mixed';
  return release === undefined ? 'nothing' : (seen.sites[release] ?? 'mixed');
};

export function evidenceOf(played: Played): Evidence {
  const { world, stage } = played;
  const { bus, engine, pointers, blue } = world;
  const triggerOf = new Map<string, Trigger>();
  for (const { detail, ...event } of bus.events) {
    if (event['detail-type'] !== 'DeploymentRequested') continue;
    const { kind, version, request, commit } = Object(detail.trigger) as Record<string, string | undefined>;
    const found = stage.triggers.find((one) =>
      // A retry names the version that it is one of as well.
      request !== undefined
        ? one.request === request
        : kind === 'push'
          ? one.commit === commit && one.request === undefined
          : one.version === version,
    );
    // What nobody asked for is no deployment unless one is made of it.
    if (found) triggerOf.set(String(detail.deployment), found);
  }
  const executions = [...engine.executions.values()];
  const ids = new Set([
    ...triggerOf.keys(),
    ...executions.filter(({ machine }) => machine === DEPLOY).map(({ name }) => name),
  ]);
  const cases = [...ids].map((id): Case => {
    const trigger = triggerOf.get(id);
    const execution = engine.executions.get(id);
    return {
      id,
      order: trigger ? stage.triggers.indexOf(trigger) : -1,
      ...(trigger && { trigger }),
      ...(execution && { execution }),
      recoveries: executions.filter(
        ({ machine, input }) => machine !== DEPLOY && (JSON.parse(input) as { deployment: string }).deployment === id,
      ),
      ends: bus.events.filter((event) => TERMINAL.includes(event['detail-type']) && event.detail.deployment === id),
    };
  });
  const seenAt = (at: number) => pointers.findLast((write) => write.at <= at)?.seen ?? blue;
  return { ...played, cases, last: world.seen(), seenAt };
}
