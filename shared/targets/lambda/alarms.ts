import { derivedName } from '../../manifest/derived-names.ts';
import type { Plan } from '../target.ts';

/** What Lambda tells of all versions together; the template makes them (templates/parts/alarms.ts). */
export const alarms = ({ pilot, environment }: Plan): string[] =>
  ['errors', 'latency'].map((part) => derivedName('alarm', { pilot, environment, parts: [part] }));
