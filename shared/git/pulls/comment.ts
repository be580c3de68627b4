import { cutTo } from '../../plan-text/cut.ts';
import { planMarkdown, safe } from '../../plan-text/markdown.ts';
import { problemList } from '../../plan-text/problem-list.ts';
import { withoutHtml } from '../../plan-text/without-html.ts';
import { FIRST_DEPLOYMENT } from '../../plan-text/words.ts';
import type { ProviderName } from '../told.ts';
import type { Planned } from './planned.ts';

const CUT = 'The plan is longer than a comment may be, and was cut here: pilot plan shows all of it.';
const FOREIGN =
  'It comes from another repository, whose code is not trusted: what its manifest says is planned alone, and neither compared with what is live nor looked up.';
const UNKNOWN = `${FIRST_DEPLOYMENT} What is live now is not known here.`;

/** One pilot’s part of a pull request as a comment: what merging it would deploy, or what has to be corrected first. */
export function commentOf(planned: Planned, provider: ProviderName): string {
  const { pilot, commit, base, isForeign, problems = [], environments } = planned;
  const text = [
    `**Pilotage: what merging this into ${safe(base)} would deploy of ${pilot}**, by its manifest at commit ${commit.slice(0, 12)}. Nothing of it is built or deployed before.`,
    ...(isForeign ? [`_${FOREIGN}_`] : []),
    ...(problems.length > 0 ? [`❌ **The manifest is to be corrected first:**`, problemList(problems)] : []),
    ...environments.map((one) => {
      if ('plan' in one) return planMarkdown(one.plan, one.later, isForeign ? FIRST_DEPLOYMENT : UNKNOWN);
      return `### Plan: ${pilot} in ${one.environment}\n\n❌ **Not deployed:** ${safe(one.reason)}`;
    }),
  ].join('\n\n');
  return cutTo(provider.startsWith('bitbucket') ? withoutHtml(text) : text, CUT);
}
