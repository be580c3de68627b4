import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Deployment } from '../../../shared/ledger/deployment.ts';
import { holds, type Item, updated } from './expressions.ts';
import { json, type Reply } from './reply.ts';
import { Slack } from './slack.ts';

/** Bodies by protocol and attributes of one SNS message. */
export interface Published {
  subject: string;
  bodies: Record<string, string>;
  attributes: Record<string, string>;
}

/**
 * DynamoDB, SNS, Parameter Store, Secrets Manager and Slack as far as the
 * notifications use them, on one port of this machine.
 */
export class World {
  readonly slack = new Slack();
  readonly rows = new Map<string, Item>();
  readonly published: Published[] = [];
  readonly secrets = new Map<string, string>();
  /** How often a secret was read. */
  secretReads = 0;
  /** Replies to lose, by operation: the work is done, but the connection breaks. */
  readonly losing: string[] = [];
  /** Operations to refuse with a server error. */
  readonly failing: string[] = [];
  /** Called when a message was taken, before the reply. */
  afterPublishing: () => void = () => {};
  private server: Server | undefined;

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.server = server;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_ENDPOINT_URL_SNS: url,
      AWS_ENDPOINT_URL_SSM: url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      TABLE: 'table',
      TOPIC: 'arn:aws:sns:eu-central-1:123456789012:topic',
      SLACK_API_URL: `${url}/api/`,
    });
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  get url(): string {
    return process.env.SLACK_API_URL?.replace('/api/', '') ?? '';
  }

  /** Puts a deployment's row into the table as the workflow would leave it. */
  keep(row: Deployment): void {
    const key = { pk: `PILOT#${row.pilot}#${row.environment}`, sk: `DEPLOYMENT#${row.id}` };
    this.rows.set(`${key.pk}|${key.sk}`, marshall({ ...row, ...key }, { removeUndefinedValues: true }) as Item);
  }

  notice(deployment: string, channel: string): Record<string, unknown> | undefined {
    const row = this.rows.get(`NOTICE#${deployment}|${channel}`);
    return row && unmarshall(row as never);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const slackMethod = /^\/(api|services)\/(.+)$/.exec(request.url ?? '');
    const operation = slackMethod?.[1] === 'services' ? 'webhook' : (slackMethod?.[2] ?? target ?? 'Publish');

    if (take(this.failing, operation)) {
      response.writeHead(500).end('{}');
      return;
    }
    const reply = slackMethod ? await this.slack.answer(operation, body, request.headers) : this.aws(operation, body);
    if (take(this.losing, operation)) {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  private aws(operation: string, body: string): Reply {
    switch (operation) {
      case 'GetItem':
        return json(200, { Item: this.rows.get(keyOf(JSON.parse(body).Key)) });
      case 'UpdateItem':
        return this.update(JSON.parse(body));
      case 'GetParameter':
        return this.secret(JSON.parse(body).Name, 'ParameterNotFound', (Value) => ({ Parameter: { Value } }));
      case 'GetSecretValue':
        return this.secret(JSON.parse(body).SecretId, 'ResourceNotFoundException', (SecretString) => ({
          SecretString,
        }));
      case 'Publish':
        return this.publish(new URLSearchParams(body));
      default:
        return json(400, { __type: 'UnknownOperationException', message: operation });
    }
  }

  private update(input: Update): Reply {
    const key = keyOf(input.Key);
    const item = this.rows.get(key) ?? {};
    const bound = { item, names: input.ExpressionAttributeNames ?? {}, values: input.ExpressionAttributeValues ?? {} };
    if (input.ConditionExpression && !holds(input.ConditionExpression, bound)) {
      const __type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
      return json(400, { __type, message: 'The conditional request failed', Item: this.rows.get(key) });
    }
    const next = { ...updated(input.UpdateExpression, bound), ...input.Key };
    this.rows.set(key, next);
    return json(200, { Attributes: next });
  }

  private secret(name: string, absent: string, present: (value: string) => object): Reply {
    this.secretReads += 1;
    const value = this.secrets.get(name);
    return value === undefined ? json(400, { __type: absent, message: 'not there' }) : json(200, present(value));
  }

  private publish(form: URLSearchParams): Reply {
    const attributes: Record<string, string> = {};
    for (let entry = 1; form.has(`MessageAttributes.entry.${entry}.Name`); entry += 1) {
      const at = `MessageAttributes.entry.${entry}`;
      attributes[form.get(`${at}.Name`) ?? ''] = form.get(`${at}.Value.StringValue`) ?? '';
    }
    this.published.push({
      subject: form.get('Subject') ?? '',
      bodies: JSON.parse(form.get('Message') ?? '{}') as Record<string, string>,
      attributes,
    });
    this.afterPublishing();
    const xml = '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: xml };
  }
}

interface Update {
  Key: Item;
  UpdateExpression: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

const keyOf = (key: Item): string => `${key.pk?.S}|${key.sk?.S}`;

/** Takes the first of its kind off a list. */
function take(list: string[], item: string): boolean {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
