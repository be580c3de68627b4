import type { BusEvent } from './aws/told.ts';
import type { Clock } from './clock.ts';
import { type EventMode, type Fault, isEventMode } from './faults.ts';
import type { Lambda } from './functions.ts';
import type { Random } from './random.ts';
import { hears, type Rule, readRules } from './rules.ts';

/** EventBridge: hands each event to whoever a rule names, a little later and at least once. */
export interface Bus {
  put(event: Omit<BusEvent, 'id' | 'time'>): void;
  /** All that was put, oldest first. */
  events: Told[];
  /** Deliveries, numbered as faults name them. */
  deliveries: Delivery[];
  /** Deliveries that are still under way. */
  pending(): number;
}

export type Told = BusEvent & { at: number };

export interface Delivery {
  number: number;
  event: Told;
  rule: string;
  fault?: EventMode;
}

export interface BusParts {
  clock: Clock;
  random: Random;
  lambda: Lambda;
  faults: readonly Fault[];
  /** Whether a function would do anything at all. */
  isSetUp: (name: string) => boolean;
}

const WAY_MS = [40, 400] as const;
/** Long enough that the next event, or the watchdog, comes first. */
const DELAYED_MS = [20_000, 180_000] as const;
const REORDERED_MS = [500, 3_000] as const;
const AGAIN_MS = [0, 90_000] as const;

/**
 * What AWS may lose: it calls these best effort, and what Pilotage only wakes itself by is no more to it.
 * What Pilotage puts on its own bus is delivered at least once, for a day.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-delivery-guarantee.html
 */
export const mayBeDropped = ({ source, 'detail-type': name }: BusEvent): boolean =>
  source !== 'pilotage' || name === 'Woken';

let rules: Rule[] | undefined;

export function busOf({ clock, random, lambda, faults, isSetUp }: BusParts): Bus {
  rules ??= readRules();
  const planned = new Map(faults.flatMap(({ mode, at }) => (isEventMode(mode) ? [[at, mode] as const] : [])));
  let pending = 0;

  const send = (delivery: Delivery, to: string, ms: number) => {
    pending += 1;
    clock.after(ms, () => {
      pending -= 1;
      lambda.deliver(to, delivery.event);
    });
  };

  function deliver(event: Told, rule: Rule): void {
    const number = bus.deliveries.length;
    const wanted = planned.get(number);
    const fault = wanted === 'event dropped' && !mayBeDropped(event) ? undefined : wanted;
    const delivery: Delivery = { number, event, rule: rule.name, ...(fault && { fault }) };
    bus.deliveries.push(delivery);
    for (const ms of ways(fault)) send(delivery, rule.function, ms);
  }

  /** After how many milliseconds an event arrives, each time that it does. */
  function ways(fault: EventMode | undefined): number[] {
    const way = random.whole(...WAY_MS);
    switch (fault) {
      case 'event dropped':
        return [];
      case 'event delayed':
        return [random.whole(...DELAYED_MS)];
      case 'event reordered':
        return [way + random.whole(...REORDERED_MS)];
      case 'event duplicated':
        return [way, way + random.whole(...AGAIN_MS)];
      default:
        return [way];
    }
  }

  const bus: Bus = {
    events: [],
    deliveries: [],
    pending: () => pending,
    put(event) {
      const told = {
        ...event,
        id: `e${bus.events.length}`,
        time: new Date(clock.now()).toISOString(),
        at: clock.now(),
      };
      bus.events.push(told);
      for (const rule of rules ?? []) if (isSetUp(rule.function) && hears(rule, told)) deliver(told, rule);
    },
  };
  return bus;
}
