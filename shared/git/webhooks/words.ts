import type { Told } from '../told.ts';

/** What may be shown of a text that somebody wrote, in characters. */
const LINE_LIMIT = 500;

export const fault = (why: string): Told => ({ told: 'fault', why });
export const ignored = (why: string): Told => ({ told: 'ignored', why });

export const RELEASE = 'a release deploys by its tag, whose push is told on its own';
export const SAME_AS_PUSH = 'the push of the branch or tag tells the same';
export const DESCRIPTION_ONLY = 'the pull request has the same commits and the same target as before';

/** Why nothing follows from an event that is none of ours. */
export const nothingIn = (event: string): Told => ignored(`“${event}” says nothing about what to deploy`);

/** Why nothing follows from a new name, and what to do about it. */
export const moved = (repository: string | undefined): Told =>
  ignored(
    `the repository was renamed or moved${repository ? ` and is now ${repository}` : ''}: ` +
      'connect it anew with “pilot connect”, change source.git.repository in its manifests, and have the operator allow the new name',
  );

/** The first line of a text, without control characters and not too long; undefined where there is none. */
export function firstLine(text: string | null | undefined): string | undefined {
  const line = (text ?? '').trimStart().split(/[\r\n]/, 1)[0] ?? '';
  return (
    line
      .replace(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, LINE_LIMIT) || undefined
  );
}
