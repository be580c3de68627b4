import type { StackStatus } from '@aws-sdk/client-cloudformation';

/**
 * What may be done with a stack in a state.
 * - `absent`: it can be made: nothing is there, or a change set that nobody executed.
 * - `whole`: it is what its template says.
 * - `restored`: the same, after an update that failed.
 * - `never made`: its creation failed. All that can be done with it is to delete it.
 * - `under way`: something is being done.
 * - `stuck`: an update failed, and so did undoing it, which CloudFormation can try again.
 * - `broken`: only a person can go on.
 */
export type Meaning = 'absent' | 'whole' | 'restored' | 'never made' | 'under way' | 'stuck' | 'broken';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes */
const MEANINGS: Record<StackStatus, Meaning> = {
  CREATE_COMPLETE: 'whole',
  CREATE_FAILED: 'never made',
  CREATE_IN_PROGRESS: 'under way',
  DELETE_COMPLETE: 'absent',
  DELETE_FAILED: 'broken',
  DELETE_IN_PROGRESS: 'under way',
  IMPORT_COMPLETE: 'whole',
  IMPORT_IN_PROGRESS: 'under way',
  IMPORT_ROLLBACK_COMPLETE: 'whole',
  IMPORT_ROLLBACK_FAILED: 'broken',
  IMPORT_ROLLBACK_IN_PROGRESS: 'under way',
  REVIEW_IN_PROGRESS: 'absent',
  ROLLBACK_COMPLETE: 'never made',
  ROLLBACK_FAILED: 'never made',
  ROLLBACK_IN_PROGRESS: 'under way',
  UPDATE_COMPLETE: 'whole',
  // Until it is over, CloudFormation takes no other update.
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'under way',
  UPDATE_FAILED: 'broken',
  UPDATE_IN_PROGRESS: 'under way',
  UPDATE_ROLLBACK_COMPLETE: 'restored',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'under way',
  UPDATE_ROLLBACK_FAILED: 'stuck',
  UPDATE_ROLLBACK_IN_PROGRESS: 'under way',
};

/** A state that CloudFormation may yet invent is for a person to judge. */
export const meaningOf = (status: StackStatus | undefined): Meaning =>
  status === undefined ? 'absent' : (MEANINGS[status] ?? 'broken');

/** What a person can do about a stack that Pilotage cannot go on with. */
export function wayOut(stack: string, status: StackStatus): string {
  switch (status) {
    case 'DELETE_FAILED':
      return `aws cloudformation delete-stack --stack-name ${stack} deletes it to the end, once what kept it is out of the way; the next deployment makes it anew`;
    case 'UPDATE_FAILED':
      return `aws cloudformation rollback-stack --stack-name ${stack} undoes what was done half; then deploy again`;
    case 'UPDATE_ROLLBACK_FAILED':
      return `aws cloudformation continue-update-rollback --stack-name ${stack} tries again once the cause is gone, or with --resources-to-skip leaves such a resource as it is; then deploy again`;
    default:
      return `its events in CloudFormation tell more: aws cloudformation describe-stack-events --stack-name ${stack}`;
  }
}
