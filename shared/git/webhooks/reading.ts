import type { Delivery, Reading, Told } from '../told.ts';
import { payloadOf } from './payload.ts';
import { fault, nothingIn } from './words.ts';

/** What is told by one kind of event. */
export type Tell = (payload: object, repository: string | undefined) => Told[];

/** How one provider says what happened. */
export interface Dialect {
  /** The header that names the event, by its name in lower case. */
  header: string;
  events: ReadonlyMap<string, Tell>;
  /** `host/owner/name`, or undefined where the payload names none. */
  repository(payload: object): string | undefined;
}

/** Reads a delivery: what it tells is a value in each case, whatever its bytes are. */
export function readingOf(delivery: Delivery, { header, events, repository }: Dialect): Reading {
  const event = delivery.headers[header];
  if (typeof event !== 'string' || !/^[\w :.-]{1,80}$/.test(event))
    return { told: [fault(`the header ${header} names no event`)] };
  const payload = payloadOf(delivery);
  if (typeof payload === 'string') return { told: [fault(payload)] };
  const name = repository(payload);
  const told = events.get(event)?.(payload, name) ?? [nothingIn(event)];
  if (name !== undefined) return { repository: name, told };
  return { told: told.some(isOfRepository) ? [fault('the payload names no repository')] : told };
}

const isOfRepository = ({ told }: Told): boolean => told === 'push' || told === 'pull-request';
