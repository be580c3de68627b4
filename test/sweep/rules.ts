import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { BusEvent } from './aws/told.ts';
import { ACCOUNT, BUS, MANIFESTS, REGION } from './names.ts';

/** Who hears of what, as stack/events.yml says. */
export interface Rule {
  name: string;
  bus: string;
  pattern: Pattern;
  /** As in stack/functions.yml. */
  function: string;
}

interface Pattern {
  [field: string]: Pattern | Wanted[];
}
type Wanted = string | { wildcard: string };

/** Slack is not set up here: its function would return at once; and no deployment has to do with backups. */
const NOT_SET_UP = ['notify-slack', 'backups-keep'];

export function readRules(): Rule[] {
  const text = readFileSync(join(process.cwd(), 'stack', 'events.yml'), 'utf8');
  const resources = parse(text, { merge: true }) as Record<string, { Type: string; Properties: never }>;
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::Events::Rule')
    .flatMap(([name, { Properties }]) => {
      const { EventBusName, EventPattern, Targets } = Properties as {
        EventBusName?: object;
        EventPattern: object;
        Targets: { Arn: { 'Fn::GetAtt': [string] } }[];
      };
      return Targets.map((target) => ({
        name,
        bus: EventBusName ? BUS : 'default',
        pattern: resolved(EventPattern) as Pattern,
        function: functionOf(target.Arn['Fn::GetAtt'][0]),
      }));
    })
    .filter((rule) => !NOT_SET_UP.includes(rule.function));
}

/** `EntrancesUploadLambdaFunction` → `entrances-upload`. */
const functionOf = (logical: string) =>
  logical
    .replace(/LambdaFunction$/, '')
    .replace(/(?<!^)([A-Z])/g, '-$1')
    .toLowerCase();

function resolved(value: unknown): unknown {
  if (typeof value === 'string') return named(value);
  if (Array.isArray(value)) return value.map(resolved);
  const entries = Object.entries(value as object);
  const [[key, of] = ['', '']] = entries;
  if (key === 'Ref') {
    if (of !== 'ManifestsBucket') throw new Error(`what ${of} is, is not known here`);
    return MANIFESTS;
  }
  if (key === 'Fn::Sub') return named(String(of));
  return Object.fromEntries(entries.map(([name, inner]) => [name, resolved(inner)]));
}

const PLACEHOLDERS: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'self:custom.name': 'pilotage',
};

const named = (text: string) =>
  text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const value = PLACEHOLDERS[name];
    if (value === undefined) throw new Error(`what ${name} is, is not known here`);
    return value;
  });

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
export const hears = (rule: Rule, event: BusEvent): boolean =>
  rule.bus === event.bus && matches(rule.pattern, event as unknown as Record<string, unknown>);

function matches(pattern: Pattern, value: Record<string, unknown>): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const found = value[field];
    if (Array.isArray(wanted)) return wanted.some((one) => isOne(one, found));
    return typeof found === 'object' && found !== null && matches(wanted, found as Record<string, unknown>);
  });
}

function isOne(wanted: Wanted, found: unknown): boolean {
  if (typeof wanted === 'string') return found === wanted;
  const [field, ...more] = Object.keys(wanted);
  if (field !== 'wildcard' || more.length > 0) throw new Error(`the filter ${field} is not known here`);
  const expression = wanted.wildcard.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${expression}$`).test(String(found));
}
