import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from '../../templates/template.ts';
import { SMALL } from '../preview/samples.ts';
import { at, of, statementsOf } from './reading.ts';
import { TEMPLATES, templateIn } from './samples.ts';

const SOURCE = join(__dirname, '../../templates/parts/settings-writer.cjs');
const RELEASE = '0123456789abcdef0123';
const OTHER = '3210fedcba9876543210';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the function that writes settings', () => {
  let root: string;
  let handler: (event: unknown) => Promise<{ sha256?: string; removed?: number }>;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'pilotage-settings-'));
    process.env.ROOT = root;
    jest.resetModules();
    handler = require('../../templates/parts/settings-writer.cjs').handler;
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
    delete process.env.ROOT;
  });
  const written = (release = RELEASE, name = 'settings.json') => readFileSync(join(root, release, name), 'utf8');
  const write = (text: string, release = RELEASE, name = 'settings.json') => handler({ release, name, text });

  it('tells the digest of what it reads back, and leaves nothing but the file', async () => {
    expect(await write('{"é": 1}\n')).toEqual({ sha256: sha256('{"é": 1}\n') });
    expect(written()).toBe('{"é": 1}\n');
    expect(readdirSync(join(root, RELEASE))).toEqual(['settings.json']);
    expect(await write('')).toEqual({ sha256: sha256('') });
  });

  it('lets everybody read, and nobody write', async () => {
    await write('{}');
    expect(statSync(join(root, RELEASE, 'settings.json')).mode & 0o777).toBe(0o444);
    expect(statSync(join(root, RELEASE)).mode & 0o777).toBe(0o755);
  });

  it('written again is the same file', async () => {
    await write('{}');
    const { ino } = statSync(join(root, RELEASE, 'settings.json'));
    await write('{}');
    expect(statSync(join(root, RELEASE, 'settings.json')).ino).toBe(ino);
  });

  it('keeps the version before, and leaves those of other releases', async () => {
    await write('other', OTHER);
    await write('one');
    await write('two');
    await write('one');
    await write('two');
    expect(written()).toBe('two');
    expect(written(OTHER)).toBe('other');
    const kept = readdirSync(join(root, RELEASE, '.previous')).map((name) => written(RELEASE, `.previous/${name}`));
    expect(kept.sort()).toEqual(['one', 'two']);
  });

  it('only looks where it is given no text', async () => {
    expect(await handler({ release: RELEASE, name: 'settings.json' })).toEqual({ sha256: undefined });
    expect(readdirSync(root)).toEqual([]);
    await write('{}');
    expect(await handler({ release: RELEASE, name: 'settings.json' })).toEqual({ sha256: sha256('{}') });
  });

  it.each([
    ['a release that leads out', { release: `../${RELEASE}`, name: 'settings.json', text: '' }],
    ['a release that is a list', { release: [RELEASE], name: 'settings.json', text: '' }],
    ['no release', { name: 'settings.json', text: '' }],
    ['a name that leads out', { release: RELEASE, name: '../settings.json', text: '' }],
    ['a name in a folder', { release: RELEASE, name: 'a/settings.json', text: '' }],
    ['a hidden name', { release: RELEASE, name: '.env', text: '' }],
    ['another ending', { release: RELEASE, name: 'settings.sh', text: '' }],
    ['no text', { release: RELEASE, name: 'settings.json', text: { a: 1 } }],
    ['everything', { remove: [RELEASE, ''] }],
    ['a folder above', { remove: [RELEASE, '..'] }],
  ])('refuses %s, and changes nothing', async (_, event) => {
    await write('{}');
    await expect(handler(event)).rejects.toThrow();
    expect(readdirSync(root)).toEqual([RELEASE]);
    expect(written()).toBe('{}');
  });

  it('removes releases and nothing else, also twice', async () => {
    await write('one');
    await write('two', OTHER);
    for (let time = 0; time < 2; time += 1) expect(await handler({ remove: [RELEASE] })).toEqual({ removed: 1 });
    expect(readdirSync(root)).toEqual([OTHER]);
  });

  it('clears away what was left half done long ago, and leaves what another run is at', async () => {
    mkdirSync(join(root, RELEASE));
    for (const name of ['.half-old', '.half-new']) writeFileSync(join(root, RELEASE, name), 'x');
    utimesSync(join(root, RELEASE, '.half-old'), 0, 0);
    await write('{}');
    expect(readdirSync(join(root, RELEASE)).sort()).toEqual(['.half-new', 'settings.json']);
  });

  it('killed at any moment, leaves the file as it was or the whole new one', async () => {
    const versions = ['a', 'b'].map((letter) => letter.repeat(200_000));
    await write(versions[0] as string);
    const script = `
      const { handler } = require(${JSON.stringify(SOURCE)});
      const versions = ['a', 'b'].map((letter) => letter.repeat(200_000));
      (async () => { for (let turn = 1; ; turn += 1) {
        await handler({ release: '${RELEASE}', name: 'settings.json', text: versions[turn % 2] });
        if (turn === 1) console.log('begun');
      } })();`;
    for (let run = 0; run < 8; run += 1) {
      const child = spawn(process.execPath, ['-e', script], { env: { ...process.env, ROOT: root } });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      for (let look = 0; look < 20; look += 1) expect(versions).toContain(written());
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      expect(versions).toContain(written());
    }
    expect(await write('whole')).toEqual({ sha256: sha256('whole') });
  }, 30_000);
});

