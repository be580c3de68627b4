import { deleteObjects, listSome } from '../../shared/aws/objects.ts';
import { removeRole } from '../../shared/aws/roles.ts';
import { previewRemoved } from '../../shared/ledger/previews.ts';
import { done } from '../../shared/outcome.ts';
import { serviceRoleOf } from '../../shared/provisioning/service-role.ts';
import { step } from '../../shared/step.ts';
import type { Handler, Handlers } from './functions.ts';
import { PREVIEW, SITES } from './names.ts';
import { PILOT } from './sites.ts';

/** Copies of steps that are wrong on purpose, for previews that go. */

/** Withdraw that finds that there is nothing to do. */
export const nothingWithdrawn: Handlers = {
  'deploy-withdraw': step('Withdraw', async () => done()) as Handler,
};

/** Withdraw that removes the files of all environments of the pilot. */
export const allFilesRemoved: Handlers = {
  'deploy-withdraw': step('Withdraw', async () => {
    await deleteObjects(SITES, await listSome(SITES, `sites/${PILOT}`));
    return done();
  }) as Handler,
};

/** RemoveStack that gives the role away by which the stack is deleted, and leaves that. */
export const roleGivenAwayFirst: Handlers = {
  'deploy-remove-stack': step('RemoveStack', async () => {
    await removeRole(serviceRoleOf(PILOT, PREVIEW).name);
    return done();
  }) as Handler,
};

/** Forget that only gives the place free. */
export const nothingForgotten: Handlers = {
  'deploy-forget': step('Forget', async ({ deployment }) => {
    await previewRemoved(PILOT, PREVIEW, deployment.id);
    return done();
  }) as Handler,
};
