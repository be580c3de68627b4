import { variableProblems } from '../building/variables.ts';
import { type Building, builtAs } from '../building/wanted.ts';
import type { Problem } from '../errors.ts';
import type { Bringing } from '../events.ts';
import { connectionId, findConnection } from '../ledger/connections.ts';
import type { Loaded } from '../manifest/load.ts';
import { type Refused, refused } from '../outcome.ts';
import type { ToBuild } from './planned.ts';
import { policyOf } from './policy.ts';
import { rehearsalProblems } from './rehearsal.ts';
import { repositoryProblems } from './repositories.ts';
import { sorted } from './sorted.ts';

type Ok = Extract<Loaded, { ok: true }>;

const FULL = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * A manifest whose source is a repository, or that a repository brought: what is to be built before anything can be planned,
 * or why it cannot be.
 */
export async function fromRepository(
  loaded: Ok,
  trigger: Bringing,
  environment: string,
  file: string,
): Promise<ToBuild | Refused> {
  const { manifest, placeOf } = loaded;
  const repository = trigger.kind === 'push' ? trigger.repository : (manifest.source.git?.repository ?? '');
  const connection = connectionId(repository);
  const { commit } = trigger;
  const problems = [
    ...(await repositoryProblems(loaded, { repository }, environment)),
    ...variableProblems(loaded),
    ...withoutFleet(loaded),
  ];
  if (commit === undefined || !FULL.test(commit))
    problems.push({ ...noCommit(commit), place: placeOf(['source', 'git']) });
  if (!(await findConnection(connection)))
    problems.push({ ...notConnected(repository), place: placeOf(['source', 'git', 'repository']) });
  const as = builtAs(manifest);
  problems.push(...(await rehearsalProblems(manifest, as, environment, { bucket: trigger.bucket, key: trigger.key })));
  if (problems.length > 0 || commit === undefined) return refused(...sorted(problems, file));
  const build: Building = { repository, connection, commit, as };
  return { build, policy: policyOf(manifest, commit), manifest };
}

const noCommit = (commit?: string): Problem => ({
  code: 'COMMIT_MISSING',
  message: commit ? `${commit} is no full name of a commit` : 'nothing says which commit is to be built',
  expected: 'a commit of 40 or 64 hex digits',
  hint: 'pilot deploy --commit SHA, such as --commit "$(git rev-parse HEAD)"; or push',
});

const notConnected = (repository: string): Problem => ({
  code: 'NOT_CONNECTED',
  message: `${repository} is not connected`,
  expected: 'a repository that the operator connected',
  hint: `pilot connect github ${repository} (or gitlab, bitbucket)`,
});

/** CodeBuild itself has no spot instances: a fleet of the operator’s may. */
function withoutFleet({ manifest, placeOf }: Ok): Problem[] {
  if (!manifest.build?.spot || process.env.BUILD_FLEET) return [];
  return [
    {
      code: 'BUILD_FLEET_MISSING',
      message: 'build.spot needs a fleet of build machines, and this Pilotage has none',
      expected: 'spot: false',
      hint: 'the operator can name one in the stack’s parameter BuildFleet',
      place: placeOf(['build', 'spot']),
    },
  ];
}
