import { changedComponents, type Group, groupsOf } from '../../shared/plan-text/groups.ts';
import { wrapped, wrappedItems } from '../../shared/plan-text/layout.ts';
import type { Screen } from '../../shared/plan-text/screen.ts';
import {
  ACTIONS,
  countsOf,
  NOT_COMPARED,
  settingInWords,
  settingsInWords,
  typeInWords,
} from '../../shared/plan-text/words.ts';
import type { PilotPlan } from '../../shared/preview/plan.ts';

/** What is created, changed, replaced and deleted, by component; what stays is only counted. */
export const changeLines = (plan: PilotPlan, screen: Screen): string[] => [
  ...(plan.compared ? [] : [wrapped(NOT_COMPARED, screen.width, '  ')]),
  `  ${countsOf(plan.changes)}`,
  ...changedComponents(plan).flatMap((name) => [
    `  ${screen.paint('cyan', name)}`,
    ...groupsOf(plan, name).flatMap((group) => groupLines(group, screen)),
  ]),
];

function groupLines({ change, names, planned }: Group, { paint, width }: Screen): string[] {
  const { action, type, settings, because, loses } = change;
  const { sign, words, colour } = ACTIONS[action];
  const why = action === 'replace' && because ? `, for its ${because.join(' and ')}` : '';
  const said = action === 'create' || action === 'use' ? '' : ` (${words}${why})`;
  const items = settingsInWords(planned);
  const [first = '', ...rest] = wrapped(
    `${typeInWords(type)} ${names.join(', ')}${said}`,
    width,
    '    + ',
    '        ',
  ).split('\n');
  return [
    `    ${paint(colour, sign)} ${first.slice('    + '.length)}`,
    ...rest,
    ...(items.length > 0 ? [paint('dim', wrappedItems(items, width, '        '))] : []),
    ...settings.map((setting) => paint('dim', wrapped(settingInWords(setting), width, '        '))),
    ...(loses ? [`        ${paint('red', `loses ${loses}`)}`] : []),
  ];
}
