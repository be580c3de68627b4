import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import { clientConfig } from './config.ts';

const client = new EventBridgeClient(clientConfig);

const TARGET = 'function';

/**
 * Has a function called for each event that matches.
 * @returns the rule's ARN.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
 */
export async function putRule(Name: string, pattern: object, target: string): Promise<string> {
  const { RuleArn = '' } = await client.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
  const { FailedEntries = [] } = await client.send(
    new PutTargetsCommand({ Rule: Name, Targets: [{ Id: TARGET, Arn: target }] }),
  );
  const [first] = FailedEntries;
  if (first) throw new Error(`the rule ${Name} took no target: ${first.ErrorCode} ${first.ErrorMessage ?? ''}`);
  return RuleArn;
}

/** Removes a rule; one that is gone already is no error. */
export async function deleteRule(Name: string): Promise<void> {
  try {
    await client.send(new RemoveTargetsCommand({ Rule: Name, Ids: [TARGET] }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return;
    throw error;
  }
  await client.send(new DeleteRuleCommand({ Name }));
}
