import type { Problem } from '../errors.ts';
import { counted } from '../notify/quantities.ts';
import type { Action, Change } from '../preview/changes.ts';
import type { PilotPlan } from '../preview/plan.ts';

/** What becomes of a resource: as a sign, in words, and as many of them are counted. */
export const ACTIONS = {
  create: { sign: '+', words: 'create', counted: 'to create', colour: 'green' },
  use: { sign: '·', words: 'there already', counted: 'there already', colour: 'dim' },
  change: { sign: '~', words: 'change', counted: 'to change', colour: 'yellow' },
  replace: { sign: '±', words: 'replace', counted: 'to replace', colour: 'red' },
  delete: { sign: '-', words: 'delete', counted: 'to delete', colour: 'red' },
  leave: { sign: '○', words: 'leave behind', counted: 'to leave behind', colour: 'yellow' },
  keep: { sign: '=', words: 'keep', counted: 'unchanged', colour: 'dim' },
} as const satisfies Record<Action, object>;

/** `3 to create, 1 to change, 12 unchanged` */
export function countsOf(changes: readonly Change[]): string {
  const said = (Object.keys(ACTIONS) as Action[]).flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count > 0 ? [`${count} ${ACTIONS[action].counted}`] : [];
  });
  return said.join(', ') || 'none';
}

/** Of a plan that was compared with nothing. */
export const FIRST_DEPLOYMENT = 'Not compared with what is live: this is what a first deployment creates.';

/** The same for those who may ask again. */
export const NOT_COMPARED = `${FIRST_DEPLOYMENT} --live compares; --against does with another manifest.`;

/** `RDS DBInstance` of `AWS::RDS::DBInstance` */
export const typeInWords = (type: string): string => type.replace(/^AWS::/, '').replace('::', ' ');

/** `class db.t4g.micro → db.t4g.small` */
export const settingInWords = ({ setting, from, to }: Change['settings'][number]): string =>
  `${setting}: ${from ?? 'none'} → ${to ?? 'none'}`;

/** `class: db.t4g.micro`, `zones: one` */
export const settingsInWords = (settings: Record<string, string>): string[] =>
  Object.entries(settings).map(([name, value]) => `${name}: ${value}`);

/** `acme-shop in production: target ecs, eu-central-1, account 012345678901` */
export const titleOf = ({ pilot, environment, target, region, isAssumed, account }: PilotPlan): string =>
  `${pilot} in ${environment}: target ${target}, ${region}${isAssumed ? ' (assumed)' : ''}${account ? `, account ${account}` : ''}`;

/** What a plan is worth, in a word. */
export type Verdict = 'refused' | 'later' | 'good';

export const verdictOf = ({ refusals }: PilotPlan, later: readonly string[]): Verdict =>
  refusals.length > 0 ? 'refused' : later.length > 0 ? 'later' : 'good';

/** `Nothing stands against it; 3 warnings`, or what does. */
export function verdictInWords(plan: PilotPlan, later: readonly string[]): string {
  const { refusals, warnings } = plan;
  const warned = warnings.length === 0 ? 'no warnings' : counted(warnings.length, 'warning');
  const said = {
    refused: `Refused: ${refusals.map(({ code }) => code).join(', ')}`,
    later: 'This version plans it, and cannot deploy it yet',
    good: 'Nothing stands against it',
  };
  return `${said[verdictOf(plan, later)]}; ${warned}`;
}

/** What this version cannot do yet, by the manifest’s paths. */
export const laterNames = (problems: readonly Problem[], target: string): string[] =>
  problems.map(({ place }) => (place?.path === 'target' ? `target ${target}` : (place?.path ?? '')));

/** What this version cannot do yet, as a sentence, or nothing. */
export const laterOf = (later: readonly string[]): string =>
  later.length > 0 ? `Planned, not deployed by this version: ${later.join(', ')}` : '';

/** What the figures are worth. */
export const smallPrint = ({ region, priceDate, approximate }: PilotPlan['cost']): string =>
  `US dollars without tax, in ${region}, by prices of ${priceDate}${approximate ? ', some of another region' : ''}. Traffic and use are guesses; a bill may differ.`;
