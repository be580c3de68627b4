import { isDeployedBy, isSkipped, readManifest, whyNone } from '../../../shared/git/reading/environments.ts';
import { gitManifest } from './manifests.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (text: string, pilot = 'acme-shop') => readManifest(bytesOf(text), 'apps/shop/pilot.yaml', pilot);
const environmentsOf = (text: string) => {
  const found = read(text);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.environments;
};
const problemsOf = (found: ReturnType<typeof readManifest>) => (found.ok ? [] : found.problems);

const THREE = gitManifest('acme-shop', {
  more: `environments:
  production: { source: { git: { tags: v } } }
  staging: { source: { git: { branch: develop } } }
  ci: { source: { git: null, artifact: site.zip } }
`,
});

describe('webhook: the environments of a manifest', () => {
  it('that a push deploys are those whose branch it is', () => {
    const by = (name: string) =>
      environmentsOf(THREE)
        .filter((one) => isDeployedBy(one, { kind: 'branch', name }))
        .map(({ environment }) => environment);
    expect([by('main'), by('develop'), by('v1'), by('main2')]).toEqual([['production'], ['staging'], [], []]);
  });

  it('that a tag deploys are those whose tags begin so; without it no tag does', () => {
    const by = (name: string) =>
      environmentsOf(THREE)
        .filter((one) => isDeployedBy(one, { kind: 'tag', name }))
        .map(({ environment }) => environment);
    expect([by('v1.2.3'), by('main'), by('1.0')]).toEqual([['production'], [], []]);
  });

  it('are production alone where it names none', () => {
    expect(environmentsOf(gitManifest('acme-shop')).map(({ environment }) => environment)).toEqual(['production']);
  });

  it('are not its previews, which no branch deploys', () => {
    const more = 'previews: true\nenvironments: { staging: {}, preview: { static: { index: a.html } } }\n';
    const found = environmentsOf(gitManifest('acme-shop', { more }));
    expect(found.map(({ environment }) => environment)).toEqual(['production', 'staging']);
  });

  it('that none is deployed from a repository is said, and else which branches deploy', () => {
    const ref = { kind: 'branch', name: 'feature/x' } as const;
    expect(whyNone('acme-shop', ref, environmentsOf(THREE))).toBe(
      'branch feature/x deploys no environment of acme-shop: production is deployed by main, staging is deployed by develop',
    );
    expect(whyNone('acme-shop', { kind: 'tag', name: 'x' }, environmentsOf(THREE))).toBe(
      'tag x deploys no environment of acme-shop: production by tags that begin with v, staging by no tags',
    );
    expect(whyNone('acme-shop', ref, [])).toMatch(/no source\.git/);
  });
});

describe('webhook: a manifest at a commit', () => {
  it('that is missing is a problem of that file', () => {
    expect(problemsOf(readManifest(undefined, 'pilot.yaml', 'acme-shop'))).toMatchObject([
      { code: 'MANIFEST_MISSING', place: { file: 'pilot.yaml' }, hint: expect.stringContaining('pilot.yaml') },
    ]);
  });

  it('that is wrong has its problems where they stand in the repository', () => {
    expect(problemsOf(read(`${gitManifest('acme-shop')}colour: blue\n`))).toMatchObject([
      { code: 'MANIFEST_UNKNOWN_KEY', place: { file: 'apps/shop/pilot.yaml', line: 5 } },
    ]);
  });

  it('of another pilot than the repository is connected for deploys nobody', () => {
    expect(problemsOf(read(gitManifest('acme-web')))).toMatchObject([
      { code: 'MANIFEST_NAME_MISPLACED', expected: 'name: acme-shop', place: { line: 2 } },
    ]);
  });
});

describe('webhook: a commit’s message', () => {
  it.each([
    ['Fix the footer [skip deploy]', true],
    ['Fix\n\n[Deploy Skip]', true],
    ['skip deploy', false],
    ['[skip ci]', false],
    [undefined, false],
  ])('%j skips: %p', (message, expected) => {
    expect(isSkipped(message)).toBe(expected);
  });
});
