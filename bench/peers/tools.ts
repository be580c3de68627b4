import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../../local/emulator/environment.ts';
import type { Template } from '../../templates/template.ts';

const run = promisify(execFile);

/** Another tool that brings a template to CloudFormation. */
export interface Peer {
  name: string;
  /** @param url of what stands for AWS. @throws with what the tool said, when it failed. */
  deploy(stack: string, template: Template, folder: string, url: string): Promise<void>;
}

const CDK = 'aws-cdk@3.0.0';
const REGION = 'us-east-1';

/** The AWS CLI and the CDK, installed below `.local`; one that cannot be had is left out, and that is said. */
export async function peers(root: string): Promise<Peer[]> {
  const found = await Promise.all([awsCli(root), cdkDirect(root)].map((peer) => peer.catch((error: Error) => error)));
  return found.flatMap((peer) => {
    if (!(peer instanceof Error)) return [peer];
    console.error(`left out: ${peer.message}`);
    return [];
  });
}

async function awsCli(root: string): Promise<Peer> {
  const folder = join(root, '.local/bench-aws');
  const made = await pythonEnvironment({ folder, requirements: join(root, 'bench/peers/requirements.txt') });
  if ('problem' in made) throw new Error(`aws: ${made.problem.message}`);
  return {
    name: 'aws cloudformation deploy',
    async deploy(stack, template, scratch, url) {
      const file = join(scratch, `${stack}.json`);
      await writeFile(file, JSON.stringify(template));
      const args = [
        'cloudformation',
        'deploy',
        '--no-fail-on-empty-changeset',
        '--stack-name',
        stack,
        '--template-file',
        file,
      ];
      // It names its change sets by the second.
      await after(1_100);
      await call(made.python, ['-m', 'awscli', ...args, '--capabilities', 'CAPABILITY_NAMED_IAM'], scratch, url);
    },
  };
}

async function cdkDirect(root: string): Promise<Peer> {
  const prefix = join(root, '.local/bench-cdk');
  await run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', prefix, CDK]);
  return {
    name: 'cdk deploy --method=direct',
    async deploy(stack, template, scratch, url) {
      const app = join(scratch, `${stack}.assembly`);
      await mkdir(app, { recursive: true });
      await writeFile(join(app, 'stack.template.json'), JSON.stringify(template));
      await writeFile(join(app, 'manifest.json'), JSON.stringify(assembly(stack)));
      const args = ['deploy', '--method=direct', '--app', app, '--require-approval', 'never', '--ci', '--no-notices'];
      await call(join(prefix, 'node_modules/.bin/cdk'), args, scratch, url);
    },
  };
}

/** https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema */
const assembly = (stackName: string) => ({
  version: '38.0.0',
  artifacts: {
    stack: {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${REGION}`,
      properties: { templateFile: 'stack.template.json', stackName },
    },
  },
});

const call = (program: string, args: string[], HOME: string, AWS_ENDPOINT_URL: string) =>
  run(program, args, {
    env: {
      PATH: process.env.PATH,
      HOME,
      AWS_ENDPOINT_URL,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      CDK_DISABLE_VERSION_CHECK: '1',
    },
  });
