/**
 * The Markdown of a plan for a provider that shows HTML as text, as both Bitbuckets do: what was folded has a heading, and
 * what was on lines of its own in a cell is set apart by commas.
 */
export const withoutHtml = (markdown: string): string =>
  markdown
    .replace(/<details><summary>(.*?)<\/summary>/g, '**$1**')
    .replace(/\n*<\/details>/g, '')
    .replace(/<br>/g, ', ')
    .replace(/&lt;/g, '‹')
    .replace(/&#64;/g, '＠')
    .replace(/&amp;/g, '&');
