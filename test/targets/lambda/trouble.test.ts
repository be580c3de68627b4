import { troubleOf } from '../../../shared/targets/lambda/trouble.ts';

const now = new Date('2026-05-01T12:00:00Z');
const error = (name: string, message = 'words of AWS') => Object.assign(new Error(message), { name });
const INVALID = 'InvalidParameterValueException';

it.each([
  [INVALID, 'The role defined for the function cannot be assumed by Lambda.'],
  [INVALID, 'The provided execution role does not have permissions to call SendMessage on SQS'],
  [
    'ResourceConflictException',
    'The operation cannot be performed at this time. An update is in progress for resource',
  ],
  [
    'AccessDenied',
    'elasticloadbalancing principal does not have permission to invoke arn:aws:lambda:x from target group arn:y',
  ],
])('waits after %s: %s', (name, message) => {
  expect(troubleOf(error(name, message), now)).toMatchObject({
    outcome: 'parked',
    wakeAt: '2026-05-01T12:00:10.000Z',
    deadline: '2026-05-01T12:05:00.000Z',
  });
});

it.each([
  [INVALID, 'decreases account’s UnreservedConcurrentExecution below its minimum', 'CONCURRENCY_QUOTA'],
  [INVALID, 'Unzipped size must be smaller', 'LAMBDA_REFUSED'],
  ['CodeStorageExceededException', 'x', 'CODE_STORAGE_QUOTA'],
  ['InvalidCodeSignatureException', 'x', 'CODE_SIGNATURE'],
  ['CodeVerificationFailedException', 'x', 'CODE_SIGNATURE'],
  ['ServiceQuotaExceededException', 'x', 'LAMBDA_QUOTA'],
])('says in words what %s means: %s', (name, message, code) => {
  expect(troubleOf(error(name, message), now)).toMatchObject({
    outcome: 'failed',
    code,
    reason: expect.stringMatching(new RegExp(`: ${message}$`)),
  });
});

it.each([error('PreconditionFailedException'), error('TooManyRequestsException'), 'no error'])(
  'leaves %s to whoever tries again',
  (thrown) => {
    expect(troubleOf(thrown, now)).toBeUndefined();
  },
);
