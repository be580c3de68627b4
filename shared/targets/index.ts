import { staticTarget } from './static/static.ts';
import type { Target } from './target.ts';

/** One line per kind of target. A name that is not here is refused by the manifest's schema. */
const targets: Record<string, Target> = {
  static: staticTarget,
};

/** @throws when no target has that name: a plan was made by a newer version of Pilotage. */
export function targetNamed(name: string): Target {
  const target = targets[name];
  if (!target) throw new Error(`no target is named ${name}; known: ${Object.keys(targets).join(', ')}`);
  return target;
}
