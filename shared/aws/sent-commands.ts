import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  ListCommandsCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { clientConfig } from './config.ts';

const client = new SSMClient(clientConfig);

/**
 * Whether Systems Manager reaches an instance now.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
 */
export async function isReached(instance: string): Promise<boolean> {
  const asked = new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [instance] }] });
  const { InstanceInformationList: found = [] } = await client.send(asked);
  return found.some(({ InstanceId, PingStatus }) => InstanceId === instance && PingStatus === 'Online');
}

/**
 * The id of the command that was sent to an instance with this comment; undefined where none is known.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html
 */
export async function findCommand(instance: string, comment: string): Promise<string | undefined> {
  const { Commands = [] } = await client.send(new ListCommandsCommand({ InstanceId: instance }));
  return Commands.find(({ Comment }) => Comment === comment)?.CommandId;
}

/**
 * Asks the agent to end a command; one that is over already stays as it ended.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html
 */
export async function cancelCommand(command: string, instance: string): Promise<void> {
  await client.send(new CancelCommandCommand({ CommandId: command, InstanceIds: [instance] }));
}
