import type { Problem } from '../../errors.ts';
import { type Loaded, loadManifest } from '../../manifest/load.ts';
import type { Ref } from '../told.ts';

type Ok = Extract<Loaded, { ok: true }>;
export type Git = NonNullable<Ok['manifest']['source']['git']>;

/** An environment of a manifest that pushes deploy. */
export interface FromGit {
  environment: string;
  git: Git;
  loaded: Ok;
}

export type ManifestRead = { ok: true; environments: FromGit[] } | { ok: false; problems: Problem[] };

/**
 * The environments of a manifest that a repository deploys, or all that is wrong with it, its places in the repository.
 * @param bytes undefined where the repository has no such file at that commit.
 * @param file its path in the repository.
 */
export function readManifest(bytes: Uint8Array | undefined, file: string, pilot: string): ManifestRead {
  if (!bytes) return { ok: false, problems: [missing(file, pilot)] };
  const first = loadManifest(bytes, file);
  if (!first.ok) return { ok: false, problems: first.problems };
  if (first.manifest.name !== pilot) return { ok: false, problems: [misnamed(first, pilot)] };

  const environments: FromGit[] = [];
  for (const environment of first.environments) {
    const loaded = loadManifest(bytes, file, environment);
    if (!loaded.ok) return { ok: false, problems: loaded.problems };
    const { git } = loaded.manifest.source;
    if (git) environments.push({ environment, git, loaded });
  }
  return { ok: true, environments };
}

const missing = (file: string, pilot: string): Problem => ({
  code: 'MANIFEST_MISSING',
  message: `there is no ${file} at this commit`,
  expected: `the manifest of ${pilot}`,
  place: { file },
  hint: `add ${file}, or connect the repository again with the path where the manifest is`,
});

const misnamed = ({ manifest, placeOf }: Ok, pilot: string): Problem => ({
  code: 'MANIFEST_NAME_MISPLACED',
  message: `the manifest is of pilot ${manifest.name}, and the repository is connected for ${pilot}`,
  expected: `name: ${pilot}`,
  place: placeOf(['name']),
  hint: `put the name right, or have the operator connect the repository for ${manifest.name}`,
});

/** Whether a push to that branch, or of that tag, deploys the environment. */
export const isDeployedBy = ({ git }: Pick<FromGit, 'git'>, { kind, name }: Ref): boolean =>
  kind === 'branch' ? name === git.branch : git.tags !== undefined && name.startsWith(git.tags);

/** Why a ref deploys none of a pilot’s environments, with those that others deploy. */
export function whyNone(pilot: string, { kind, name }: Ref, environments: readonly FromGit[]): string {
  if (environments.length === 0) return `${pilot} is not deployed from a repository: its manifest has no source.git`;
  const others = environments.map(({ environment, git }) =>
    kind === 'branch'
      ? `${environment} is deployed by ${git.branch}`
      : `${environment} by ${git.tags === undefined ? 'no tags' : `tags that begin with ${git.tags}`}`,
  );
  return `${kind} ${name} deploys no environment of ${pilot}: ${others.join(', ')}`;
}

/** What a commit’s message says where nothing is to be deployed: https://docs.github.com/actions/managing-workflow-runs/skipping-workflow-runs has the like. */
const SKIP = /\[(?:skip deploy|deploy skip)\]/i;
export const isSkipped = (message = ''): boolean => SKIP.test(message);
