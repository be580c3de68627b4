import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Capability,
  CloudFormationClient,
  CloudFormationServiceException,
  CreateStackCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import type { Problem } from '../../shared/errors.ts';
import { artifact, digest, readZips, upload } from './artifacts.ts';
import { followStack, newestEvent } from './follow.ts';
import { type Template, withCode, withNodeOptions, zipNames } from './template.ts';

export interface DeployStackOptions {
  /** The emulator, such as `http://127.0.0.1:4566`. */
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  stackName: string;
  /** What osls packaged: holds `cloudformation-template-update-stack.json`. */
  packageFolder: string;
  /** Holds one zip for each function. */
  functionsFolder: string;
  parameters?: Record<string, string>;
  /** Options for Node that every function gets besides its own. */
  nodeOptions?: string;
  /** Milliseconds until it is given up; 120,000 unless said otherwise. */
  patience?: number;
  onProgress?: (line: string) => void;
}

export type StackDeployed =
  | { deployed: true; changed: boolean; outputs: Record<string, string> }
  | { deployed: false; problem: Problem };

/** The tag that says what a running stack was made from. */
const CONTENT_TAG = 'pilotage:content';

/**
 * Brings the packaged stack into the emulator: zips and template into a bucket
 * under keys made of their content, then one create or update, followed to its
 * end. Nothing is done where the running stack has the same content already.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
export async function deployStack(options: DeployStackOptions): Promise<StackDeployed> {
  const { endpoint, region, credentials, stackName, onProgress = () => {} } = options;
  const deadline = Date.now() + (options.patience ?? 120_000);
  const cloudFormation = new CloudFormationClient({ endpoint, region, credentials });
  const bucket = `${stackName}-packages`;

  const packaged = await readTemplate(options.packageFolder);
  const zips = await readZips(options.functionsFolder, zipNames(packaged));
  const keys = new Map([...zips].map(([name, { key }]) => [name, key]));
  const template = artifact(
    'template.json',
    JSON.stringify(withNodeOptions(withCode(packaged, { bucket, keys }), options.nodeOptions ?? '')),
  );
  const content = digest(template.key + JSON.stringify(options.parameters ?? {}));

  const running = await describe(cloudFormation, stackName);
  if (running && hasContent(running, content)) return { deployed: true, changed: false, outputs: outputs(running) };

  await upload(new S3Client({ endpoint, region, credentials, forcePathStyle: true }), bucket, [
    ...zips.values(),
    template,
  ]);
  const since = running && (await newestEvent(cloudFormation, stackName));
  const request = {
    StackName: stackName,
    TemplateURL: `${endpoint}/${bucket}/${template.key}`,
    Parameters: Object.entries(options.parameters ?? {}).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Capabilities: [Capability.CAPABILITY_NAMED_IAM],
    Tags: [{ Key: CONTENT_TAG, Value: content }],
  };
  try {
    await cloudFormation.send(running ? new UpdateStackCommand(request) : new CreateStackCommand(request));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { deployed: false, problem: problemOf(stackName, { ended: 'failed', reason: error.message }) };
  }
  const end = await followStack(cloudFormation, { since, stackName, deadline, onProgress });
  if (end.ended !== 'done') return { deployed: false, problem: problemOf(stackName, end) };
  const now = await describe(cloudFormation, stackName);
  return { deployed: true, changed: true, outputs: now ? outputs(now) : {} };
}

async function readTemplate(folder: string): Promise<Template> {
  return JSON.parse(await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
}

async function describe(client: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.find((stack) => stack.StackStatus !== 'DELETE_COMPLETE');
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** CloudFormation's one error for a stack that does not exist, and a template that it does not take. */
const isRefusal = (error: unknown): error is CloudFormationServiceException =>
  error instanceof CloudFormationServiceException && error.name === 'ValidationError';

const hasContent = ({ StackStatus, Tags }: Stack, content: string) =>
  (StackStatus === 'CREATE_COMPLETE' || StackStatus === 'UPDATE_COMPLETE') &&
  Tags?.some(({ Key, Value }) => Key === CONTENT_TAG && Value === content) === true;

const outputs = ({ Outputs = [] }: Stack) =>
  Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));

function problemOf(
  stackName: string,
  end: { ended: 'failed'; reason: string } | { ended: 'late'; waitingFor: string[] },
): Problem {
  if (end.ended === 'failed')
    return {
      code: 'STACK_FAILED',
      message: `the stack ${stackName} could not be made: ${end.reason}`,
      hint: 'the emulator’s log says more: .local/emulator.log',
    };
  return {
    code: 'STACK_LATE',
    message: `the stack ${stackName} was not ready in time; still waiting for ${end.waitingFor.join(', ')}`,
  };
}
