import { DEFAULT_ENVIRONMENT, ofDeployment } from '../shared/names.ts';
import { type Api, refusedByApi } from './api.ts';
import type { Options } from './options.ts';
import { type Refused, refused } from './result.ts';

/** `3f9a1c2e4b5d`, which nearly always is enough. */
export const lastPart = (id: string): string => id.slice(id.lastIndexOf('-') + 1);

/** As many are looked through for one that is not named in full. */
const LOOKED_THROUGH = 100;

/** The id of the deployment that somebody names: by all of its id, by its last part, or by how that begins. */
export async function idNamed(
  named: string,
  pilot: string,
  { env }: Pick<Options, 'env'>,
  api: Api,
): Promise<string | Refused> {
  if (ofDeployment(named)) return named;
  const of = { pilot, ...(env && { environment: env }) };
  const asked = await api.ask({ action: 'history', ...of, most: LOOKED_THROUGH });
  if (!asked.ok) return refusedByApi(asked);
  const found = asked.answer.map(({ id }) => id).filter((id) => lastPart(id).startsWith(named));
  const [one, ...others] = found;
  if (one && others.length === 0) return one;
  if (one)
    return refused(2, {
      code: 'DEPLOYMENT_AMBIGUOUS',
      message: `${found.length} deployments of ${pilot} begin with ${named}`,
      expected: `one of ${found.map(lastPart).join(', ')}`,
    });
  return refused(2, {
    code: 'DEPLOYMENT_UNKNOWN',
    message: `none of the last ${LOOKED_THROUGH} deployments of ${pilot} to ${env ?? DEFAULT_ENVIRONMENT} begins with ${named}`,
    expected: 'one that pilot history lists',
  });
}
