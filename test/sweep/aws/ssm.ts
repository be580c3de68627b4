import type { AlonePort, Sent } from './alone.ts';
import { jsonError, jsonReply, type Operation, type Reply, type Service, textOf } from './call.ts';
import { IMAGE } from './ec2.ts';

/** Parameters of machine images, which AWS gives everybody. */
const IMAGES = '/aws/service/ami-amazon-linux-latest/';

/** Milliseconds after which a command is there whose sender got no answer. */
const SENT_LATE = [100, 5_000] as const;

interface Asked {
  Name?: string;
  InstanceIds?: string[];
  InstanceId?: string;
  CommandId?: string;
  Comment?: string;
  Parameters?: { commands: string[] };
  Filters?: { Values: string[] }[];
}

interface Action extends Pick<Operation, 'writes' | 'mayBeStale' | 'sentOnce'> {
  about(asked: Asked): string;
  act(asked: Asked, stale: boolean): Reply;
}

/**
 * Systems Manager: parameters, and commands on instances.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
export function ssmOf(alone: AlonePort): Service {
  const actions: Record<string, Action> = {
    GetParameter: {
      writes: false,
      about: ({ Name = '' }) => Name,
      act: ({ Name = '' }) =>
        Name.startsWith(IMAGES)
          ? jsonReply(200, { Parameter: { Name, Value: IMAGE } })
          : jsonError(400, 'ParameterNotFound'),
    },
    SendCommand: {
      writes: true,
      // Its client gives up at once: there is no token that would tell one from another.
      sentOnce: SENT_LATE,
      about: ({ InstanceIds: [id = ''] = [] }) => id,
      act({ InstanceIds: [id = ''] = [], Comment = '', Parameters }) {
        const [, command = ''] = Parameters?.commands.at(-1)?.split(' -- ') ?? [];
        const sent = alone.send(id, command.split(' '), Comment);
        return sent ? jsonReply(200, { Command: { CommandId: sent.arn } }) : jsonError(400, 'InvalidInstanceId');
      },
    },
    ListCommands: {
      writes: false,
      mayBeStale: true,
      about: ({ InstanceId = '' }) => InstanceId,
      act({ InstanceId }, stale) {
        const found = alone.seenBy(stale).commands.filter(({ instance }) => instance === InstanceId);
        return jsonReply(200, { Commands: found.map(({ arn, comment }) => ({ CommandId: arn, Comment: comment })) });
      },
    },
    GetCommandInvocation: {
      writes: false,
      mayBeStale: true,
      about: ({ InstanceId = '' }) => InstanceId,
      act({ CommandId }, stale) {
        const found = alone.seenBy(stale).commands.find(({ arn }) => arn === CommandId);
        return found ? jsonReply(200, invocationOf(found)) : jsonError(400, 'InvocationDoesNotExist');
      },
    },
    CancelCommand: {
      writes: true,
      about: ({ CommandId = '' }) => CommandId,
      act({ CommandId = '' }) {
        alone.cancel(CommandId);
        return jsonReply(200, {});
      },
    },
    DescribeInstanceInformation: {
      writes: false,
      about: ({ Filters: [filter] = [] }) => filter?.Values[0] ?? '',
      act({ Filters: [filter] = [] }) {
        const found = alone.now.instances.filter(({ id, state }) => filter?.Values.includes(id) && state === 'running');
        const told = found.map(({ id }) => ({ InstanceId: id, PingStatus: 'Online' }));
        return jsonReply(200, { InstanceInformationList: told });
      },
    },
  };
  return {
    name: 'ssm',
    isAt: (hostname) => hostname.startsWith('ssm.'),
    error: jsonError(500, 'InternalServerError'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      const action = actions[name];
      if (!action) throw new Error(`Systems Manager's ${name} is not known here`);
      const asked = JSON.parse(textOf(body)) as Asked;
      const { writes, mayBeStale, sentOnce, about, act } = action;
      return {
        service: 'ssm',
        name,
        about: about(asked),
        writes,
        ...(mayBeStale && { mayBeStale }),
        ...(sentOnce && { sentOnce }),
        apply: (_, stale = false) => act(asked, stale),
      };
    },
  };
}

const invocationOf = ({ status, startedAt, exitCode = -1 }: Sent) => ({
  Status: status,
  StatusDetails: status === 'Cancelled' ? 'Canceled' : status,
  ResponseCode: exitCode,
  ExecutionStartDateTime: startedAt === undefined ? '' : new Date(startedAt).toISOString(),
  StandardOutputContent: exitCode >= 0 ? 'one\ntwo\n' : '',
  StandardErrorContent: '',
});
