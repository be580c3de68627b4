import { derivedName } from '../manifest/derived-names.ts';
import type { Plan } from './target.ts';

/** Alarms that the stacks of server pilots make; templates/parts/*alarms.ts. */
export const alarmNames = (
  { pilot, environment }: Plan,
  parts: readonly ('errors' | 'latency' | 'unhealthy')[],
): string[] => parts.map((part) => derivedName('alarm', { pilot, environment, parts: [part] }));
