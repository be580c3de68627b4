import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../../local/emulator/environment.ts';
import { formatProblem } from '../../shared/errors.ts';
import type { Template } from '../../templates/template.ts';

const root = join(__dirname, '../..');

/** The Python that has cfn-lint and moto, in an environment of the project's own. */
export async function toolsPython(): Promise<string> {
  const requirements = join(__dirname, 'requirements.txt');
  const made = await pythonEnvironment({ folder: join(root, '.local/templates-venv'), requirements });
  if ('problem' in made) throw new Error(formatProblem(made.problem));
  return made.python;
}

/** What cfn-lint says of templates, a line each: `ecs.json: E3030 …`. */
export function lint(python: string, templates: Record<string, Template>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'pilotage-lint-'));
  const files = Object.entries(templates).map(([name, template]) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(template));
    return file;
  });
  const args = [
    '-c',
    'from cfnlint.runner import main; main()',
    '--regions',
    'eu-central-1',
    '--format',
    'json',
    '--template',
    ...files,
  ];
  const { stdout, stderr, status } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 1e8 });
  rmSync(folder, { recursive: true });
  if (status === null || (status !== 0 && !stdout.trim().startsWith('['))) throw new Error(stderr);
  const found = JSON.parse(stdout || '[]') as { Rule: { Id: string }; Message: string; Filename: string }[];
  return found.map(({ Rule, Message, Filename }) => `${Filename.replace(/.*\//, '')}: ${Rule.Id} ${Message}`);
}

export interface StackState {
  status: string;
  outputs: string[];
  /** What each is in AWS, by its name in the template. */
  resources: Record<string, string>;
}

interface Given {
  template: Template;
  parameters: Record<string, string>;
  /** What it is updated to. */
  next: Template;
}

/** Creates each stack on moto, and updates it. */
export function onMoto(python: string, given: Given[]): { created: StackState; updated: StackState }[] {
  const { stdout, stderr } = spawnSync(python, [join(__dirname, 'create.py')], {
    input: JSON.stringify(given),
    encoding: 'utf8',
    maxBuffer: 1e8,
    // It never asks AWS, and shall not be able to.
    env: { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL: '' },
  });
  // What moto does not know it names on a line of its own.
  const answer = stdout.trim().split('\n').at(-1) ?? '';
  if (!answer.startsWith('[')) throw new Error(stderr.slice(-2000));
  return JSON.parse(answer);
}

/** What breaks a rule: the resource by its name in the template. */
export interface Breach {
  template: string;
  resource: string;
  rule: string;
}

/** The Python that has AWS's rules, in an environment of the project's own. */
export async function guardPython(): Promise<string> {
  const requirements = join(__dirname, 'guard-requirements.txt');
  const made = await pythonEnvironment({ folder: join(root, '.local/guard-venv'), requirements });
  if ('problem' in made) throw new Error(formatProblem(made.problem));
  return made.python;
}

/** What of templates breaks AWS's own rules: https://docs.aws.amazon.com/controltower/latest/controlreference/proactive-controls.html */
export function breaches(python: string, templates: Record<string, Template>): Breach[] {
  const input = JSON.stringify(templates);
  const { stdout, stderr, status } = spawnSync(python, [join(__dirname, 'guard.py')], {
    input,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  const found = JSON.parse(stdout) as [string, string, string][];
  return found.map(([template, resource, rule]) => ({ template, resource, rule }));
}
