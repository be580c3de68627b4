import { derivedName } from '../../manifest/derived-names.ts';
import type { Plan } from '../target.ts';

/** What the load balancer tells of both colours; the template makes them (templates/parts/alarms.ts). */
export const alarms = ({ pilot, environment }: Plan): string[] =>
  ['errors', 'latency', 'unhealthy'].map((part) => derivedName('alarm', { pilot, environment, parts: [part] }));
