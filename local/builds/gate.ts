import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { clientOf, type Where } from './aws.ts';
import type { Caller, Values } from './operations.ts';

interface Answer {
  status: number;
  body: string;
}

/** The emulator, which knows who may do what, and the projects: stacks make them there. */
export interface Gate {
  /** Hands a request on as it came, its host as well: it is signed. */
  pass(headers: IncomingHttpHeaders, body: string): Promise<Answer>;
  /** Whether the caller may do that, by the emulator's own IAM. */
  allowed(asked: Values, headers: IncomingHttpHeaders, body: string): Promise<Caller | { refused: Answer }>;
}

const OK = 200;
/** What the emulator says of builds, which it does not have, and of projects that there are not: that is told here. */
const UNKNOWN = /ResourceNotFoundException/;

export function gateTo(where: Where): Gate {
  const client = new CodeBuildClient(clientOf(where));
  const pass: Gate['pass'] = (headers, body) =>
    new Promise((resolve, reject) => {
      const asking = request(where.emulatorUrl, { method: 'POST', headers, agent: false }, (answer) => {
        text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, body: said }), reject);
      });
      asking.on('error', reject);
      asking.end(body);
    });
  return {
    pass,
    async allowed({ projectName }, headers, body) {
      const answer = await pass(headers, body);
      if (answer.status !== OK && !UNKNOWN.test(answer.body)) return { refused: answer };
      const project = projectName === undefined ? undefined : await projectNamed(client, String(projectName));
      return { project, initiator: initiatorIn(headers) };
    },
  };
}

async function projectNamed(client: CodeBuildClient, name: string) {
  const { projects = [] } = await client.send(new BatchGetProjectsCommand({ names: [name] }));
  return projects[0];
}

/** Callers are known by their key. */
const initiatorIn = ({ authorization = '' }: IncomingHttpHeaders): string =>
  /Credential=([^/]+)\//.exec(authorization)?.[1] ?? 'unknown';
