import { createHash } from 'node:crypto';
import { type Operation, type Reply, type Service, textOf } from './call.ts';
import type { Around } from './cloudformation.ts';
import { Refusal, type Shape, xml } from './query.ts';

export interface TemplateVersion {
  number: string;
  description: string;
  token: string;
  /** Of all that it was made with. */
  digest: string;
  /** What instances run as they start. */
  userData: string;
}

/** Versions of launch templates, by the templates' ids. What was deleted leaves its number. */
export type Templates = Record<string, { last: number; versions: TemplateVersion[] }>;

export interface Ec2 extends Service {
  now: Templates;
}

/** The one machine image that there is. */
export const IMAGE = 'ami-0a1b2c3d4e5f60718';

/** Milliseconds that a read may be behind the last write. https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html */
const BEHIND_MS = 5_000;

export interface Ec2Action {
  writes: boolean;
  mayBeStale?: true;
  about(input: URLSearchParams): string;
  act(input: URLSearchParams, all: Templates, stale: boolean): Shape;
}

/**
 * Amazon EC2: launch templates and the image, which others start instances from.
 * @param more what it does besides.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
 */
export function ec2Of(
  { clock }: Pick<Around, 'clock'>,
  now: Templates = {},
  more: Record<string, Ec2Action> = {},
): Ec2 {
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;
  const actions: Record<string, Ec2Action> = {
    ...more,
    DescribeImages: {
      writes: false,
      about: (input) => input.get('ImageId.1') ?? '',
      act(input) {
        const id = input.get('ImageId.1');
        if (id !== IMAGE) throw new Refusal('InvalidAMIID.NotFound', `The image id '${id}' does not exist`);
        const disk = { deviceName: '/dev/xvda', ebs: { volumeSize: 8 } };
        const image = {
          imageId: IMAGE,
          architecture: 'arm64',
          rootDeviceName: '/dev/xvda',
          blockDeviceMapping: [disk],
        };
        return { imagesSet: [image] };
      },
    },
    DescribeLaunchTemplateVersions: {
      writes: false,
      mayBeStale: true,
      about: (input) => `${templateIdIn(input)} ${numbersIn(input).join(', ') || 'all'}`,
      act(input, all) {
        const { versions } = templateIn(all, input);
        const numbers = numbersIn(input);
        // One that is not there, and the whole request is refused.
        const missing = numbers.find((number) => !versions.some((one) => one.number === number));
        if (missing)
          throw new Refusal(
            'InvalidLaunchTemplateId.VersionNotFound',
            `Could not find launch template version ${missing}`,
          );
        const found = versions.filter(({ number }) => numbers.length === 0 || numbers.includes(number));
        return { launchTemplateVersionSet: found.map(shapeOf) };
      },
    },
    CreateLaunchTemplateVersion: {
      writes: true,
      about: (input) => `${templateIdIn(input)} ${input.get('VersionDescription')}`,
      act(input) {
        const template = templateIn(now, input);
        const token = input.get('ClientToken') ?? '';
        const data = [...input].filter(([key]) => /^(?:LaunchTemplateData\.|VersionDescription$)/.test(key));
        const digest = createHash('sha256').update(JSON.stringify(data)).digest('hex');
        const standing = template.versions.find((one) => one.token === token);
        if (standing && standing.digest !== digest)
          throw new Refusal('IdempotentParameterMismatch', 'the token was used with other parameters');
        if (standing) return { launchTemplateVersion: shapeOf(standing) };
        template.last += 1;
        const made: TemplateVersion = {
          number: String(template.last),
          description: input.get('VersionDescription') ?? '',
          token,
          digest,
          userData: Buffer.from(input.get('LaunchTemplateData.UserData') ?? '', 'base64').toString(),
        };
        template.versions.push(made);
        return { launchTemplateVersion: shapeOf(made) };
      },
    },
  };

  return {
    name: 'ec2',
    now,
    isAt: (hostname) => hostname.startsWith('ec2.'),
    error: refused(500, 'InternalError', 'An internal error has occurred'),
    throttled: refused(503, 'RequestLimitExceeded', 'Request limit exceeded.'),
    read({ body }): Operation {
      const input = new URLSearchParams(textOf(body));
      const name = input.get('Action') ?? '';
      const action = actions[name];
      if (!action) throw new Error(`EC2's ${name} is not known here`);
      const { writes, mayBeStale, act } = action;
      return {
        service: 'ec2',
        name,
        about: action.about(input),
        writes,
        ...(mayBeStale && { mayBeStale }),
        apply(_, stale = false) {
          const all = stale && clock.now() - changedAt < BEHIND_MS ? before : now;
          if (writes) {
            before = structuredClone(now);
            changedAt = clock.now();
          }
          return answering(name, () => act(input, all, stale));
        },
      };
    },
  };
}

const XML = { 'content-type': 'text/xml' };

/** Its answers and lists are called otherwise than those of the other services that are asked by forms. */
function answering(name: string, act: () => Shape): Reply {
  try {
    return { status: 200, headers: XML, body: `<${name}Response>${xml(act(), 'item')}</${name}Response>` };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.status, error.code, error.message);
    throw error;
  }
}

const refused = (status: number, code: string, message: string): Reply => ({
  status,
  headers: XML,
  body: `<Response><Errors>${xml({ Error: { Code: code, Message: message } })}</Errors></Response>`,
});

const templateIdIn = (input: URLSearchParams) => input.get('LaunchTemplateId') ?? '';

function templateIn(all: Templates, input: URLSearchParams): Templates[string] {
  const found = all[templateIdIn(input)];
  if (!found) throw new Refusal('InvalidLaunchTemplateId.NotFound', 'The specified launch template does not exist');
  return found;
}

const numbersIn = (input: URLSearchParams): string[] =>
  [...input].filter(([key]) => /^LaunchTemplateVersion\.\d+$/.test(key)).map(([, value]) => value);

const shapeOf = ({ number, description }: TemplateVersion): Shape => ({
  versionNumber: number,
  versionDescription: description,
});
