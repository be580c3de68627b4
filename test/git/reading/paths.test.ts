import { isTouched } from '../../../shared/git/reading/paths.ts';

describe('webhook: the paths of a manifest', () => {
  it.each([
    ['apps/web/**', 'apps/web/src/index.ts', true],
    ['apps/web/**', 'apps/web/.env.example', true],
    ['apps/web/**', 'apps/website/index.ts', false],
    ['apps/web/**', 'packages/apps/web/index.ts', false],
    ['apps/web', 'apps/web/src/index.ts', true],
    ['apps/web/', 'apps/web/src/index.ts', true],
    ['./apps/web', 'apps/web/a', true],
    ['apps/web', 'apps/web', true],
    ['apps/web', 'apps/web2/a', false],
    ['**/*.ts', 'index.ts', true],
    ['**/*.ts', 'a/b/index.ts', true],
    ['**/*.ts', 'a/b/index.tsx', false],
    ['*.md', 'docs/readme.md', false],
    ['apps/*/src/**', 'apps/web/src/a/b', true],
    ['apps/*/src/**', 'apps/web/deep/src/a', false],
    ['apps/**/src', 'apps/web/deep/src/a', true],
    ['v?.txt', 'v1.txt', true],
    ['v?.txt', 'v12.txt', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-b-d', false],
    ['[a].ts', 'a.ts', false],
  ])('%s has %s: %p', (pattern, path, expected) => {
    expect(isTouched([pattern], 'pilot.yaml', [path])).toBe(expected);
  });

  it('let through whatever may have been changed, and any change of the manifest', () => {
    expect(isTouched(undefined, 'pilot.yaml', [])).toBe(true);
    expect(isTouched(['apps/**'], 'pilot.yaml', undefined)).toBe(true);
    expect(isTouched(['apps/**'], 'deploy/pilot.yaml', ['deploy/pilot.yaml'])).toBe(true);
    expect(isTouched(['apps/**'], 'pilot.yaml', [])).toBe(false);
    expect(isTouched(['apps/**', 'lib'], 'pilot.yaml', ['docs/a', 'lib/b'])).toBe(true);
  });

  it('keep nobody waiting, whatever they are', () => {
    const worst = Array.from({ length: 20 }, () => `${'*a'.repeat(99)}b`);
    const deep = Array.from({ length: 20 }, () => `${'**/a/'.repeat(39)}b`);
    const paths = Array.from({ length: 300 }, (_, at) => `${'a'.repeat(250)}${at}`);
    const began = process.cpuUsage();
    expect(isTouched(worst, 'pilot.yaml', paths)).toBe(false);
    expect(isTouched(deep, 'pilot.yaml', [Array.from({ length: 120 }, () => 'a').join('/')])).toBe(false);
    expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
  });
});
