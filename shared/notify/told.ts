import { terminalEvent } from '../ending.ts';
import { type EventName, type Events, TERMINAL_EVENTS, type TerminalEvent } from '../events.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { withoutSecretsInside } from './redact.ts';

/** One of our events, as EventBridge hands it to a function. */
export interface BusEvent {
  id: string;
  source: string;
  'detail-type': EventName;
  detail: Events[EventName];
  time: string;
}

/** What is told once on each channel: a deployment, or what is none and has an id of its own. */
export function subjectOf({ detail }: BusEvent): string {
  if ('deployment' in detail) return detail.deployment;
  return 'push' in detail ? detail.push : `${detail.connection}#${detail.number}`;
}

/** How a deployment ended: a terminal event's name and payload, free of credentials. */
export type Told = { [Name in TerminalEvent]: { event: Name } & Events[Name] }[TerminalEvent];

export type Result = 'succeeded' | 'failed' | 'rejected' | 'superseded';

const RESULTS: Record<TerminalEvent, Result> = {
  DeploymentSucceeded: 'succeeded',
  DeploymentFailed: 'failed',
  Rejected: 'rejected',
  Superseded: 'superseded',
};

/** @returns undefined when the event ends nothing. */
export function toldByEvent({ 'detail-type': name, detail }: BusEvent): Told | undefined {
  if (!TERMINAL_EVENTS.some((terminal) => terminal === name)) return undefined;
  return withoutSecretsInside({ event: name, ...detail } as Told);
}

/** @returns undefined while the deployment runs. */
export function toldByRow(deployment: Deployment | undefined): Told | undefined {
  if (!deployment?.finishedAt) return undefined;
  const [event, detail] = terminalEvent(deployment);
  return withoutSecretsInside({ event, ...detail } as Told);
}

export const resultOf = ({ event }: Told): Result => RESULTS[event];

/** Whether the pilot's people want to hear of it: level `failures` is for failures, rejections, and what somebody has to see to. */
export const isWanted = (told: Told): boolean =>
  told.level !== 'failures' ||
  resultOf(told) === 'failed' ||
  resultOf(told) === 'rejected' ||
  told.warnings !== undefined;
