export const REPOSITORY = 'github.com/acme/shop';

/** The smallest manifest of a static pilot that is deployed from a repository. */
export const gitManifest = (
  pilot: string,
  { repository = REPOSITORY, git = '', more = '' }: { repository?: string; git?: string; more?: string } = {},
): string =>
  `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: static\nsource: { git: { repository: ${repository}${git} } }\n${more}`;
