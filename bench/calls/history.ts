import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import type { Environment } from '../../local/environment.ts';

/** What a deployment's execution went through. */
export interface Course {
  /** The states, in the order in which they were entered: each is a transition that is paid for. */
  states: string[];
  /** The largest input or output of a state, in bytes of UTF-8. */
  largest: number;
}

/** Reads the execution that a deployment ran under, which has the deployment's id. */
export async function courseOf({ emulator, outputs }: Environment, deployment: string): Promise<Course> {
  const { url: endpoint, region, credentials } = emulator;
  const client = new SFNClient({ endpoint, region, credentials });
  const executionArn = `${outputs.DeployMachine?.replace(':stateMachine:', ':execution:')}:${deployment}`;
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true, ...(nextToken && { nextToken }) }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  const course = courseIn(events);
  // An engine that keeps its data back would pass for one that carries none.
  if (course.states.length === 0 || course.largest === 0) throw new Error(`${executionArn} has no history with data`);
  return course;
}

function courseIn(events: HistoryEvent[]): Course {
  const texts = events.flatMap(({ stateEnteredEventDetails, stateExitedEventDetails }) => [
    stateEnteredEventDetails?.input ?? '',
    stateExitedEventDetails?.output ?? '',
  ]);
  return {
    states: events
      .filter(({ type }) => type?.endsWith('StateEntered'))
      .map(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? ''),
    largest: Math.max(0, ...texts.map((text) => Buffer.byteLength(text))),
  };
}
