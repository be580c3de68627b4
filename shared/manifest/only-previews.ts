import type { Problem } from '../errors.ts';
import { isPreview } from './identifiers.ts';

/** Why an environment cannot be removed; undefined where it can. */
export function unremovable(pilot: string, environment: string): Problem | undefined {
  if (isPreview(environment)) return undefined;
  return {
    code: 'REMOVE_ONLY_PREVIEWS',
    message: `${environment} of ${pilot} is no preview: it may hold data that nobody could bring back`,
    expected: 'the preview of a pull request, such as pr12',
    hint: `pilot offline ${pilot} takes it from its visitors`,
  };
}
