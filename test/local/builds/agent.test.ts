import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import yazl from 'yazl';
import { parseBuildspec } from '../../../local/builds/buildspec.ts';
import { placeIn, unpack } from '../../../local/builds/source.ts';
import { until } from '../emulator/running.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-'));
});
afterEach(() => rm(folder, { recursive: true, maxRetries: 5 }));

it('takes all of a build’s processes with it when whoever started it is gone', async () => {
  const pid = join(folder, 'pid');
  const commands = [`sh -c 'echo $$ > ${pid}; exec sleep 600' & wait`];
  const orders = { shell: 'sh', source: folder, phases: { build: { commands, finally: [] } }, exported: [] };
  await writeFile(join(folder, 'orders.json'), JSON.stringify(orders));
  const agent = spawn(process.execPath, ['local/builds/agent.ts', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await until(async () => (await readFile(pid, 'utf8').catch(() => '')).endsWith('\n'));
  agent.stdin?.end();
  await once(agent, 'exit');
  const number = (await readFile(pid, 'utf8')).trim();
  await until(async () => (await readFile(`/proc/${number}/cmdline`, 'utf8').catch(() => '')) === '');
});

describe('a source', () => {
  const holding = (zip: Buffer) =>
    ({
      send: async (command: GetObjectCommand) => {
        expect(command.input).toEqual({ Bucket: 'acme', Key: 'a/source.zip', VersionId: 'v1' });
        return { Body: { transformToByteArray: async () => zip } };
      },
    }) as unknown as S3Client;
  const zipped = async (fill: (zip: yazl.ZipFile) => void) => {
    const zip = new yazl.ZipFile();
    fill(zip);
    zip.end();
    return buffer(zip.outputStream);
  };

  it('has its programs and its links as the repository has them', async () => {
    const zip = await zipped((one) => {
      one.addBuffer(Buffer.from('#!/bin/sh\n'), 'bin/run', { mode: 0o100755 });
      one.addBuffer(Buffer.from('text'), 'bin/text', { mode: 0o100644 });
      one.addBuffer(Buffer.from('bin/run'), 'start', { mode: 0o120777 });
    });
    await unpack(holding(zip), 'acme/a/source.zip', 'v1', folder);
    expect((await stat(join(folder, 'bin/run'))).mode & 0o111).toBe(0o111);
    expect((await stat(join(folder, 'bin/text'))).mode & 0o111).toBe(0);
    expect(await readlink(join(folder, 'start'))).toBe('bin/run');
  });

  it('writes nothing through a link that leads elsewhere', async () => {
    const inner = join(folder, 'inner');
    const zip = await zipped((one) => {
      one.addBuffer(Buffer.from(folder), 'out', { mode: 0o120777 });
      one.addBuffer(Buffer.from('written'), 'out/file', { mode: 0o100644 });
    });
    await expect(unpack(holding(zip), 'acme/a/source.zip', 'v1', inner)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(existsSync(join(folder, 'file'))).toBe(false);
  });

  it('is named by bucket and key, or by its ARN', () => {
    expect(placeIn('acme/a/b.zip')).toEqual({ Bucket: 'acme', Key: 'a/b.zip' });
    expect(placeIn('arn:aws:s3:::acme/a/b.zip')).toEqual({ Bucket: 'acme', Key: 'a/b.zip' });
  });
});

describe('a buildspec', () => {
  it('is read with all that builds here know', () => {
    expect(
      parseBuildspec(`version: 0.2
env:
  shell: bash
  variables: { A: 1 }
  parameter-store: { B: /b }
  secrets-manager: { C: 'c:key' }
  exported-variables: [A]
phases: { build: { commands: make, finally: [clean], on-failure: CONTINUE } }
artifacts: { files: [a], exclude-paths: b, base-directory: out, discard-paths: yes, enable-symlinks: "yes", name: x }
cache: { paths: [node_modules/**/*] }
`),
    ).toEqual({
      ...{ shell: 'bash', variables: { A: '1' }, parameters: { B: '/b' }, secrets: { C: 'c:key' }, exported: ['A'] },
      phases: { build: { commands: ['make'], finally: ['clean'], onFailure: 'CONTINUE' } },
      artifacts: {
        ...{ files: ['a'], excluded: ['b'], baseDirectory: 'out', name: 'x', discardsPaths: true, keepsLinks: true },
      },
      cachePaths: ['node_modules/**/*'],
    });
  });

  it.each([
    ['version: 0.2', 'At least one phase'],
    ['text', 'wrong number of container tags'],
    ['version: 0.2\nenv: { shell: powershell }\nphases: { build: { commands: [a] } }', 'the shell powershell'],
    ['version: 0.2\nphases: { build: { commands: [a], on-failure: SHRUG } }', 'on-failure of build is SHRUG'],
  ])('that says %j is refused', (text, words) => {
    expect(parseBuildspec(text)).toContain(words);
  });
});
