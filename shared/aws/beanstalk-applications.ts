import {
  CreateApplicationCommand,
  DescribeApplicationsCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  UpdateTagsForResourceCommand,
} from '@aws-sdk/client-elastic-beanstalk';
import { beanstalk, tagsOf } from './beanstalk.ts';

export interface Application {
  arn: string;
  tags: Record<string, string>;
}

/**
 * `unread`: it is there, and its tags cannot be read, as those of one that was made a moment ago, which is not known by its ARN yet.
 * @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeApplications.html
 */
export async function findApplication(name: string): Promise<Application | 'unread' | undefined> {
  const { Applications = [] } = await beanstalk.send(new DescribeApplicationsCommand({ ApplicationNames: [name] }));
  const { ApplicationArn: arn } = Applications.find(({ ApplicationName }) => ApplicationName === name) ?? {};
  if (arn === undefined) return undefined;
  const tags = await readTags(arn);
  return tags ? { arn, tags } : 'unread';
}

async function readTags(arn: string): Promise<Application['tags'] | undefined> {
  try {
    const { ResourceTags = [] } = await beanstalk.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
    return Object.fromEntries(ResourceTags.map(({ Key = '', Value = '' }) => [Key, Value]));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** @throws InvalidParameterValue when there is one of that name. */
export async function createApplication(name: string, tags: Application['tags']): Promise<void> {
  await beanstalk.send(new CreateApplicationCommand({ ApplicationName: name, Tags: tagsOf(tags) }));
}

/** What is to change about the tags of something. */
export interface TagChange {
  add: Record<string, string>;
  /** Keys; one that is not there is no error. */
  remove: string[];
}

/**
 * Adds tags and removes others in one call. Nothing that runs notices those of an application.
 * @throws TooManyTagsException beyond 50, those counted that are there before others go.
 * @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_UpdateTagsForResource.html
 */
export async function changeTags({ arn }: Pick<Application, 'arn'>, { add, remove }: TagChange): Promise<void> {
  await beanstalk.send(
    new UpdateTagsForResourceCommand({
      ResourceArn: arn,
      ...(Object.keys(add).length > 0 && { TagsToAdd: tagsOf(add) }),
      ...(remove.length > 0 && { TagsToRemove: remove }),
    }),
  );
}
