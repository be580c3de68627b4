import { readManifest } from '../../../shared/git/reading/environments.ts';
import { type Circumstances, judged, kept, outcomeOf, wrongOf } from '../../../shared/git/reading/judged.ts';
import { readOperator } from '../../../shared/manifest/operator.ts';
import { gitManifest, REPOSITORY } from './manifests.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const operatorOf = (lines: string) =>
  readOperator(bytesOf(`apiVersion: pilotage/v1\npilots:\n  acme-shop: { ${lines} }\n`), 's3://m/operator.yaml');
const ALLOWING = operatorOf(`repositories: [${REPOSITORY}]`);

function judgedOf(text: string, by: Partial<Circumstances> = {}) {
  const read = readManifest(bytesOf(text), 'pilot.yaml', 'acme-shop');
  if (!read.ok || !read.environments[0]) throw new Error(JSON.stringify(read));
  return judged(read.environments[0], {
    ref: { kind: 'branch', name: 'main' },
    repository: REPOSITORY,
    manifest: 'pilot.yaml',
    operator: ALLOWING,
    changed: undefined,
    usual: undefined,
    ...by,
  });
}

describe('webhook: an environment that a branch is for', () => {
  it('is deployed where the operator allows the repository', () => {
    expect(judgedOf(gitManifest('acme-shop'))).toEqual({ deploys: true });
  });

  it('is not where the operator has not, and it is said what the operator can do', () => {
    expect(judgedOf(gitManifest('acme-shop'), { operator: operatorOf('') })).toEqual({
      deploys: false,
      reason: expect.stringMatching(/not allowed.*pilots\.acme-shop\.repositories in s3:\/\/m\/operator\.yaml/),
    });
  });

  it('is not where the manifest names another repository', () => {
    expect(judgedOf(gitManifest('acme-shop', { repository: 'github.com/acme/other' }))).toEqual({
      deploys: false,
      reason: expect.stringContaining('github.com/acme/other'),
    });
  });

  it('fails where the operator’s file is wrong: nobody knows what is allowed', () => {
    expect(judgedOf(gitManifest('acme-shop'), { operator: operatorOf('colour: [blue]') })).toMatchObject({
      deploys: false,
      problems: [{ code: 'OPERATOR_FILE' }],
    });
  });

  it('with paths is deployed by a branch only where one was changed, by a tag always', () => {
    const text = gitManifest('acme-shop', { git: ', tags: v, paths: ["apps/web/**"]' });
    expect(judgedOf(text, { changed: ['docs/a.md'] })).toEqual({
      deploys: false,
      isUntouched: true,
      reason: 'acme-shop in production: nothing was changed in apps/web/**',
    });
    expect(judgedOf(text, { changed: ['docs/a.md', 'apps/web/b.ts'] })).toEqual({ deploys: true });
    expect(judgedOf(text, { changed: ['docs/a.md'], ref: { kind: 'tag', name: 'v1' } })).toEqual({ deploys: true });
  });
});

describe('webhook: what became of a push', () => {
  const at = (pilot: string) => ({ pilot, manifest: `${pilot}.yaml` });
  const problem = (message: string) => ({ code: 'MANIFEST_VALUE', message });

  it('are the deployments, beside what is wrong with other pilots', () => {
    const told = [
      { ...at('a'), environment: 'production', deployment: 'a_1' },
      { ...at('b'), problems: [problem('no')] },
      { ...at('c'), reason: 'not c' },
    ];
    expect(outcomeOf(told)).toEqual({ kind: 'deployments', deployments: ['a_1'], problems: [problem('no')] });
    expect(outcomeOf(told.slice(0, 1))).toEqual({ kind: 'deployments', deployments: ['a_1'] });
  });

  it('is a failure where nothing is deployed and something is wrong, and else why nothing is', () => {
    expect(
      outcomeOf([
        { ...at('b'), problems: [problem('no')] },
        { ...at('c'), reason: 'not c' },
      ]),
    ).toEqual({
      kind: 'failed',
      problems: [problem('no')],
    });
    expect(
      outcomeOf([
        { ...at('b'), reason: 'not b' },
        { ...at('c'), reason: 'not c' },
      ]),
    ).toEqual({
      kind: 'ignored',
      reason: 'not b; not c',
    });
    expect(outcomeOf([])).toMatchObject({ kind: 'ignored' });
  });

  it('holds a hundred problems at most, of each pilot some', () => {
    const many = Array.from({ length: 101 }, (_, one) => problem(`${one}`));
    const told = kept(Array.from({ length: 20 }, (_, one) => ({ ...at(`p${one}`), problems: many })));
    expect(told.map(({ problems }) => problems?.length)).toEqual(Array.from({ length: 20 }, () => 5));
    expect(kept([{ ...at('a'), problems: many }])[0]?.problems).toHaveLength(100);
  });

  it('fits into an event with its statuses, however long its problems are', () => {
    const long = (bytes: number) => ({ ...problem('ß'.repeat(bytes / 2)), hint: 'x'.repeat(bytes) });
    for (const bytes of [2_000, 200_000]) {
      const problems = Array.from({ length: 100 }, () => long(bytes));
      const told = kept(Array.from({ length: 20 }, (_, one) => ({ ...at(`p${one}`), problems })));
      expect(told.every((one) => one.problems?.length)).toBe(true);
      const detail = { outcome: outcomeOf(told), wrong: wrongOf(told) };
      expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(250_000);
    }
  });
});
