import { ENVIRONMENT_NAME, isPreview } from './identifiers.ts';
import { isOnesOwn, readReference } from './reference.ts';

/** A full name; below `/pilots/` lies what is a pilot's own, and that nobody can give away. */
export function isShared(pattern: string): boolean {
  const begin = pattern.replace(/\*$/, '');
  // What only begins is completed, so that one rule says what a name may hold.
  const rest = begin === pattern ? '' : /^stack-output:[^.]*$/.test(begin) ? 'x.x' : 'x';
  const reference = readReference(begin + rest);
  if (!reference || reference.from === 'stack-output') return reference !== undefined;
  const { own, name } = reference;
  return !own && !isOnesOwn(name) && !(reference.from === 'secret' && reference.field);
}

/** Below `pilots/` lies what is built for one pilot, and that nobody can give away. */
export function isSharedRepository(pattern: string): boolean {
  return /^[a-z0-9]+(?:[._/-][a-z0-9]+)*[._/-]?\*?$/.test(pattern) && !pattern.startsWith('pilots/');
}

/** `*` stands below an owner: what only begins like an owner’s name may be anybody’s. */
export function isRepository(pattern: string): boolean {
  const [repository = '', environment, ...rest] = pattern.split('#');
  if (rest.length > 0 || (environment !== undefined && !isEnvironment(environment))) return false;
  return /^(?=.{5,200}$)[a-z0-9.-]+\.[a-z]{2,}(?:\/[\w.~-]+){1,5}\/(?:[\w.~-]+\*?|\*)$/.test(repository);
}

/** One preview is allowed as all of them are. */
const isEnvironment = (name: string): boolean => ENVIRONMENT_NAME.test(name) && !isPreview(name);
