import { type Failed, failed } from '../../outcome.ts';

/** What Elastic Beanstalk refuses with: it passes, or it does not. */
export type Trouble = { passes: string } | Failed;

type Rule = [error: RegExp, message: RegExp, answer: { code: string; reason: string } | { passes: string }];

/** Asked in this order. https://docs.aws.amazon.com/elasticbeanstalk/latest/api/CommonErrors.html */
const RULES: Rule[] = [
  [/^OperationInProgress/, /./, { passes: 'an operation that is under way to end' }],
  [
    /./,
    /invalid state for this operation|operation is (?:already )?in progress/i,
    { passes: 'an operation that is under way to end' },
  ],
  [/Throttl|TooManyRequests|RequestLimitExceeded/, /./, { passes: 'Elastic Beanstalk to take calls again' }],
  [
    /./,
    /(?:instance profile|role).*(?:does not exist|cannot be assumed|is invalid)/i,
    { passes: 'the new roles to be known to Elastic Beanstalk' },
  ],
  [
    /./,
    /DNS name .*not available/i,
    { code: 'CNAME_TAKEN', reason: 'somebody else has the address that visitors are to be led to' },
  ],
  [
    /^TooManyEnvironments/,
    /./,
    {
      code: 'ENVIRONMENT_QUOTA',
      reason: 'the account may have no more environments; ask AWS for a higher quota, or terminate some',
    },
  ],
  [
    /^TooManyApplicationVersions/,
    /./,
    {
      code: 'VERSION_QUOTA',
      reason: 'the account may have no more application versions; delete some, or ask AWS for a higher quota',
    },
  ],
  [
    /^TooManyTags/,
    /./,
    {
      code: 'TAG_QUOTA',
      reason: 'the application has as many tags as it may have; remove some that are not Pilotage’s',
    },
  ],
  [/^TooMany/, /./, { code: 'BEANSTALK_QUOTA', reason: 'a quota of the account is used up' }],
  [
    /./,
    /(?:solution stack|platform).*(?:does not exist|not found|not available|retired|no longer|is invalid|unable to)|No (?:Solution Stack|Platform) named/i,
    {
      code: 'PLATFORM_MISSING',
      reason: 'the platform’s version is gone since it was planned; deploy again for the newest',
    },
  ],
  [
    /./,
    /^Configuration validation exception|invalid option/i,
    {
      code: 'OPTIONS_REFUSED',
      reason: 'Elastic Beanstalk does not take the options; beanstalk.options are the manifest’s own',
    },
  ],
  [
    /^InsufficientPrivileges/,
    /./,
    { code: 'BEANSTALK_FORBIDDEN', reason: 'the roles of Pilotage or of the pilot do not suffice' },
  ],
  [
    /^InvalidParameter|^ValidationError/,
    /./,
    { code: 'BEANSTALK_REFUSED', reason: 'Elastic Beanstalk does not take it' },
  ],
];

/** @returns undefined when it is nothing that is expected: it should be thrown. */
export function troubleOf(error: unknown): Trouble | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, , answer] = RULES.find(([name, message]) => name.test(error.name) && message.test(error.message)) ?? [];
  if (!answer) return undefined;
  return 'passes' in answer ? answer : failed(answer.code, `${answer.reason}: ${error.message}`);
}

/** Whether something of that name is there already: perhaps made by us, a moment ago. */
export const isThere = (error: unknown): boolean => error instanceof Error && /already exists/i.test(error.message);