describe('in the template', () => {
  const template = TEMPLATES['ecs-settings'] as Template;

  it('has the code as it was tested, within what CloudFormation takes', () => {
    const code = at(template.Resources.SettingsWriter, 'Properties', 'Code', 'ZipFile');
    expect(code).toBe(readFileSync(SOURCE, 'utf8'));
    expect(String(code).length).toBeLessThanOrEqual(4096);
  });

  it('reaches the volume and nothing else, and is reached by nobody', () => {
    expect(template.Resources.SettingsGroup?.Properties).toMatchObject({
      SecurityGroupEgress: [{ FromPort: 2049, ToPort: 2049, DestinationSecurityGroupId: expect.anything() }],
    });
    expect(template.Resources.SettingsGroup?.Properties?.SecurityGroupIngress).toBeUndefined();
  });

  it('writes through its own access point alone, beside what the pilot’s own leads to', () => {
    const [own, settings] = of(template, 'AWS::EFS::AccessPoint').map(({ Properties }) => Properties) as [
      object,
      object,
    ];
    expect([at(own, 'RootDirectory', 'Path'), at(settings, 'RootDirectory', 'Path')]).toEqual([
      '/pilot',
      '/configuration',
    ]);
    expect(at(settings, 'PosixUser', 'Uid')).not.toBe(at(own, 'PosixUser', 'Uid'));
    const mounting = statementsOf(template).filter(({ Action }) => Action.includes('elasticfilesystem:ClientWrite'));
    expect(mounting).toContainEqual(
      expect.objectContaining({
        Condition: {
          ArnEquals: {
            'elasticfilesystem:AccessPointArn': { 'Fn::Sub': expect.stringContaining('SettingsAccessPoint') },
          },
        },
      }),
    );
  });

  it('is nobody whom the tasks can come to the volume as', () => {
    const rights = at(template.Resources.TaskRole, 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement');
    expect(rights).toContainEqual({
      Effect: 'Deny',
      Action: ['elasticfilesystem:ClientMount'],
      Resource: { 'Fn::Sub': expect.stringContaining('FileSystem') },
      Condition: {
        ArnEquals: {
          'elasticfilesystem:AccessPointArn': { 'Fn::Sub': expect.stringContaining('SettingsAccessPoint') },
        },
      },
    });
  });

  it('is made when the volume can be reached', () => {
    expect(template.Resources.SettingsWriter?.DependsOn).toEqual(['MountTarget1', 'MountTarget2', 'SettingsWay']);
  });

  it('is not there where settings are variables', () => {
    const text = JSON.stringify(templateIn(`${SMALL.ecs}ecs: {mount: /mnt/efs}\nconfig: {values: {A: 1}}\n`));
    expect(text).toBe(JSON.stringify(templateIn(`${SMALL.ecs}ecs: {mount: /mnt/efs}\n`)));
    expect(text).not.toContain('Settings');
  });
});
