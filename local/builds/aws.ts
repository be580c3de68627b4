import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';

/** Where the emulator of AWS is. */
export interface Where {
  emulatorUrl: string;
  region: string;
  account: string;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };
const SERVICE = 'codebuild.amazonaws.com';

/** What an SDK client is made with: for the service itself, or for a role that a build has. */
export const clientOf = ({ emulatorUrl: endpoint, region }: Where, credentials?: Credentials) => ({
  ...{ endpoint, region, forcePathStyle: true },
  credentials: credentials ?? ROOT,
});

/** The ARN of a role that is named by its name or its ARN. */
export const roleArn = (role: string, { account }: Where): string =>
  role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role/${role}`;

/**
 * Takes a build's role, as the service does: only one that trusts it.
 * @returns why it may not, otherwise.
 */
export async function assume(where: Where, role: string, session: string): Promise<Credentials | string> {
  const refused = `CodeBuild is not authorized to perform: sts:AssumeRole on ${role}`;
  const found = await new IAMClient(clientOf(where))
    .send(new GetRoleCommand({ RoleName: role.split('/').at(-1) }))
    .catch(() => undefined);
  const policy = decodeURIComponent(found?.Role?.AssumeRolePolicyDocument ?? '');
  if (!policy.includes(SERVICE)) return refused;
  const answer = await fetch(where.emulatorUrl, {
    method: 'POST',
    headers: { authorization: signedAs(where) },
    body: new URLSearchParams({
      ...{ Action: 'AssumeRole', Version: '2011-06-15', RoleArn: role, RoleSessionName: session.slice(0, 64) },
    }),
  });
  const text = await answer.text();
  const part = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? '';
  if (!answer.ok) return refused;
  return {
    accessKeyId: part('AccessKeyId'),
    secretAccessKey: part('SecretAccessKey'),
    sessionToken: part('SessionToken'),
  };
}

/** The emulator knows callers by their key alone. */
const signedAs = ({ region }: Where): string =>
  `AWS4-HMAC-SHA256 Credential=${ROOT.accessKeyId}/20250101/${region}/sts/aws4_request, SignedHeaders=host, Signature=0`;
