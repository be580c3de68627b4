import { type Failed, failed, type Parked, parked } from '../../outcome.ts';

const SECONDS = 1_000;
/** A new role is known everywhere after seconds; one that is not by then never will be. */
const PATIENCE = 5 * 60 * SECONDS;
const SOON = 10 * SECONDS;

type Rule = [error: string, message: RegExp, answer: { code: string; reason: string } | { awaits: string }];

/** What Lambda refuses with, and what that means. Asked for in this order. */
const RULES: Rule[] = [
  [
    'InvalidParameterValueException',
    /cannot be assumed by Lambda|execution role does not have permissions/,
    { awaits: 'the function’s role to be known to Lambda' },
  ],
  [
    'AccessDenied',
    /principal does not have permission to invoke/,
    { awaits: 'the load balancer’s permission to be known to Lambda' },
  ],
  ['ResourceConflictException', /in progress|in the following state/, { awaits: 'an earlier change of the function' }],
  [
    'InvalidParameterValueException',
    /UnreservedConcurrentExecution/,
    {
      code: 'CONCURRENCY_QUOTA',
      reason: 'lambda.concurrency takes more than the account has left; ask AWS for a higher quota, or lower it',
    },
  ],
  [
    'CodeStorageExceededException',
    /./,
    {
      code: 'CODE_STORAGE_QUOTA',
      reason: 'the account’s quota for the code of all functions is used up; delete versions that nobody needs',
    },
  ],
  [
    'InvalidCodeSignatureException',
    /./,
    { code: 'CODE_SIGNATURE', reason: 'the artifact is not signed as lambda.signing asks' },
  ],
  [
    'CodeVerificationFailedException',
    /./,
    { code: 'CODE_SIGNATURE', reason: 'the artifact’s signature could not be verified' },
  ],
  ['ServiceQuotaExceededException', /./, { code: 'LAMBDA_QUOTA', reason: 'a quota of the account is used up' }],
  ['InvalidParameterValueException', /./, { code: 'LAMBDA_REFUSED', reason: 'Lambda does not take it' }],
];

/**
 * An error of Lambda as an outcome: something that passes is waited for, something that does not is told.
 * @returns undefined when it is neither: it should be thrown.
 */
export function troubleOf(error: unknown, now = new Date()): Failed | Parked | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, , answer] = RULES.find(([name, message]) => name === error.name && message.test(error.message)) ?? [];
  if (!answer) return undefined;
  if ('code' in answer) return failed(answer.code, `${answer.reason}: ${error.message}`);
  return parked(answer.awaits, new Date(now.getTime() + PATIENCE), new Date(now.getTime() + SOON));
}
