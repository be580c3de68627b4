import { referencePage } from '../../build/docs/page.ts';
import { describeManifest, findDescribed } from '../../shared/manifest/describe.ts';
import { loadManifest } from '../../shared/manifest/load.ts';
import { TARGETS, type TargetName } from '../../shared/manifest/sections/index.ts';

const SOURCES: Record<TargetName, object> = {
  static: { artifact: 'site.zip' },
  ecs: { image: 'acme/shop:1' },
  ec2: { artifact: 'shop.zip' },
  beanstalk: { artifact: 'shop.zip' },
  lambda: { artifact: 'shop.zip' },
};

/** The paths that a manifest with this in it is refused at. */
function refusedAt(target: TargetName, more: object): (string | undefined)[] {
  const platform = target === 'beanstalk' && { beanstalk: { platform: 'Docker running on 64bit Amazon Linux 2023' } };
  const manifest = { apiVersion: 'pilotage/v1', name: 'acme', target, source: SOURCES[target], ...platform, ...more };
  const loaded = loadManifest(new TextEncoder().encode(JSON.stringify(manifest)), 'pilot.yaml');
  return loaded.ok ? [] : loaded.problems.map(({ place }) => place?.path);
}

describe('the targets that are told of a key', () => {
  it.each<[path: string, more: object]>([
    ['config.file', { config: { file: 'settings.json' } }],
    ['components.<name>.command', { components: { work: { about: 'works', command: ['work'] } } }],
    ['components.<name>.handler', { components: { work: { about: 'works', handler: 'work.handler' } } }],
  ])('are those that may use %s', (path, more) => {
    const told = findDescribed(path)?.targets ?? [];
    expect(told.length).toBeGreaterThan(0);
    expect(TARGETS.filter((target) => refusedAt(target, more).length === 0)).toEqual(told);
  });

  it('stand in the reference where they are not those of the section', () => {
    const row = referencePage('').match(/^\| `file` .*CONFIG_FILE.*$/m)?.[0];
    expect(row).toContain('For targets `ecs`, `ec2`.');
  });

  it('are all for the weights of a rollout, and one of them takes but one', () => {
    const parts = { rollout: { steps: [10, 100] } };
    expect(TARGETS.filter((target) => refusedAt(target, parts).includes('rollout.steps'))).toEqual(['beanstalk']);
    expect(describeManifest().find(({ path }) => path === 'rollout')?.keys[0]?.description).toContain(
      'for target beanstalk only [100]',
    );
  });
});
