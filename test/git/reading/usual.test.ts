import { readManifest } from '../../../shared/git/reading/environments.ts';
import { type Usual, whyUnconfirmed } from '../../../shared/git/reading/usual.ts';
import { gitManifest } from './manifests.ts';

const usual = (text: string | undefined): Usual => {
  const bytes = text === undefined ? undefined : new TextEncoder().encode(text);
  return { branch: 'main', manifests: new Map([['acme-shop', readManifest(bytes, 'pilot.yaml', 'acme-shop')]]) };
};
const of = { pilot: 'acme-shop', environment: 'production', manifest: 'pilot.yaml' };
const branch = { ...of, ref: { kind: 'branch', name: 'release' } } as const;
const tag = { ...of, ref: { kind: 'tag', name: 'v1' } } as const;

describe('webhook: a branch or tag that is not the default branch', () => {
  it('deploys what the default branch says that it does', () => {
    const text = gitManifest('acme-shop', { git: ', branch: release, tags: v' });
    expect(whyUnconfirmed(usual(text), branch)).toBeUndefined();
    expect(whyUnconfirmed(usual(text), tag)).toBeUndefined();
  });

  it.each([
    [
      'another branch',
      gitManifest('acme-shop'),
      branch,
      /main says branch: main in pilot\.yaml: merge the change of source\.git\.branch into main first/,
    ],
    ['no tags', gitManifest('acme-shop'), tag, /main says tags: none .*source\.git\.tags into main first/],
    ['other tags', gitManifest('acme-shop', { git: ', tags: release-' }), tag, /says tags: release-/],
    ['no such environment', gitManifest('acme-shop'), { ...branch, environment: 'ci' }, /nothing of that environment/],
    ['nothing, without a manifest', undefined, branch, /has no pilot\.yaml that is right.*merge it into main first/],
    [
      'nothing, by one that is wrong',
      `${gitManifest('acme-shop')}colour: blue\n`,
      branch,
      /has no pilot\.yaml that is right/,
    ],
  ])('deploys nothing where that says %s', (_, text, asked, expected) => {
    expect(whyUnconfirmed(usual(text), asked)).toMatch(expected);
  });
});
