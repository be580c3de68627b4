import { masked } from './secret-forms.ts';
import { codePoint } from './text.ts';

/** A name as messages show it: never longer than a line, and no key. */
export function shortened(name: string): string {
  const shown = masked(name);
  return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
}

/** Tells of the first character that is not ASCII, since it may look as if it were. */
export function foreign(name: string): string {
  const character = /\P{ASCII}/u.exec(name)?.[0];
  return character ? ` (its ${character} is ${codePoint(character)})` : '';
}

/** A pilot's name near the one that was tried, where letters, digits and separators are all that it is made of. */
export function suggestedName(tried: string): string | undefined {
  if (!/^[\w .-]{1,32}$/.test(tried)) return undefined;
  const name = tried.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return name.replace(/^[-0-9]+|-$/g, '') || undefined;
}
