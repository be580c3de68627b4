import { money } from '../cost/money.ts';
import { type Problem, placeInWords } from '../errors.ts';
import { loadInWords } from '../preview/load.ts';
import type { PilotPlan } from '../preview/plan.ts';
import { changedComponents, type Group, groupsOf } from './groups.ts';
import { printable } from './screen.ts';
import { type PlanShown, stackLines } from './stack-text.ts';
import {
  ACTIONS,
  countsOf,
  laterOf,
  NOT_COMPARED,
  settingInWords,
  settingsInWords,
  smallPrint,
  titleOf,
  typeInWords,
  verdictInWords,
  verdictOf,
} from './words.ts';

const SIGNS = { refused: '❌', later: '⏳', good: '✅' } as const;

/**
 * A plan as a comment on a pull request: what matters in sight, the rest folded.
 * @param notCompared what is said where it was not compared with what is live.
 */
export function planMarkdown(plan: PlanShown, later: readonly string[], notCompared = NOT_COMPARED): string {
  const { refusals, warnings, cost, compared, changes } = plan;
  const notes = [...(compared ? [] : [notCompared]), ...(later.length > 0 ? [`${laterOf(later)}.`] : [])];
  return [
    `### Plan: ${safe(titleOf(plan))}`,
    `${SIGNS[verdictOf(plan, later)]} **${safe(verdictInWords(plan, later))}.** About **${money(cost.months[0]?.total ?? 0)}** a month. Resources: ${countsOf(changes)}.`,
    ...notes.map((note) => `_${safe(note)}_`),
    ...problems('Refused', refusals),
    ...changed(plan),
    ...stack(plan),
    ...problems('Warnings', warnings),
    folded('Parts', parts(plan)),
    folded('Rollout', rollout(plan)),
    folded('Kept for going back', bullets(plan.kept)),
    folded('Capacity', bullets(capacity(plan))),
    folded(`Cost: ${money(cost.fixed)} a month, and ${money(cost.perMillion)} for a million requests`, costs(plan)),
  ].join('\n\n');
}

const problems = (heading: string, found: readonly Problem[]): string[] =>
  found.length === 0
    ? []
    : [
        `**${heading}**`,
        found
          .map(
            ({ code, message, hint, place }) =>
              `- \`${code}\` ${safe(message)}${place ? ` (${safe(placeInWords(place))})` : ''}${hint ? ` → ${safe(hint)}` : ''}`,
          )
          .join('\n'),
      ];

/** In a block, where nothing that AWS says means anything else. */
function stack(plan: PlanShown): string[] {
  const lines = stackLines(plan, { paint: (_, text) => text, width: 100 }).map((line) =>
    printable(line).replaceAll('`', '’'),
  );
  return lines.length > 0 ? [folded('Stack', ['```', ...lines, '```'].join('\n'))] : [];
}

/** What is new is folded; what changes, is replaced or goes is in sight. */
function changed(plan: PilotPlan): string[] {
  const groups = changedComponents(plan).flatMap((component) => groupsOf(plan, component));
  const isNew = ({ change: { action } }: Group) => action === 'create' || action === 'use';
  const created = groups.filter(isNew).map(changeRow);
  const others = groups.filter((group) => !isNew(group)).map(changeRow);
  const heads = ['part', 'what', 'resource', 'settings'];
  return [
    ...(others.length > 0 ? [table(heads, others)] : []),
    ...(created.length > 0 ? [folded('New resources', table(heads, created))] : []),
  ];
}

function changeRow({ change, names, planned }: Group): string[] {
  const { action, component, type, settings, loses } = change;
  const details = [settingsInWords(planned).join(' · '), ...settings.map(settingInWords)].filter(Boolean).map(safe);
  return [
    safe(component),
    ACTIONS[action].words,
    `${typeInWords(type)}<br>${names.map(safe).join('<br>')}`,
    [...details, ...(loses ? [`**loses ${safe(loses)}**`] : [])].join('<br>'),
  ];
}

const parts = ({ components }: PilotPlan): string =>
  table(
    ['part', 'what for', 'how it fits'],
    components.map(({ name, function: what, fits }) => [`**${safe(name)}**`, safe(what), safe(fits)]),
  );

const rollout = ({ rollout: steps, ifItFails }: PilotPlan): string =>
  [
    steps.map((step, index) => `${index + 1}. ${safe(step)}`).join('\n'),
    ...(ifItFails ? [`If a step fails, ${safe(ifItFails)}.`] : []),
  ].join('\n\n');

const capacity = ({ load, capacity: has }: PilotPlan): string[] => [
  loadInWords(load),
  ...(has ? [has.inWords, ...has.derived] : []),
];

function costs({ cost }: PilotPlan): string {
  const paid = cost.components.filter(({ fixed, perMillion }) => fixed > 0 || perMillion > 0);
  return [
    table(
      ['part', 'a month', 'and a million requests'],
      [
        ...paid.map((one) => [safe(one.component), money(one.fixed), money(one.perMillion)]),
        ['**together**', `**${money(cost.fixed)}**`, `**${money(cost.perMillion)}**`],
      ],
    ),
    table(
      ['traffic', 'requests', 'peak', 'a month', 'with'],
      cost.months.map(({ load, total, capacity: has }) => [
        load.name,
        `${load.requests} million`,
        `${load.peak}/s`,
        money(total),
        safe(has ?? ''),
      ]),
    ),
    smallPrint(cost),
  ].join('\n\n');
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${safe(line)}`).join('\n');

const table = (heads: readonly string[], rows: readonly string[][]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const folded = (summary: string, content: string): string =>
  `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;

/** Text that others wrote: it ends no cell, makes no element, and names nobody who would be told. */
export const safe = (text: string): string =>
  printable(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/@/g, '&#64;')
    .replace(/[|\\`*_[\]]/g, '\\$&');
