import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { pilot } from '../../cli/program.ts';
import { loadManifest } from '../../shared/manifest/load.ts';
import { TARGETS } from '../../shared/manifest/sections/index.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
afterAll(() => desk.close());

const written = (folder: string) => {
  const loaded = loadManifest(readFileSync(join(desk.folder, folder, 'pilot.yaml')), 'pilot.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.manifest;
};

describe('pilot init', () => {
  it.each(TARGETS)('writes a valid manifest for target %s, and what editors need beside it', async (target) => {
    const { exit, out } = await desk.type('init', target, '--target', target, '--name', 'acme-one');
    expect([exit, out]).toEqual([
      0,
      expect.stringContaining(`✔ ${target}/pilot.yaml\n✔ ${target}/pilot.schema.json\n`),
    ]);
    expect(written(target)).toMatchObject({ name: 'acme-one', target });
    expect(JSON.parse(readFileSync(join(desk.folder, target, 'pilot.schema.json'), 'utf8')).title).toBe('pilot.yaml');
  });

  it.each([
    ['a Dockerfile', { Dockerfile: 'FROM node\nEXPOSE 3000/tcp\n' }, { target: 'ecs', ecs: { port: 3000 } }],
    ['a page', { 'index.html': '' }, { target: 'static', source: { artifact: 'site.zip' } }],
    [
      'a page for what is not there',
      { 'index.html': '', '404.html': '' },
      { target: 'static', static: { notFound: '404.html' } },
    ],
    [
      'a build tool',
      { 'package.json': '{"name": "@acme/Web_Shop", "devDependencies": {"vite": "1"}}' },
      { name: 'web-shop', target: 'static', source: { artifact: 'dist.zip' } },
    ],
    [
      'a page beside an empty package',
      { 'package.json': '{"dependencies": null, "devDependencies": 7}', 'index.html': '' },
      { target: 'static' },
    ],
    ['a Lambda function', { 'package.json': '{"devDependencies": {"@types/aws-lambda": "1"}}' }, { target: 'lambda' }],
    [
      'a handler',
      { 'package.json': '{}', 'handler.ts': '' },
      { target: 'lambda', lambda: { handler: 'handler.handler' } },
    ],
  ])('sees what the pilot is by %s', async (what, files, manifest) => {
    const folder = what.replaceAll(' ', '-').toLowerCase();
    desk.files(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])));
    expect((await desk.type('init', folder, '--no-schema')).exit).toBe(0);
    expect(written(folder)).toMatchObject({ name: folder, ...manifest });
    expect(readdirSync(join(desk.folder, folder))).not.toContain('pilot.schema.json');
  });

  it('leaves a manifest that is there as it is', async () => {
    desk.files({ 'there/pilot.yaml': 'mine' });
    const { exit, err } = await desk.type('init', 'there', '--target', 'static');
    expect([exit, err]).toEqual([2, expect.stringContaining('FILE_EXISTS')]);
    expect(readFileSync(join(desk.folder, 'there/pilot.yaml'), 'utf8')).toBe('mine');
  });

  it('writes nothing through a link that leads nowhere yet', async () => {
    mkdirSync(join(desk.folder, 'linked'));
    symlinkSync(join(desk.folder, 'elsewhere.yaml'), join(desk.folder, 'linked/pilot.yaml'));
    const { exit, err } = await desk.type('init', 'linked', '--target', 'static');
    expect([exit, err]).toEqual([2, expect.stringContaining('linked/pilot.yaml FILE_EXISTS')]);
    expect(existsSync(join(desk.folder, 'elsewhere.yaml'))).toBe(false);
  });

  it('says where it cannot write', async () => {
    desk.files({ file: '' });
    const { exit, err } = await desk.type('init', 'file', '--target', 'static', '--name', 'acme');
    expect([exit, err]).toEqual([2, expect.stringContaining('file FILE_UNWRITABLE it cannot be written (EEXIST)')]);
  });

  it('says what to do next', async () => {
    const { out } = await desk.type('init', 'next steps', '--target', 'static');
    expect(out).toContain("pilot plan 'next steps/pilot.yaml'\n");
    expect(out).toContain("pilot deploy 'next steps/pilot.yaml'\n");
  });

  it('asks nobody where there is no terminal, and says what it misses', async () => {
    const { exit, err } = await desk.type('init', 'bare');
    expect([exit, err]).toEqual([2, expect.stringContaining('INIT_UNKNOWN')]);
    expect(err).toContain('--target, such as static, ecs');
  });

  it('asks on a terminal, proposes what it saw, and asks again after an answer that cannot be', async () => {
    desk.files({ 'asked/index.html': '' });
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const said: string[] = [];
    const answers = ['Acme Site', 'acme-site', 'site', ''];
    const err = Object.assign(new PassThrough(), { isTTY: true });
    err.on('data', (chunk) => {
      said.push(String(chunk));
      if (/: $/.test(String(chunk)) && answers.length > 0) input.write(`${answers.shift()}\n`);
    });
    const io = {
      out: { write: () => true },
      err,
      input,
      env: {},
      cwd: desk.folder,
      home: desk.folder,
      signals: process,
    };
    expect(await pilot(['init', 'asked'], io)).toBe(0);
    expect(written('asked')).toMatchObject({ name: 'acme-site', target: 'static' });
    expect(said.join('')).toContain('Name of the pilot (asked): ');
    expect(said.join('')).toContain('Acme Site cannot be: expected a to z');
    expect(said.join('')).toContain('; by its index.html probably (static): ');
  });

  it('asks again where nothing was answered and nothing can be proposed', async () => {
    mkdirSync(join(desk.folder, 'empty'));
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const err = Object.assign(new PassThrough(), { isTTY: true });
    const answers = ['', '', 'ec2'];
    err.on('data', (chunk) => {
      if (/: $/.test(String(chunk)) && answers.length > 0) input.write(`${answers.shift()}\n`);
    });
    const io = {
      out: { write: () => true },
      err,
      input,
      env: {},
      cwd: desk.folder,
      home: desk.folder,
      signals: process,
    };
    expect(await pilot(['init', 'empty'], io)).toBe(0);
    expect(written('empty')).toMatchObject({ name: 'empty', target: 'ec2' });
  });

  it('ends when whoever was asked leaves', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const err = Object.assign(new PassThrough(), { isTTY: true });
    err.on('data', () => input.end());
    const io = {
      out: { write: () => true },
      err,
      input,
      env: {},
      cwd: desk.folder,
      home: desk.folder,
      signals: process,
    };
    expect(await pilot(['init', 'left'], io)).toBe(2);
  });

  it('writes a valid manifest in a folder of whatever name, or says that it needs one', async () => {
    const name = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !/[/\0]|^\.+$/.test(text));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(name, async (odd) => {
        const folder = join(`odd-${count++}`, odd);
        mkdirSync(join(desk.folder, folder), { recursive: true });
        const { exit, err } = await desk.type('init', '--target', 'static', '--no-schema', '--', folder);
        if (exit === 0) expect(written(folder).target).toBe('static');
        else expect([exit, err]).toEqual([2, expect.stringContaining('INIT_UNKNOWN')]);
      }),
      { numRuns: 60 },
    );
  });
});
