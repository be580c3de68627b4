/** What every provider takes as one comment: Bitbucket 32,768 characters, the others more. */
export const MOST_CHARACTERS = 30_000;

/**
 * Markdown of at most so many characters: whole lines from its beginning, whatever was open there closed, and the sentence
 * that says so.
 */
export function cutTo(markdown: string, sentence: string, most = MOST_CHARACTERS): string {
  if (markdown.length <= most) return markdown;
  const end = `\n\n_${sentence}_`;
  const room = most - end.length - CLOSED.length;
  let kept = '';
  for (const line of markdown.split('\n')) {
    const next = kept === '' ? line : `${kept}\n${line}`;
    if (next.length > room) break;
    kept = next;
  }
  return `${kept.trimEnd()}${closing(kept)}${end}`;
}

const BLOCK = '\n```';
const FOLD = '\n\n</details>';
const CLOSED = BLOCK + FOLD;

function closing(markdown: string): string {
  const count = (what: RegExp) => markdown.match(what)?.length ?? 0;
  const isInBlock = count(/^```/gm) % 2 === 1;
  const isFolded = count(/<details>/g) > count(/<\/details>/g);
  return `${isInBlock ? BLOCK : ''}${isFolded ? FOLD : ''}`;
}
