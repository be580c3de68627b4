import type { Problem } from '../errors.ts';
import type { Trigger } from '../events.ts';
import { findPreview } from '../ledger/previews.ts';
import { isPreview, previewOf } from '../manifest/identifiers.ts';

interface Asking {
  pilot: string;
  environment: string;
  trigger: Trigger;
}

/**
 * Why something may not be done to a preview: only commits of its pull request make one, and once it is to go, nothing else
 * brings it back. Of other environments nothing is said.
 */
export async function previewProblem({ pilot, environment, trigger }: Asking): Promise<Problem | undefined> {
  const pull = trigger.kind === 'push' ? trigger.pull : undefined;
  if (trigger.kind === 'remove' || (!isPreview(environment) && pull === undefined)) return undefined;
  const isForeign = trigger.kind === 'push' && (pull === undefined || previewOf(pull) !== environment);
  if (trigger.kind === 'upload' || isForeign) return notByName(environment);
  const preview = await findPreview(pilot, environment);
  const isOthers = trigger.kind === 'push' && preview?.connection !== trigger.connection;
  return !preview || preview.removal || isOthers ? gone(pilot, environment) : undefined;
}

const notByName = (environment: string): Problem => ({
  code: 'PREVIEW_NAME',
  message: isPreview(environment)
    ? `${environment} is the preview of a pull request, and nothing else is deployed there`
    : `${environment} is no preview, and this is deployed for a pull request`,
  expected: isPreview(environment) ? 'an environment of another name, such as staging' : 'such as pr12',
  hint: 'a pull request has a preview where the manifest says previews: true',
});

const gone = (pilot: string, environment: string): Problem => ({
  code: 'PREVIEW_GONE',
  message: `the preview ${environment} of ${pilot} is removed, or is being removed`,
  expected: 'a preview whose pull request is open and whose time is not over',
  hint: 'reopen the pull request, or push another commit to it',
});
