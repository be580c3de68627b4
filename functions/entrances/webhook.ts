import { setTimeout as after } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  type Entering,
  entering,
  refusal,
  type Said,
  UNAVAILABLE,
  UNKNOWN,
  type WebhookAnswer,
  type WebhookRequest,
} from '../../shared/git/entrance.ts';
import { remembering } from '../../shared/git/remembering.ts';
import type { PushTold, Told } from '../../shared/git/told.ts';
import type { Connection } from '../../shared/ledger/connections.ts';
import type { Push } from '../../shared/ledger/pushes.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('webhook');

/** Seconds that a connection is kept in memory, and that it is kept that there is none. */
const KNOWN_FOR = 60;
const UNKNOWN_FOR = 10;
/** Seconds that the bus may take: what it was not told of a poll finds, and providers do not wait long. */
const PATIENCE = 2;

/**
 * A provider tells of a push, or of a pull request. It is verified, recorded and told to the bus, and nothing else, since
 * providers wait seconds: what is to be deployed, or planned, is read by whoever listens.
 */
export async function handler(request: WebhookRequest): Promise<APIGatewayProxyStructuredResultV2> {
  const began = Date.now();
  const { status, body } = await answerTo(request).catch((error: unknown) => {
    log.error('unexpected', { error });
    return UNAVAILABLE;
  });
  const { provider, connection } = request.pathParameters ?? {};
  const tell = status < 400 ? log.info : log.warn;
  tell('answered', { provider, connection, status, ...body, milliseconds: Date.now() - began });
  return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function answerTo(request: WebhookRequest): Promise<WebhookAnswer> {
  const entered = entering(request);
  if ('status' in entered) return entered;
  const connection = await connectionOf(entered);
  if (!connection) return UNKNOWN;
  const { readerOf } = await import('../../shared/git/webhooks/index.ts');
  const reader = readerOf(entered.provider);
  const isSigned = (secrets: string[]) => reader.isSigned(entered.delivery, secrets);
  const { webhookSecrets } = await import('../../shared/git/secrets.ts');
  if (!isSigned(await webhookSecrets(entered.connection)) && !isSigned(await webhookSecrets(entered.connection, 10)))
    return UNKNOWN;

  const { repository, told } = reader.read(entered.delivery);
  const { sameRepository } = await import('../../shared/git/webhooks/repository.ts');
  if (repository !== undefined && !sameRepository(repository, connection.repository))
    return refusal(
      400,
      'REPOSITORY',
      `this connection is of ${connection.repository}, and the webhook tells of ${repository}: where it was renamed, connect it anew with "pilot connect"`,
    );
  const { answerOf } = await import('../../shared/git/answers.ts');
  return answerOf((await Promise.all(told.map((one) => take(one, connection, entered)))) as [Said, ...Said[]]);
}

const known = remembering(KNOWN_FOR, async (id) => {
  const { findConnection } = await import('../../shared/ledger/connections.ts');
  return findConnection(id);
});

async function connectionOf({ provider, connection: id }: Entering): Promise<Connection | undefined> {
  const found = (await known(id)) ?? (await known(id, UNKNOWN_FOR));
  return found?.provider === provider ? found : undefined;
}

async function take(told: Told, connection: Connection, entered: Entering): Promise<Said> {
  const { ofRecorded, ofTold } = await import('../../shared/git/answers.ts');
  if (told.told === 'pull-request') {
    const { receivePull } = await import('../../shared/git/pulls/receive.ts');
    return receivePull(told, connection, entered.delivery.body);
  }
  if (told.told !== 'push') return ofTold(told);
  const recorded = await record(told, connection, entered);
  if (recorded.outcome === 'recorded') await tellOf(recorded.push);
  return ofRecorded(recorded);
}

async function record(push: PushTold, { id, repository }: Connection, { delivery }: Entering) {
  const { recordPush } = await import('../../shared/ledger/pushes.ts');
  return recordPush({ connection: id, repository, push, via: 'webhook', body: delivery.body, at: new Date() });
}

/** What the bus does not take stays pending in the ledger, where the poll finds it. */
async function tellOf({ id: push, connection, repository, ref, commit }: Push): Promise<void> {
  const { publish } = await import('../../shared/aws/bus.ts');
  const published = publish('PushReceived', { push, connection, repository, ref, commit }).catch((error: unknown) =>
    log.error('the bus was not told; the poll finds the push', { push, error }),
  );
  const isLate = await Promise.race([published, after(PATIENCE * 1000, true, { ref: false })]);
  if (isLate) log.error('the bus takes too long; the poll finds the push', { push });
}
