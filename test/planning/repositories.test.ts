import { PutObjectCommand } from '@aws-sdk/client-s3';
import { loadManifest } from '../../shared/manifest/load.ts';
import { readOperator } from '../../shared/manifest/operator.ts';
import { isRepositoryAllowed, repositoryProblems } from '../../shared/planning/repositories.ts';
import { gitManifest } from '../git/reading/manifests.ts';
import { type Stage, setStage } from '../support/stage.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const withRepositories = (...patterns: string[]) =>
  `apiVersion: pilotage/v1\npilots:\n  acme-shop: { repositories: ${JSON.stringify(patterns)} }\n  other: {}\n`;

function isAllowed(pattern: string, repository: string, environment = 'production', pilot = 'acme-shop') {
  const read = readOperator(bytesOf(withRepositories(pattern)), 'operator.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return isRepositoryAllowed(read.operator, { pilot, repository, environment });
}

describe('webhook: what the operator allows to repositories', () => {
  it.each([
    ['github.com/acme/shop', 'github.com/acme/shop', 'production', true],
    ['github.com/acme/shop', 'github.com/Acme/Shop', 'production', true],
    ['github.com/acme/shop', 'github.com/acme/shop2', 'production', false],
    ['github.com/acme/shop', 'gitlab.com/acme/shop', 'production', false],
    ['github.com/acme/shop#staging', 'github.com/acme/shop', 'staging', true],
    ['github.com/acme/shop#staging', 'github.com/acme/shop', 'production', false],
    ['github.com/acme/*', 'github.com/acme/shop', 'ci', true],
    ['github.com/acme/*', 'github.com/acme-evil/shop', 'ci', false],
    ['github.com/acme/shop-*#staging', 'github.com/acme/shop-web', 'staging', true],
    ['github.com/acme/shop-*#staging', 'github.com/acme/shop-web', 'production', false],
    ['gitlab.com/acme/web/*', 'gitlab.com/acme/web/shop', 'production', true],
    ['github.com/acme/shop', 'github.com/acme/shop', 'pr12', true],
    ['github.com/acme/shop#preview', 'github.com/acme/shop', 'pr12', true],
    ['github.com/acme/shop#preview', 'github.com/acme/shop', 'preview', true],
    ['github.com/acme/shop#preview', 'github.com/acme/shop', 'production', false],
    ['github.com/acme/shop#staging', 'github.com/acme/shop', 'pr12', false],
  ])('%s allows %s in %s: %p', (pattern, repository, environment, expected) => {
    expect(isAllowed(pattern, repository, environment)).toBe(expected);
  });

  it('is one pilot’s alone', () => {
    expect(isAllowed('github.com/acme/shop', 'github.com/acme/shop', 'production', 'other')).toBe(false);
    expect(isAllowed('github.com/acme/shop', 'github.com/acme/shop', 'production', 'constructor')).toBe(false);
    const everyone = readOperator(
      bytesOf('apiVersion: pilotage/v1\neveryone: { repositories: [github.com/acme/shop] }\n'),
      'operator.yaml',
    );
    expect(everyone).toMatchObject({ ok: false, problems: [{ code: 'OPERATOR_FILE', place: { line: 2 } }] });
  });

  it.each([
    'github.com/*',
    'github.com/acme*',
    '*',
    'github.com',
    'github.com/acme/sh*p',
    'github.com/acme/shop#',
    'github.com/acme/shop#Staging',
    'github.com/acme/shop#a#b',
    'github.com/acme/shop#pr12',
    'GitHub.com/acme/shop',
    'https://github.com/acme/shop',
  ])('is never %s', (pattern) => {
    const read = readOperator(bytesOf(withRepositories(pattern)), 'operator.yaml');
    expect(read).toMatchObject({ ok: false, problems: [{ place: { line: 3 } }] });
  });
});

describe('webhook: a deployment by a push', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage.close());

  const allow = (text: string) =>
    stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key: 'operator.yaml', Body: text }));
  const problemsFor = (repository: string, environment = 'production', text = gitManifest('acme-shop')) => {
    const loaded = loadManifest(bytesOf(text), 'pilot.yaml');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return repositoryProblems(loaded, { repository }, environment);
  };

  it('is allowed by nobody where there is no operator’s file', async () => {
    expect(await problemsFor('github.com/acme/shop')).toMatchObject([
      {
        code: 'REPOSITORY_FORBIDDEN',
        place: { file: 'pilot.yaml', line: 4, path: 'source.git.repository' },
        hint: expect.stringContaining('github.com/acme/shop#production to pilots.acme-shop.repositories'),
      },
    ]);
  });

  it('is allowed to a preview as to all of them', async () => {
    expect(await problemsFor('github.com/acme/shop', 'pr12')).toMatchObject([
      {
        message: expect.stringContaining('to pr12'),
        hint: expect.stringContaining('github.com/acme/shop#preview to pilots.acme-shop.repositories'),
      },
    ]);
  });

  it('is right in the environments that the operator allows', async () => {
    await allow(withRepositories('github.com/acme/shop#staging'));
    expect(await problemsFor('github.com/acme/shop', 'staging')).toEqual([]);
    expect(await problemsFor('github.com/acme/shop')).toMatchObject([{ code: 'REPOSITORY_FORBIDDEN' }]);
  });

  it('is of the repository that the manifest names, and of no other that is allowed', async () => {
    await allow(withRepositories('github.com/acme/*'));
    expect(await problemsFor('github.com/acme/fork')).toMatchObject([{ code: 'REPOSITORY_OTHER' }]);
    const uploaded = 'apiVersion: pilotage/v1\nname: acme-shop\ntarget: static\nsource: { artifact: site.zip }\n';
    expect(await problemsFor('github.com/acme/shop', 'production', uploaded)).toMatchObject([
      { code: 'REPOSITORY_OTHER', place: { line: 4 } },
    ]);
  });
});
