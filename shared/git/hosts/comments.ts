import type { HostHttp } from './http.ts';
import { isTrouble } from './trouble.ts';

/** A comment as the provider keeps it. */
export interface Comment {
  id: string;
  text: string;
}

/** The comments at one place: a commit, or a pull request. */
export interface Comments<C extends Comment = Comment> {
  list(): Promise<C[]>;
  add(text: string): Promise<unknown>;
  change(comment: C, text: string): Promise<unknown>;
}

/** Bitbucket allows 32,768 characters, the others more. */
const MOST_CHARACTERS = 30_000;

/**
 * Says something once: looks for what was said with that mark, and changes it, or says it anew. A mark at the end
 * is ours: who quotes a comment of ours goes on after it.
 * @param hidden the mark, written so that the provider does not show it.
 */
export async function sayOnce<C extends Comment>(
  http: HostHttp,
  comments: Comments<C>,
  hidden: string,
  markdown: string,
): Promise<void> {
  const text = `${cut(markdown)}\n\n${hidden}`;
  await http.untilAnswered(async () => {
    const ours = (await comments.list()).filter((comment) => comment.text.trimEnd().endsWith(hidden));
    for (const comment of ours) if (await isSaid(comments, comment, text)) return;
    await comments.add(text);
  });
}

/** Whether a comment says that now; one of somebody else, or one just deleted, cannot be made to. */
async function isSaid<C extends Comment>(comments: Comments<C>, comment: C, text: string): Promise<boolean> {
  if (comment.text.trimEnd() === text) return true;
  try {
    await comments.change(comment, text);
    return true;
  } catch (error) {
    if (isTrouble(error, 'denied', 'missing')) return false;
    throw error;
  }
}

function cut(markdown: string): string {
  const whole = markdown.trimEnd();
  return whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS)}\n\n…`;
}

/** A comment of HTML is not shown by GitHub and GitLab. */
export const hiddenInHtml = (mark: string): string => `<!-- ${mark} -->`;

/** Bitbucket shows all HTML as text, but no link’s definition. */
export const hiddenInLink = (mark: string): string => `[//]: # (${mark})`;
