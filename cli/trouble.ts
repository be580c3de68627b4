import type { Problem } from '../shared/errors.ts';
import { type Refused, refused } from './result.ts';

/** The function `api` itself broke down. */
export class ApiBroken extends Error {
  constructor(functionName: string, reason: string) {
    super(`the function ${functionName} failed: ${reason}`);
    this.name = 'ApiBroken';
  }
}

interface Known {
  code: string;
  means: string;
  hint: string;
}

const NO_CREDENTIALS: Known = {
  code: 'CREDENTIALS_MISSING',
  means: 'no AWS credentials were found',
  hint: 'sign in (aws sso login) or set AWS_PROFILE',
};
const BAD_CREDENTIALS: Known = {
  code: 'CREDENTIALS_REFUSED',
  means: 'AWS does not take these credentials; they may have expired',
  hint: 'sign in again (aws sso login), and look at AWS_PROFILE: aws sts get-caller-identity says who you are',
};
const NOT_ALLOWED: Known = {
  code: 'ACCESS_DENIED',
  means: 'AWS does not allow you this',
  hint: 'ask who runs Pilotage for: cloudformation:DescribeStacks on the stack, lambda:InvokeFunction on its api, s3:GetObject and s3:PutObject on its manifests bucket',
};
const NO_REGION: Known = {
  code: 'REGION_MISSING',
  means: 'nothing says which AWS region Pilotage is installed in',
  hint: 'add --region us-east-1, or set AWS_REGION',
};
const NO_CONNECTION: Known = {
  code: 'AWS_UNREACHABLE',
  means: 'AWS did not answer',
  hint: 'look at the network, proxy and --region, then run the same command again: doing it twice does no harm',
};
const API_FAILED: Known = {
  code: 'API_FAILED',
  means: 'Pilotage is installed but its api does not work',
  hint: 'its log says why: aws logs tail /aws/lambda/<function> --since 1h',
};

const ODD_ANSWER = { code: 'AWS_FAILED', hint: 'run the same command again: doing it twice does no harm' };
const UNEXPECTED = { code: 'UNEXPECTED', hint: 'nobody expected this; please report it with the command you typed' };

/** By an error's name, then by its message. */
const known: [test: RegExp, Known][] = [
  [/^ApiBroken$/, API_FAILED],
  [/^(CredentialsProviderError|TokenProviderError)$/, NO_CREDENTIALS],
  [
    /^(ExpiredToken(Exception)?|UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|RequestExpired|AuthFailure)$/,
    BAD_CREDENTIALS,
  ],
  [/^(AccessDenied(Exception)?|Forbidden|UnauthorizedOperation|NotAuthorized)$/, NOT_ALLOWED],
  [/^Region is missing/, NO_REGION],
  [
    /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|ETIMEDOUT|CERT_[A-Z_]+|TimeoutError|NetworkingError)\b|socket hang up/,
    NO_CONNECTION,
  ],
];

/** What was thrown, as something to say: which trouble, and what to do next. Never the program's insides. */
export function troubleOf(error: unknown): Refused {
  const { name, message, code, path, errors } = asError(error);
  if (path && /^E[A-Z]+$/.test(code)) return refused(2, unreadable(path, code));
  // Of several addresses that were tried, each has an error of its own.
  const told = [name, code, message, ...(errors ?? []).map((one) => asError(one).code)];
  const found = known.find(([test]) => told.some((text) => test.test(text)))?.[1];
  const said = message || told.filter(Boolean).join(' ');
  if (found) return refused(3, { code: found.code, message: `${found.means} (${said})`, hint: found.hint });
  const answered = '$metadata' in Object(error);
  return refused(3, { ...(answered ? ODD_ANSWER : UNEXPECTED), message: `${name}: ${said}` });
}

/** The same for somebody who may have meant a local stack, and has not told the SDK of any AWS. */
export function withoutLocalStack(trouble: Refused): Refused {
  const problems = trouble.problems.map((problem) =>
    problem.code === NO_CREDENTIALS.code || problem.code === NO_REGION.code
      ? {
          ...problem,
          message: `no local stack runs here, and ${problem.message}`,
          hint: `npm start in Pilotage’s folder starts a local stack; for AWS: ${problem.hint}`,
        }
      : problem,
  );
  return { ...trouble, problems };
}

const unreadable = (file: string, code: string): Problem => ({
  code: code === 'ENOENT' ? 'FILE_MISSING' : 'FILE_UNREADABLE',
  message: code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`,
  place: { file },
});

interface Told {
  name: string;
  message: string;
  code: string;
  path?: string;
  errors?: unknown[];
}

function asError(error: unknown): Told {
  const { name = 'Error', message = String(error), code, path, errors } = Object(error) as Partial<Told>;
  return { name, message, code: String(code ?? ''), ...(path && { path }), ...(errors && { errors }) };
}
