import {
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplateVersions,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { clientConfig } from './config.ts';

const client = new EC2Client(clientConfig);

/** A version of a launch template, by what it was described as when it was made. */
export interface TemplateVersion {
  number: string;
  description: string;
}

/** Most that are on one page. */
const MOST = 200;

/**
 * Versions of a launch template.
 * @param numbers only these; those that are not there are left out.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
 */
export async function findVersions(template: string, numbers?: string[]): Promise<TemplateVersion[]> {
  // For one that is not there EC2 refuses all that are asked for in the same call.
  if (numbers) return (await Promise.all(numbers.map((number) => findVersion(template, number)))).flat();
  const found: TemplateVersion[] = [];
  const pages = paginateDescribeLaunchTemplateVersions({ client, pageSize: MOST }, { LaunchTemplateId: template });
  for await (const page of pages) found.push(...versionsIn(page.LaunchTemplateVersions));
  return found;
}

async function findVersion(template: string, number: string): Promise<TemplateVersion[]> {
  try {
    const input = { LaunchTemplateId: template, Versions: [number] };
    return versionsIn((await client.send(new DescribeLaunchTemplateVersionsCommand(input))).LaunchTemplateVersions);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

const versionsIn = (found: LaunchTemplateVersion[] = []): TemplateVersion[] =>
  found.map(({ VersionNumber, VersionDescription = '' }) => ({
    number: String(VersionNumber),
    description: VersionDescription,
  }));

/**
 * @param token the same call with the same one makes one version.
 * @returns its number.
 */
export async function createVersion(
  template: string,
  description: string,
  data: RequestLaunchTemplateData,
  token: string,
): Promise<string> {
  const { LaunchTemplateVersion } = await client.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: template,
      VersionDescription: description,
      LaunchTemplateData: data,
      ClientToken: token,
    }),
  );
  if (LaunchTemplateVersion?.VersionNumber === undefined) throw new Error(`EC2 told no version of ${template}`);
  return String(LaunchTemplateVersion.VersionNumber);
}

/**
 * Those that are gone already are no error; the default version cannot be deleted.
 * @throws when EC2 kept one of them.
 */
export async function deleteVersions(template: string, numbers: string[]): Promise<void> {
  for (let at = 0; at < numbers.length; at += MOST) {
    const Versions = numbers.slice(at, at + MOST);
    const { UnsuccessfullyDeletedLaunchTemplateVersions: kept = [] } = await client.send(
      new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId: template, Versions }),
    );
    const [first] = kept.filter(({ ResponseError }) => ResponseError?.Code !== 'launchTemplateVersionDoesNotExist');
    if (first)
      throw new Error(`EC2 did not delete version ${first.VersionNumber} of ${template}: ${first.ResponseError?.Code}`);
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && error.name === 'InvalidLaunchTemplateId.VersionNotFound';
