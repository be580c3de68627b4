import type { Problem } from '../../shared/errors.ts';
import type { PilotPlan } from '../../shared/preview/plan.ts';
import type { StackChange, StackPreview } from '../../shared/preview/stack.ts';
import { wrapped } from './layout.ts';
import type { Screen } from './text.ts';
import { ACTIONS, typeInWords } from './words.ts';

/** A plan, and what CloudFormation itself says of the stack that there is. */
export type PlanShown = PilotPlan & { stack?: StackPreview };

/** What CloudFormation alone can say. */
const ONLY_HERE = {
  import: { sign: '+', words: 'take over, it is there already', colour: 'green' },
  'maybe-replace': { sign: '±', words: 'replace, perhaps', colour: 'red' },
} as const;
const wordsOf = (action: StackChange['action']) =>
  action === 'import' || action === 'maybe-replace' ? ONLY_HERE[action] : ACTIONS[action];

/** What a change set says, a line each resource; why there is none. */
export function stackLines({ stack: preview }: PlanShown, screen: Screen): string[] {
  if (!preview) return [];
  const { stack } = preview;
  if ('trouble' in preview)
    return [
      wrapped(`CloudFormation does not say what would change in ${stack}: ${preview.trouble}`, screen.width, '  '),
    ];
  if (preview.changes.length === 0) return [`  Nothing in ${stack} would change`];
  return [`  CloudFormation would change in ${stack}`, ...preview.changes.flatMap((change) => lines(change, screen))];
}

function lines({ action, type, logicalId, name, settings, data }: StackChange, { paint, width }: Screen): string[] {
  const { sign, words, colour } = wordsOf(action);
  const said = action === 'create' ? '' : ` (${words}${settings.length > 0 ? `: ${settings.join(', ')}` : ''})`;
  return [
    `    ${paint(colour, sign)} ${wrapped(`${typeInWords(type)} ${name ?? logicalId}${said}`, width, '      ').trimStart()}`,
    ...(data
      ? [`        ${data === 'lost' ? paint('red', 'what is in it would be lost') : `what is in it is kept (${data})`}`]
      : []),
  ];
}

const FATES: Partial<Record<StackChange['action'], string>> = {
  delete: 'would be deleted',
  replace: 'would be replaced',
  'maybe-replace': 'may be replaced',
};

/** What a change set would lose is refused, as what the plan itself finds is. */
export function lossesIn(preview: StackPreview | undefined): Problem[] {
  if (!preview || 'trouble' in preview) return [];
  return preview.changes
    .filter(({ data }) => data === 'lost')
    .map(({ type, name, logicalId, action }) => ({
      code: 'DATA_LOSS',
      message: `${typeInWords(type)} ${name ?? logicalId} of the stack ${preview.stack} ${FATES[action]}, and what is in it would be lost`,
      hint: 'change the manifest back, or save what is in it first',
    }));
}
