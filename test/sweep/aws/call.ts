import type { Worker } from '../worker.ts';

/** An HTTP request as the SDK hands it to its handler. */
export interface Request {
  method: string;
  hostname: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

/** What a service answers. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** A request that has been understood, before it has any effect. */
export interface Operation {
  service: ServiceName;
  /** As AWS names it: `UpdateItem`. */
  name: string;
  /** What it is about, in one line, without anything that differs between two runs of one seed. */
  about: string;
  /** Whether it changes anything. */
  writes: boolean;
  /** Whether AWS may answer it with what was true a moment ago. */
  mayBeStale?: boolean;
  /** Whether it is refused while another write of the same rows is under way. */
  mayConflict?: boolean;
  /**
   * Its client sends it once and never again, so nobody does it twice; where no answer came, it is done so many
   * milliseconds later, or not at all.
   */
  sentOnce?: readonly [number, number];
  /** Does it. @param stale answer from the state before the last change. */
  apply(worker: Worker, stale?: boolean): Reply;
}

export type ServiceName =
  | 'dynamodb'
  | 's3'
  | 'kvs'
  | 'states'
  | 'events'
  | 'lambda'
  | 'sns'
  | 'cloudformation'
  | 'ecs'
  | 'autoscaling'
  | 'ec2'
  | 'ssm'
  | 'elb'
  | 'scaling'
  | 'logs'
  | 'iam'
  | 'cloudwatch'
  | 'beanstalk'
  | 'rds'
  | 'efs'
  | 'quotas'
  | 'ip-ranges'
  | 'codebuild'
  | 'ecr'
  | 'secretsmanager'
  | 'git-host';

/** A service: understands its requests, and says how it fails. */
export interface Service {
  name: ServiceName;
  /** Whether a request is for it, by the name of its host. */
  isAt(hostname: string): boolean;
  /** @throws when it is asked for something that it does not know: nothing is guessed. */
  read(request: Request): Operation;
  /** How it says that something went wrong on its side, and that it is asked too much. */
  error: Reply;
  throttled: Reply;
  /** How it says that another write of the same rows is under way. @param name of the operation. */
  conflict?(name: string): Reply;
}

const decoder = new TextDecoder();

/** The body as text; requests here are small. */
export function textOf(body: unknown): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return decoder.decode(body);
  throw new Error('a body that is streamed is not known here');
}

export const jsonReply = (status: number, body: object, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
  body: JSON.stringify(body),
});

export const jsonError = (status: number, code: string, more: object = {}): Reply =>
  jsonReply(status, { __type: code, message: code, ...more }, { 'x-amzn-errortype': code });
