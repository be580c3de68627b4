import type { DeploymentNow } from '../shared/api.ts';
import { printable } from './io.ts';

/** One step of a deployment as it was begun, in order. */
export interface StepRow {
  name: string;
  /** When it began. */
  at: Date;
  /** How long it took; absent while it is at work. */
  seconds?: number;
  failed: boolean;
  /** What somebody has to know or to do although it is done. */
  warning?: string;
}

/** The steps so far, from the deployment's record. */
export function stepRows({ steps, failure, finishedAt, warnings = {} }: DeploymentNow): StepRow[] {
  const begun = Object.entries(steps).sort(([, a], [, b]) => (a < b ? -1 : 1));
  return begun.map(([name, at], index) => {
    const end = begun[index + 1]?.[1] ?? finishedAt;
    const warning = warnings[name];
    return {
      name,
      at: new Date(at),
      ...(end && { seconds: (Date.parse(end) - Date.parse(at)) / 1000 }),
      failed: failure?.step === name,
      ...(warning !== undefined && { warning: printable(warning) }),
    };
  });
}

/** What the step at work says of itself: what it waits for, or how far it is. */
export function saying({ waiting, progress, finishedAt }: DeploymentNow): string {
  if (finishedAt) return '';
  if (!waiting) return progress ?? '';
  const { awaits, deadline, wakeAt } = waiting;
  const until = wakeAt ? `due ${clock(new Date(wakeAt))}` : `until ${moment(new Date(deadline), new Date())} at most`;
  return `waiting for ${awaits}, ${until}`;
}

/**
 * What `saying` is about, whatever the time: who looks again every few seconds waits for the same thing, only until
 * later. When that will be over may become known once.
 */
export function subject({ waiting, progress = '' }: DeploymentNow): { about: string; isDue: boolean } {
  if (!waiting) return { about: progress, isDue: false };
  return { about: `waiting for ${waiting.awaits}`, isDue: waiting.wakeAt !== undefined };
}

/** A time, with its day where that is another one than today. */
function moment(time: Date, now: Date): string {
  const [day, today] = [time, now].map((date) => date.toISOString().slice(0, 10));
  return day === today ? clock(time) : `${day} ${clock(time)}`;
}

/** `02:50:11Z` */
export const clock = (time: Date): string => `${time.toISOString().slice(11, 19)}Z`;
