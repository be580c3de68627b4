import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Databases } from './database-installation.ts';

/** What a pilot itself has printed. */
export const pilotsLog = async ({ options, outputsOf }: Databases, pilot: string): Promise<string> => {
  const { Logs = '' } = await outputsOf(pilot);
  return (await linesOf(new CloudWatchLogsClient(options), Logs)).join('\n');
};

/** All that Pilotage has written down, put on its bus, told, printed or handed from state to state, by where. */
export async function whatPilotageKeeps(pilotage: Databases): Promise<Record<string, string[]>> {
  const { options, environment, heard, said } = pilotage;
  const logs = new CloudWatchLogsClient(options);
  const groups = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/pilotage-' }));
  const lines = await Promise.all((groups.logGroups ?? []).map(({ logGroupName = '' }) => linesOf(logs, logGroupName)));
  const states = await Promise.all((await pilotage.executions()).map((name) => pilotage.history(name)));
  return {
    'the states of executions': states.flat().map((event) => JSON.stringify(event)),
    'the table': await rowsOf(new DynamoDBClient(options), environment.outputs.Table ?? ''),
    'the logs of functions': lines.flat(),
    'the bus': heard.events,
    notifications: heard.notifications,
    'the CLI': said,
  };
}

async function linesOf(logs: CloudWatchLogsClient, logGroupName: string): Promise<string[]> {
  const found: string[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await logs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
    found.push(...(page.events ?? []).map(({ message = '' }) => message));
    nextToken = page.nextToken;
    if (!nextToken) return found;
  }
}

async function rowsOf(dynamo: DynamoDBClient, TableName: string): Promise<string[]> {
  const found: string[] = [];
  for (let ExclusiveStartKey: Record<string, never> | undefined; ; ) {
    const page = await dynamo.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    found.push(...(page.Items ?? []).map((row) => JSON.stringify(row)));
    ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
    if (!ExclusiveStartKey) return found;
  }
}
