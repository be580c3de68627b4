import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The services that a step talks back to (Step Functions, EventBridge, Lambda), as far as the
 * SDK's wire goes: it takes every call and keeps what was said.
 */
export interface Listener {
  url: string;
  /** Answers to task tokens, in order. */
  answers: Answer[];
  events: { name: string; detail: Record<string, unknown> }[];
  invoked: { function: string; event: Record<string, unknown> }[];
  started: { machine: string; name: string; input: Record<string, unknown> }[];
  /** Status of executions by name; what is absent does not exist. */
  executions: Record<string, string>;
  /** How many of the next calls that hold this text fail with a server error. */
  failing: Record<string, number>;
  /** What happens, once, while a call that holds this text is under way. */
  during: Record<string, () => Promise<unknown>>;
  close(): Promise<void>;
}

export type Answer =
  | { token: string; success: Record<string, unknown> }
  | { token: string; error: string; cause: Record<string, unknown> };

type Json = Record<string, never>;

export async function listen(): Promise<Listener> {
  const heard: Omit<Listener, 'url' | 'close'> = {
    answers: [],
    events: [],
    invoked: [],
    started: [],
    executions: {},
    failing: {},
    during: {},
  };
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const action =
      String(request.headers['x-amz-target'] ?? 'Invoke')
        .split('.')
        .at(-1) ?? '';
    const happening = Object.keys(heard.during).find((part) => `${action} ${text}`.includes(part));
    if (happening) {
      const happen = heard.during[happening];
      delete heard.during[happening];
      await happen?.();
    }
    const failing = Object.keys(heard.failing).find((part) => `${action} ${text}`.includes(part));
    const left = failing ? (heard.failing[failing] ?? 0) : 0;
    if (failing && left > 0) heard.failing[failing] = left - 1;
    const [status, body] =
      left > 0
        ? [500, { __type: 'InternalFailure' }]
        : take(action, request.url ?? '', text ? JSON.parse(text) : {}, heard);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { ...heard, url: `http://127.0.0.1:${port}`, close };
}

function take(action: string, path: string, body: Json, heard: Omit<Listener, 'url' | 'close'>): [number, object] {
  switch (action) {
    case 'SendTaskSuccess':
      heard.answers.push({ token: body.taskToken ?? '', success: JSON.parse(body.output ?? '{}') });
      return [200, {}];
    case 'SendTaskFailure':
      heard.answers.push({
        token: body.taskToken ?? '',
        error: body.error ?? '',
        cause: JSON.parse(body.cause ?? '{}'),
      });
      return [200, {}];
    case 'PutEvents':
      for (const entry of (body.Entries ?? []) as { DetailType: string; Detail: string }[]) {
        heard.events.push({ name: entry.DetailType, detail: JSON.parse(entry.Detail) });
      }
      return [200, { FailedEntryCount: 0, Entries: [{ EventId: 'x' }] }];
    case 'StartExecution': {
      const { stateMachineArn: machine = '', name = '', input = '{}' } = body as Record<string, string>;
      if (heard.executions[name]) return [400, { __type: 'ExecutionAlreadyExists' }];
      heard.executions[name] = 'RUNNING';
      heard.started.push({ machine, name, input: JSON.parse(input) });
      return [200, { executionArn: `arn:${name}`, startDate: 0 }];
    }
    case 'DescribeExecution': {
      const name =
        String((body as Record<string, string>).executionArn)
          .split(':')
          .at(-1) ?? '';
      const status = heard.executions[name];
      return status ? [200, { status, name, startDate: 0 }] : [400, { __type: 'ExecutionDoesNotExist' }];
    }
    case 'Invoke':
      heard.invoked.push({ function: /functions\/([^/]+)\//.exec(path)?.[1] ?? '', event: body });
      return [202, {}];
    default:
      return [400, { __type: 'UnknownOperationException', message: action }];
  }
}
