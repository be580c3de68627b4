import type { ConnectionDetails, ConnectionView } from '../../shared/api.ts';
import type { GitHost } from '../../shared/git/host.ts';
import type { FromGit, ManifestRead } from '../../shared/git/reading/environments.ts';
import { sameRepository } from '../../shared/git/webhooks/repository.ts';
import { type Check, missing, ok, unknown } from './check.ts';
import { atProvider } from './desk.ts';

type Read = Extract<ManifestRead, { ok: true }>;

/** Whether each pilot's manifest is there and right, where the repository can be read, and whether the operator lets the repository deploy it. */
export async function pilotChecks(
  at: { host: GitHost; commit: string } | undefined,
  details: ConnectionDetails,
  connection: ConnectionView,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { pilot, manifest } of connection.pilots) {
    const check = `manifest of ${pilot}`;
    if (!at) {
      checks.push(unknown(check, 'cannot be read before the repository can'), leaveCheck(pilot, [], details));
      continue;
    }
    const looked = await atProvider(() => at.host.fileAt(at.commit, manifest));
    if ('trouble' in looked) {
      const trouble = missing(check, looked.trouble, 'see what the token may read');
      checks.push(trouble, leaveCheck(pilot, [], details));
      continue;
    }
    const { readManifest } = await import('../../shared/git/reading/environments.ts');
    const read = readManifest(looked.done, manifest, pilot);
    checks.push(read.ok ? manifestCheck(check, manifest, read, connection) : wrong(check, manifest, read.problems));
    checks.push(leaveCheck(pilot, read.ok ? read.environments : [], details));
  }
  return checks;
}

const wrong = (check: string, manifest: string, problems: Extract<ManifestRead, { ok: false }>['problems']): Check =>
  missing(check, `${manifest} is not right`, 'correct it and push again', problems);

function manifestCheck(check: string, manifest: string, { environments }: Read, { repository }: ConnectionView): Check {
  if (environments.length === 0)
    return missing(
      check,
      `${manifest} has no source.git: no push deploys it`,
      `source: { git: { repository: ${repository} } }, then push`,
    );
  const other = environments.find(({ git }) => !sameRepository(git.repository, repository));
  if (other)
    return missing(
      check,
      `${manifest} is deployed to ${other.environment} from ${other.git.repository}`,
      `source.git.repository: ${repository}, then push`,
    );
  return ok(
    check,
    `${manifest}: ${environments.map(({ environment, git }) => `${git.branch} → ${environment}`).join(', ')}`,
  );
}

function leaveCheck(pilot: string, environments: FromGit[], details: ConnectionDetails): Check {
  const { repository, allowed, operatorFile = 'operator.yaml', operatorProblems } = details;
  const check = `leave for ${pilot}`;
  const next = `the operator adds to ${operatorFile}: pilots: { ${pilot}: { repositories: [${repository}] } }`;
  if (operatorProblems)
    return missing(check, 'the operator’s file is wrong', 'the operator corrects it', operatorProblems);
  const given = allowed.find((one) => one.pilot === pilot);
  if (given?.everywhere) return ok(check, 'in all environments');
  if (!given || given.environments.length === 0)
    return missing(check, `the operator does not let ${repository} deploy ${pilot}`, next);
  const without = environments.map(({ environment }) => environment).filter((one) => !given.environments.includes(one));
  if (without.length === 0) return ok(check, `in ${given.environments.join(', ')}`);
  return missing(check, `in ${given.environments.join(', ')}, and not in ${without.join(', ')}`, next);
}
