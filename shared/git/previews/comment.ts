import type { RemovalReason } from '../../events.ts';
import type { Deployment } from '../../ledger/deployment.ts';
import type { Preview, PreviewRemoval } from '../../ledger/previews.ts';
import { inTheRepository, type Push } from '../../notify/commit-status.ts';
import { withoutSecretsInside } from '../../notify/redact.ts';
import { trouble } from '../../notify/sentences.ts';
import { type Told, toldByRow } from '../../notify/told.ts';
import { cutTo } from '../../plan-text/cut.ts';
import { safe } from '../../plan-text/markdown.ts';
import { problemList } from '../../plan-text/problem-list.ts';
import type { PreviewStanding } from './standing.ts';

const CUT = 'What went wrong is longer than a comment may be, and was cut here: pilot status shows all of it.';

/** How a preview stands as a comment on its pull request; undefined where there is nothing to tell. */
export function commentOf(pilot: string, standing: PreviewStanding): string | undefined {
  const said = [...madeText(standing), ...unmadeText(standing)];
  if (said.length === 0) return undefined;
  return cutTo([`**Pilotage: the preview of ${safe(pilot)}**`, ...said].join('\n\n'), CUT);
}

function madeText(standing: PreviewStanding): string[] {
  const { preview, removal } = standing;
  const going = preview && removalOf(preview, removal);
  if (going) return removingText(going, removal);
  if (preview) return [...deployedText(standing), stays(preview.until)];
  if (removal?.status === 'succeeded' && removal.trigger.kind === 'remove') return [removedText(removal.trigger.why)];
  return [];
}

/** What is noted, or what a person asked for, which is noted nowhere. */
function removalOf(preview: Preview, last: Deployment | undefined): Going | undefined {
  if (preview.removal || last?.trigger.kind !== 'remove' || last.finishedAt) return preview.removal;
  return last.requestedAt > preview.askedAt ? { why: last.trigger.why, deployment: last.id } : undefined;
}

type Going = Pick<PreviewRemoval, 'why' | 'deployment'>;

function deployedText({ preview, last, live, offline }: PreviewStanding): string[] {
  const commit = inShort(preview?.commit);
  const before = live?.url && !offline ? [`Until then, commit ${inShort(live.commit)} answers at ${live.url}`] : [];
  // The deployment of the last commit may not be accepted yet, and another one of it may have been asked for by a person.
  const isLast = last && 'commit' in last.trigger && last.trigger.commit === preview?.commit;
  const told = isLast ? toldByRow(last) : undefined;
  if (!isLast || !told) return [`⏳ Commit ${commit} is being deployed.`, ...before];
  if (told.event === 'DeploymentSucceeded' && offline)
    return [`⏸ **Offline** since ${minute(offline)}, when somebody took it offline; it has commit ${commit}.`];
  if (told.event === 'DeploymentSucceeded')
    return [`✅ **Live${told.url ? ` at ${told.url}` : ''}**, with commit ${commit}.`];
  return [`❌ Commit ${commit} could not be deployed:`, troubleText(told, last), ...before];
}

function troubleText(told: Told, { trigger }: Deployment): string {
  if (told.event === 'Rejected') return problemList(inTheRepository(told.problems, trigger as Push));
  return trouble(told)
    .map((line) => `- ${safe(line)}`)
    .join('\n');
}

const stays = (until: string): string =>
  `It stays until the pull request is closed, or until ${minute(until)} where there is no other commit before.`;

const WHY: Record<RemovalReason, string> = {
  closed: 'its pull request is closed',
  expired: 'there was no commit during its time to live',
  asked: 'somebody asked for it',
};

const AGAIN: Record<RemovalReason, string> = {
  closed: 'reopen the pull request',
  expired: 'push another commit',
  asked: 'push another commit',
};

function removingText({ why, deployment }: Going, removal: Deployment | undefined): string[] {
  const told = removal?.id === deployment ? toldByRow(removal) : undefined;
  if (!told || told.event === 'DeploymentSucceeded') return [`⏳ It is being removed: ${WHY[why]}.`];
  return [
    `⚠ It is to be removed, since ${WHY[why]}, and that did not succeed; it is tried again by itself:`,
    trouble(told)
      .map((line) => `- ${safe(line)}`)
      .join('\n'),
  ];
}

const removedText = (why: RemovalReason): string =>
  `It was removed, and nothing of it is left: ${WHY[why]}. To have it again, ${AGAIN[why]}.`;

function unmadeText({ unmade }: PreviewStanding): string[] {
  if (!unmade) return [];
  const { commit, reason, isTriedAgain } = withoutSecretsInside(unmade);
  const then = isTriedAgain
    ? 'It is made by itself once that has changed.'
    : 'Once that has changed, push another commit.';
  return [`❌ There is none of commit ${inShort(commit)}: ${safe(reason)}.`, then];
}

const inShort = (commit = ''): string => commit.slice(0, 12);
const minute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;
