import { configurationOf } from '../../shared/configuration/told.ts';
import { loadManifest } from '../../shared/manifest/load.ts';
import { notYet } from '../../shared/manifest/not-yet.ts';
import { resolvedFrom } from '../support/manifest.ts';

const HEAD = { apiVersion: 'pilotage/v1', name: 'acme' };
const ECS = { ...HEAD, target: 'ecs', source: { image: 'acme/shop:1' } };
const EC2 = { ...HEAD, target: 'ec2', source: { artifact: 'shop.zip' } };
const FILE = { config: { file: 'settings.json', values: { a: 1 } } };

/** Codes and places of what is not deployed yet. */
function later(manifest: object): string[] {
  const loaded = loadManifest(new TextEncoder().encode(JSON.stringify(manifest, null, 1)), 'pilot.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return notYet(loaded).map(({ code, place }) => `${place?.line} ${code} ${place?.path}`);
}

describe('a file of settings', () => {
  it.each([ECS, EC2])('is deployed for target $target', (target) => {
    expect(later({ ...target, ...FILE })).toEqual([]);
  });

  it('of a service brings a volume along, and of instances none', () => {
    expect(resolvedFrom({ ...ECS, ...FILE })).toMatchObject({ ecs: { mount: '/mnt/efs' } });
    expect(resolvedFrom({ ...EC2, ...FILE })).not.toHaveProperty('ec2.mount');
  });

  it.each([
    [ECS, {}, '/mnt/efs/config/settings.json'],
    [ECS, { ecs: { mount: '/data' } }, '/data/config/settings.json'],
    [EC2, {}, '/mnt/efs/config/settings.json'],
    [EC2, { ec2: { mount: '/data' } }, '/data/config/settings.json'],
  ])('is found where the volume is mounted: %#', (target, more, path) => {
    expect(configurationOf(resolvedFrom({ ...target, ...FILE, ...more }))).toMatchObject({
      file: { path },
      variables: { CONFIG_FILE: path },
    });
  });
});

describe('a reference among settings', () => {
  it('would be handed on as text, so it is refused, where it stands', () => {
    const values = { a: 'secret:smtp', deep: { list: ['x', 'ssm:y'] }, out: 'stack-output:network.VpcId', b: 'secret' };
    expect(later({ ...ECS, config: { file: 'settings.json', values } })).toEqual([
      '11 NOT_YET config.values.a',
      '15 NOT_YET config.values.deep.list[1]',
      '18 NOT_YET config.values.out',
    ]);
  });
});
