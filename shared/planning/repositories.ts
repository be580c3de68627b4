import type { Problem } from '../errors.ts';
import { settingsOf } from '../manifest/identifiers.ts';
import type { Loaded } from '../manifest/load.ts';
import type { Operator, OperatorRead } from '../manifest/operator.ts';
import { operatorsFile } from './operators-file.ts';

type Ok = Extract<Loaded, { ok: true }>;

/**
 * Why a push of a repository may not deploy this manifest’s pilot: the manifest names another one, or the operator has not
 * allowed it, in this environment. Asked when the push is read, and again right before it is deployed.
 * @param environment the one that `loaded` is of.
 */
export async function repositoryProblems(
  loaded: Ok,
  { repository }: { repository: string },
  environment: string,
): Promise<Problem[]> {
  return repositoryRefusals(loaded, repository, environment, await operatorsFile());
}

/** The same where the operator’s file is known. Pure. */
export function repositoryRefusals(
  { manifest, placeOf }: Ok,
  repository: string,
  environment: string,
  read: OperatorRead,
): Problem[] {
  const { name, source } = manifest;
  if (!source.git || !isSame(source.git.repository, repository)) return [other({ manifest, placeOf }, repository)];
  if (!read.ok) return read.problems;
  if (isRepositoryAllowed(read.operator, { pilot: name, repository, environment })) return [];
  const allowed = allowedTo(name, read.operator);
  return [
    {
      code: 'REPOSITORY_FORBIDDEN',
      message: `${repository} is not allowed to deploy ${name} to ${environment}`,
      expected: allowed.length > 0 ? allowed.join(', ') : 'no repository: the operator has allowed none so far',
      hint: `the operator can add ${repository}#${settingsOf(environment)} to pilots.${name}.repositories in ${read.operator.file}`,
      place: placeOf(['source', 'git', 'repository']),
    },
  ];
}

const other = ({ manifest, placeOf }: Pick<Ok, 'manifest' | 'placeOf'>, repository: string): Problem => {
  const named = manifest.source.git?.repository;
  return {
    code: 'REPOSITORY_OTHER',
    message: named
      ? `the manifest is deployed from ${named}, and the push is of ${repository}`
      : `the manifest is not deployed from a repository, and the push is of ${repository}`,
    expected: `source.git.repository: ${repository}`,
    place: placeOf(named ? ['source', 'git', 'repository'] : ['source']),
  };
};

/** Whether the operator lets a repository deploy a pilot to an environment; a preview is allowed as all previews are. Nobody is allowed to by default. */
export const isRepositoryAllowed = (
  operator: Operator,
  { pilot, repository, environment }: { pilot: string; repository: string; environment: string },
): boolean =>
  allowedTo(pilot, operator).some((pattern) => {
    const [allowed = '', only] = pattern.toLowerCase().split('#');
    if (only !== undefined && only !== settingsOf(environment)) return false;
    const asked = repository.toLowerCase();
    return allowed.endsWith('*') ? asked.startsWith(allowed.slice(0, -1)) : asked === allowed;
  });

const allowedTo = (pilot: string, { pilots }: Operator): string[] =>
  (Object.hasOwn(pilots, pilot) && pilots[pilot]?.repositories) || [];

/** Providers take names for the same whose letters are written otherwise. */
const isSame = (one: string, another: string): boolean => one.toLowerCase() === another.toLowerCase();
