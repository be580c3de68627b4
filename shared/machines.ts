import { setting } from './aws/config.ts';
import { isRemoval, type Trigger } from './events.ts';

/** The state machines that carry a deployment from its acceptance to its end. */
export type Machine = 'deploy' | 'remove';

/** Which one carries a deployment, by what asked for it. */
export const machineOf = (trigger: Pick<Trigger, 'kind'>): Machine => (isRemoval(trigger) ? 'remove' : 'deploy');

/** Its ARN. @throws for a function that may not start it. */
export const machineArn = (machine: Machine): string =>
  setting(machine === 'remove' ? 'REMOVE_MACHINE' : 'DEPLOY_MACHINE');
