import type { Resolved } from '../manifest/complete.ts';
import { commandLine, quoted } from '../targets/ec2/shell-words.ts';
import type { Building } from './wanted.ts';

/** What build tools keep between builds; what is not there is not kept. */
const CACHED = [
  '/root/.npm/**/*',
  '/root/.cache/**/*',
  '/root/.m2/**/*',
  '/root/.gradle/caches/**/*',
  '/root/.cargo/registry/**/*',
  '/go/pkg/mod/**/*',
];

/**
 * What CodeBuild is told to do: the manifest’s commands in the folder of the pilot, one after another in one shell, ended by the
 * first that fails; or the repository’s own file, whose path is given. What is built begins at the repository’s root.
 * @returns JSON, which is YAML; or a path.
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
export function buildspecOf({ as }: Pick<Building, 'as'>, { build, source }: Resolved): string {
  const folder = source.git?.folder;
  const { commands = [], output, dockerfile = 'Dockerfile', buildspec, cache = true, spot } = { ...build };
  if (buildspec !== undefined) return [folder, buildspec].filter((part) => part !== undefined).join('/');
  const begin = folder === undefined ? [] : [`cd ${quoted(folder)}`];
  const run = [...begin, ...commands.map(commandLine), ...(as === 'image' ? imageCommands(dockerfile, spot) : [])];
  const base = [folder, output].filter((part) => part !== undefined).join('/');
  return JSON.stringify({
    version: 0.2,
    phases: { build: { 'on-failure': 'ABORT', commands: run.length > 0 ? run : ['true'] } },
    ...(as === 'artifact' && { artifacts: { files: ['**/*'], ...(base && { 'base-directory': base }) } }),
    ...(cache && as === 'artifact' && { cache: { paths: CACHED } }),
  });
}

/**
 * PILOTAGE_IMAGE is the repository, at PILOTAGE_REGISTRY, with a tag that no other build has. The machines of a fleet keep what
 * Docker made for others, whoever they were: none of it is used.
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/fleets.html
 */
const imageCommands = (dockerfile: string, onFleet = false): string[] => [
  'aws ecr get-login-password | docker login --username AWS --password-stdin "$PILOTAGE_REGISTRY"',
  ...(onFleet ? ['docker system prune --all --force --volumes'] : []),
  `docker build ${onFleet ? '--no-cache --pull ' : ''}--file ${quoted(dockerfile)} --tag "$PILOTAGE_IMAGE" .`,
  'docker push "$PILOTAGE_IMAGE"',
];
