import type { Engine, Execution } from '../engine/engine.ts';
import { jsonError, jsonReply, type Operation, type Reply, type Service, textOf } from './call.ts';

type Body = Record<string, string>;

/** Step Functions as the SDK asks it; what runs is the engine's matter. */
export function statesOf(engine: Engine, now: () => number): Service {
  const actions: Record<string, (body: Body, stale?: boolean) => Reply> = {
    StartExecution({ stateMachineArn = '', name = '', input = '' }) {
      return engine.start(stateMachineArn, name, input)
        ? jsonReply(200, { executionArn: `${stateMachineArn}:${name}`, startDate: now() / 1000 })
        : jsonError(400, 'ExecutionAlreadyExists');
    },
    DescribeExecution({ executionArn = '' }, stale) {
      const [machine = '', name = ''] = splitArn(executionArn);
      const found = engine.executions.get(name);
      const status = found?.machine === machine ? statusOf(found, now(), stale) : undefined;
      return status ? jsonReply(200, { name, status, startDate: 0 }) : jsonError(400, 'ExecutionDoesNotExist');
    },
    SendTaskSuccess({ taskToken = '', output = '{}' }) {
      return answered(engine.answer(taskToken, { output: JSON.parse(output) }));
    },
    SendTaskFailure({ taskToken = '', error = '', cause = '' }) {
      return answered(engine.answer(taskToken, { error, cause }));
    },
  };

  return {
    name: 'states',
    isAt: (hostname) => hostname.startsWith('states.'),
    error: jsonError(500, 'InternalFailure'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      const act = actions[name];
      if (!act) throw new Error(`Step Functions' ${name} is not known here`);
      const input = JSON.parse(textOf(body)) as Body;
      const { taskToken, executionArn, stateMachineArn, error = '', cause = '' } = input;
      const subject = taskToken ?? executionArn ?? `${stateMachineArn?.split(':').at(-1)} ${input.name}`;
      return {
        service: 'states',
        name,
        about: `${subject.split(':').at(-1)} ${error} ${cause}`.trim(),
        writes: name !== 'DescribeExecution',
        ...(name === 'DescribeExecution' && { mayBeStale: true }),
        apply: (_, stale) => act(input, stale),
      };
    },
  };
}

const answered = (taken: boolean): Reply => (taken ? jsonReply(200, {}) : jsonError(400, 'TaskTimedOut'));

function splitArn(arn: string): [machine: string, name: string] {
  const at = arn.lastIndexOf(':');
  return [arn.slice(0, at).replace(':execution:', ':stateMachine:'), arn.slice(at + 1)];
}

/** Milliseconds that an answer of DescribeExecution may be behind: AWS calls it eventually consistent. */
const BEHIND_MS = 5_000;

function statusOf({ status, startedAt, endedAt }: Execution, now: number, stale?: boolean): string | undefined {
  if (!stale) return status;
  if (endedAt !== undefined && now - endedAt < BEHIND_MS) return 'RUNNING';
  return now - startedAt < BEHIND_MS ? undefined : status;
}
