import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE, type EventName, type Events } from '../events.ts';
import { clientConfig, setting } from './config.ts';

const client = new EventBridgeClient(clientConfig);

/**
 * Puts one event on Pilotage's bus.
 * @throws when the bus did not take it: PutEvents answers 200 for entries that it dropped.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export async function publish<Name extends EventName>(name: Name, detail: Events[Name]): Promise<void> {
  const { FailedEntryCount, Entries } = await client.send(
    new PutEventsCommand({
      Entries: [
        { EventBusName: setting('BUS'), Source: EVENT_SOURCE, DetailType: name, Detail: JSON.stringify(detail) },
      ],
    }),
  );
  if (FailedEntryCount)
    throw new Error(`the bus did not take ${name}: ${Entries?.[0]?.ErrorMessage ?? 'no reason given'}`);
}
