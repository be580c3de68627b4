import { money } from '../../shared/cost/money.ts';
import type { Problem } from '../../shared/errors.ts';
import { wrapped } from '../../shared/plan-text/layout.ts';
import { printable, type Screen } from '../../shared/plan-text/screen.ts';
import { type PlanShown, stackLines } from '../../shared/plan-text/stack-text.ts';
import { laterOf, titleOf, verdictInWords, verdictOf } from '../../shared/plan-text/words.ts';
import { loadInWords } from '../../shared/preview/load.ts';
import type { PilotPlan } from '../../shared/preview/plan.ts';
import { changeLines } from './changes-text.ts';
import { costLines } from './cost-text.ts';

const SIGNS = { refused: ['red', '✖'], later: ['yellow', '○'], good: ['green', '✔'] } as const;

/** A plan for people: what it is, what changes, how, what it costs, and what may be unwise. */
export function planText(given: PlanShown, later: readonly string[], screen: Screen): string {
  const { paint, width } = screen;
  const plan = harmless(given);
  const month = plan.cost.months[0];
  const sections: [heading: string, lines: string[]][] = [
    ['Parts, from the visitor inward', partLines(plan, screen)],
    ['Capacity', capacityLines(plan, screen)],
    ['Changes', changeLines(plan, screen)],
    ['Stack', stackLines(plan, screen)],
    ['Rollout', rolloutLines(plan, screen)],
    ['Kept for going back', plan.kept.map((one) => wrapped(one, width, '  · '))],
    ['Cost', costLines(plan.cost, screen)],
    ['Warnings', plan.warnings.flatMap((one) => problemLines(one, 'yellow', screen))],
    ['Refused', plan.refusals.flatMap((one) => problemLines(one, 'red', screen))],
  ];
  const notes = laterOf(later);
  const [colour, sign] = SIGNS[verdictOf(plan, later)];
  return [
    paint('bold', titleOf(plan)),
    `About ${money(month?.total ?? 0)} a month.`,
    ...sections
      .filter(([, lines]) => lines.length > 0)
      .flatMap(([heading, lines]) => ['', paint('bold', heading), ...lines]),
    '',
    ...(notes ? [paint('dim', wrapped(notes, width, '', '  '))] : []),
    `${paint(colour, sign)} ${verdictInWords(plan, later)}`,
  ].join('\n');
}

/** What others wrote (names, descriptions) cannot steer the terminal. */
const harmless = (plan: PlanShown): PlanShown =>
  JSON.parse(JSON.stringify(plan), (_, value) => (typeof value === 'string' ? printable(value) : value));

function partLines({ components }: PilotPlan, { paint, width }: Screen): string[] {
  const most = Math.max(...components.map(({ name }) => name.length));
  const indent = ' '.repeat(most + 4);
  return components.flatMap(({ name, function: what, fits }) => {
    const [first = '', ...rest] = wrapped(what, width, indent).split('\n');
    return [
      `  ${paint('cyan', name.padEnd(most))}  ${first.slice(indent.length)}`,
      ...rest,
      ...(fits ? [paint('dim', wrapped(fits, width, indent))] : []),
    ];
  });
}

function capacityLines({ load, capacity }: PilotPlan, { paint, width }: Screen): string[] {
  return [
    wrapped(loadInWords(load), width, '  '),
    wrapped(capacity?.inWords ?? 'CloudFront and S3 take that as it comes', width, '  '),
    ...(capacity?.derived ?? []).map((step) => paint('dim', wrapped(step, width, '    '))),
  ];
}

function rolloutLines({ rollout, ifItFails }: PilotPlan, { width }: Screen): string[] {
  const steps = rollout.map((step, index) => wrapped(step, width, `  ${`${index + 1}.`.padEnd(3)} `));
  return ifItFails ? [...steps, wrapped(`If a step fails, ${ifItFails}.`, width, '  ')] : steps;
}

function problemLines({ code, message, hint }: Problem, colour: 'yellow' | 'red', { paint, width }: Screen): string[] {
  const [first = '', ...rest] = wrapped(message, width - code.length - 1, '  ', '    ').split('\n');
  return [`  ${paint(colour, code)} ${first.slice(2)}`, ...rest, ...(hint ? [wrapped(hint, width, '    → ')] : [])];
}
