import type { Problem } from '../errors.ts';
import type { PilotPlan } from '../preview/plan.ts';
import type { StackChange, StackPreview } from '../preview/stack.ts';
import { DATABASE_TYPE, isReplica } from '../provisioning/database-at-risk.ts';
import { wrapped } from './layout.ts';
import type { Screen } from './screen.ts';
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

function lines(change: StackChange, { paint, width }: Screen): string[] {
  const { action, type, logicalId, name, settings } = change;
  const { sign, words, colour } = wordsOf(action);
  const said = action === 'create' ? '' : ` (${words}${settings.length > 0 ? `: ${settings.join(', ')}` : ''})`;
  return [
    `    ${paint(colour, sign)} ${wrapped(`${typeInWords(type)} ${name ?? logicalId}${said}`, width, '      ').trimStart()}`,
    ...fateInWords(change).map(
      (fate) => `        ${fate === LOST ? paint('red', fate) : wrapped(fate, width, '        ').trimStart()}`,
    ),
  ];
}

const LOST = 'what is in it would be lost';

/** What becomes of what is in it; nothing where it holds none, or stays. */
function fateInWords(change: StackChange): string[] {
  const { action, type, data } = change;
  if (data === undefined || isReplica(change)) return [];
  // Its policy, which a deployment puts onto the stack before: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
  if (action === 'maybe-replace')
    return [
      `what is in it is kept: CloudFormation cannot tell yet, and a deployment does not let it replace it${type === DATABASE_TYPE ? ' without database.replace' : ''}`,
    ];
  return [data === 'lost' ? LOST : `what is in it is kept (${data})`];
}

/** What a change set would lose, or take away from what serves, is refused, as what the plan itself finds is. */
export function refusalsIn(preview: StackPreview | undefined): Problem[] {
  if (!preview || 'trouble' in preview) return [];
  const losses = preview.changes
    .filter((change) => fateInWords(change).includes(LOST))
    .map(({ type, name, logicalId, action }) => ({
      code: 'DATA_LOSS',
      message: `${typeInWords(type)} ${name ?? logicalId} of the stack ${preview.stack} would be ${action === 'delete' ? 'deleted' : 'replaced'}, and what is in it would be lost`,
      hint: 'change the manifest back, or save what is in it first',
    }));
  return [...losses, ...(preview.refused ?? [])];
}
