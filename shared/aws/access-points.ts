import {
  AccessPointAlreadyExists,
  type AccessPointDescription,
  AccessPointNotFound,
  CreateAccessPointCommand,
  DeleteAccessPointCommand,
  EFSClient,
  paginateDescribeAccessPoints,
} from '@aws-sdk/client-efs';
import { clientConfig } from './config.ts';

const client = new EFSClient(clientConfig);

/** An access point of an EFS file system. */
export interface AccessPoint {
  id: string;
  /** The folder that whoever mounts through it sees as the root. */
  path: string;
  /** Whether it can be mounted through: it takes some seconds to be made. */
  isReady: boolean;
  isGoing: boolean;
  tags: Record<string, string>;
}

export interface NewAccessPoint {
  fileSystem: string;
  path: string;
  /** As whom everybody comes through it, whoever they are. */
  user: { uid: number; gid: number };
  tags: Record<string, string>;
  /** The same call with the same one makes one access point; at most 64 characters. */
  token: string;
}

/** @see https://docs.aws.amazon.com/efs/latest/ug/API_DescribeAccessPoints.html */
export async function findAccessPoints(fileSystem: string): Promise<AccessPoint[]> {
  const found: AccessPoint[] = [];
  const pages = paginateDescribeAccessPoints({ client, pageSize: 100 }, { FileSystemId: fileSystem });
  for await (const { AccessPoints = [] } of pages) found.push(...AccessPoints.map(pointOf));
  return found;
}

const pointOf = ({ AccessPointId = '', LifeCycleState, RootDirectory, Tags = [] }: AccessPointDescription) => ({
  id: AccessPointId,
  path: RootDirectory?.Path ?? '/',
  isReady: LifeCycleState === 'available',
  isGoing: LifeCycleState?.startsWith('delet') ?? false,
  tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
});

/**
 * Makes one; the folder that it leads to has to be there. That it was made before is no error.
 * @see https://docs.aws.amazon.com/efs/latest/ug/API_CreateAccessPoint.html
 */
export async function createAccessPoint({ fileSystem, path, user, tags, token }: NewAccessPoint): Promise<void> {
  try {
    await client.send(
      new CreateAccessPointCommand({
        ClientToken: token,
        FileSystemId: fileSystem,
        PosixUser: { Uid: user.uid, Gid: user.gid },
        RootDirectory: { Path: path },
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  } catch (error) {
    if (!(error instanceof AccessPointAlreadyExists)) throw error;
  }
}

/**
 * One that is gone already is no error.
 * @see https://docs.aws.amazon.com/efs/latest/ug/API_DeleteAccessPoint.html
 */
export async function deleteAccessPoint(id: string): Promise<void> {
  try {
    await client.send(new DeleteAccessPointCommand({ AccessPointId: id }));
  } catch (error) {
    if (!(error instanceof AccessPointNotFound)) throw error;
  }
}
