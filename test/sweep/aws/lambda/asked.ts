import type { Worker } from '../../worker.ts';
import { type Reply, type Request, textOf } from '../call.ts';
import { Refusal } from '../query.ts';
import type { Settings, Version } from './state.ts';

export interface Body extends Partial<Settings> {
  FunctionName: string;
  RevisionId?: string;
  Code?: CodeBody;
  Architectures?: string[];
  Tags?: Record<string, string>;
  CodeSha256?: string;
  Name: string;
  FunctionVersion: string;
  RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
  AuthType: string;
  StatementId: string;
}
export interface CodeBody {
  ZipFile?: string;
  S3Bucket?: string;
  S3Key?: string;
  S3ObjectVersion?: string;
}

/** What is asked, and of which function. */
export type Asked = { name: string; rest: string; qualifier: string; body: Body & CodeBody };
export type Act = (asked: Asked, by: Worker) => Reply;

export const answered = (status: number, body?: object): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: body ? JSON.stringify(body) : '',
});

export const absent = (what: string) => new Refusal('ResourceNotFoundException', `${what} was not found`, 404);
export const conflict = (message: string) => new Refusal('ResourceConflictException', message, 409);

/** Only who has seen the latest revision changes it. */
export function matching({ body }: Asked, revision: string): void {
  if (body.RevisionId !== undefined && body.RevisionId !== revision)
    throw new Refusal(
      'PreconditionFailedException',
      'The RevisionId provided does not match the latest RevisionId',
      412,
    );
}

const SETTINGS: (keyof Settings)[] = [
  'Description',
  'Role',
  'MemorySize',
  'Timeout',
  'Environment',
  'DeadLetterConfig',
  'LoggingConfig',
  'VpcConfig',
  'Runtime',
  'Handler',
];

export const settingsIn = (body: Partial<Settings>): Partial<Settings> =>
  Object.fromEntries(SETTINGS.flatMap((key) => (body[key] === undefined ? [] : [[key, body[key]]])));

/** What makes a function another one than it was. */
export const contentOf = (version: Version): string =>
  JSON.stringify([...SETTINGS.map((key) => version[key]), version.code, version.architecture]);

export function askedIn({ path, query = {}, body }: Request): Asked {
  const [, name = '', rest = ''] = /\/functions(?:\/([^/]+))?\/?(.*)$/.exec(decodeURIComponent(path)) ?? [];
  const text = textOf(body);
  return { name, rest, qualifier: String(query.Qualifier ?? ''), body: text ? JSON.parse(text) : {} };
}

export function aboutOf({ name, rest, qualifier, body }: Asked): string {
  const { FunctionName, FunctionVersion, RoutingConfig, Description } = body;
  const weights = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {}).map(([to, share]) => `${to} ${share}`);
  return [name || FunctionName, rest, qualifier, FunctionVersion, ...weights, Description].filter(Boolean).join(' ');
}
