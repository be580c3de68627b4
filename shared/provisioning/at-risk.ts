import type { Problem } from '../errors.ts';
import { holdsData } from '../planning/stack-changes.ts';
import type { StackChange } from '../preview/stack.ts';
import { isDatabaseSubnet, isReplica } from './database-at-risk.ts';

/**
 * Changes that would take data away from the pilot. What follows a replaced
 * resource is empty, so that it does not help that the old one is kept; a
 * resource that leaves the template and is kept holds what it held.
 */
export const losses = (changes: readonly StackChange[]): StackChange[] =>
  changes.filter((change) => {
    const { action, data } = change;
    const isLoss = data !== undefined && (action === 'replace' || (action === 'delete' && data !== 'retained'));
    return isLoss && !isReplica(change);
  });

/** Whether CloudFormation itself does not know yet if it will replace what holds data: the stack's policy has to decide. */
export const isOpen = (changes: readonly StackChange[]): boolean =>
  changes.some(({ action, data }) => action === 'maybe-replace' && data !== undefined);

/** What of a resource says how it is protected. */
const PROTECTING = ['DeletionPolicy', 'DeletionProtection'];

/** Whether the stack's policy, which goes by types, is another one after these changes. */
export const movesPolicy = (changes: readonly StackChange[]): boolean =>
  changes.some(
    ({ action, type, settings }) =>
      holdsData(type) &&
      (action === 'create' ||
        action === 'import' ||
        action === 'delete' ||
        settings.some((setting) => PROTECTING.includes(setting))),
  );

/** What those that serve stand on until they stop: another release brings its own, or uses the same. */
const STOOD_ON = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Subnet',
  'AWS::EFS::AccessPoint',
  'AWS::EFS::MountTarget',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
]);

/** Changes that would take away what serves stands on: the stack changes before the release does. */
export const severed = (changes: readonly StackChange[]): StackChange[] =>
  changes.filter(
    ({ action, type, logicalId }) =>
      STOOD_ON.has(type) && logicalId !== WRITERS_ACCESS && (action === 'delete' || action === 'replace'),
  );

/** What writes settings comes through it, and none of those that serve. */
const WRITERS_ACCESS = 'SettingsAccessPoint';

/** Why what serves keeps these changes from being made. @param isOpened whether the database may go, and with it what it alone stands on. */
export const stillUsed = (changes: readonly StackChange[], isOpened: boolean): Problem[] =>
  severed(changes)
    .filter((change) => !(isOpened && isDatabaseSubnet(change)))
    .map(useOf);

const useOf = ({ action, type, logicalId, settings }: StackChange): Problem => ({
  code: 'STILL_USED',
  message: `${logicalId} (${type}) would ${action === 'replace' ? 'be replaced' : 'leave the stack'}, and what serves still uses it`,
  expected: settings.length > 0 ? `${settings.join(', ')} as before` : 'a manifest that keeps it',
  hint: 'keep front, network and volume of the pilot as they were, or move to a pilot of another name',
});

/** Of all but a database, nothing in a manifest says that data may go, so nothing here does. */
export function problemOf({ action, type, logicalId, name, settings, data }: StackChange, stack: string): Problem {
  const which = `${logicalId} (${type}${name ? ` ${name}` : ''})`;
  const left = { lost: '', snapshot: '; a snapshot would be left', retained: '; the old one would be left' };
  return {
    code: 'DATA_AT_RISK',
    message:
      action === 'replace'
        ? `${which} holds data and would be replaced by an empty one${data ? left[data] : ''}`
        : `${which} holds data and would be deleted${data ? left[data] : ''}`,
    expected:
      action === 'replace' && settings.length > 0
        ? `${settings.join(', ')} as ${settings.length > 1 ? 'they were' : 'it was'}`
        : 'a manifest that keeps it',
    hint: `pilot plan --live shows what would change; whoever means to give the data up copies it first, and takes it out of the stack ${stack} by hand`,
  };
}
