import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { clientConfig } from './config.ts';

const client = new EC2Client(clientConfig);

/** A machine image, as far as it matters for what is started from it. */
export interface MachineImage {
  id: string;
  architecture: 'arm64' | 'x86';
  /** What its first disk is called: `/dev/xvda`. */
  device: string;
  /** GiB of the snapshot that the disk is made from; no disk can be smaller. */
  gib: number;
}

/**
 * A machine image by its id; undefined where there is none, or it may not be used here.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
 */
export async function findMachineImage(id: string): Promise<MachineImage | undefined> {
  try {
    const { Images = [] } = await client.send(new DescribeImagesCommand({ ImageIds: [id] }));
    const [image] = Images;
    if (!image) return undefined;
    const device = image.RootDeviceName ?? '/dev/xvda';
    const root = image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === device);
    return {
      id,
      architecture: image.Architecture === 'arm64' ? 'arm64' : 'x86',
      device,
      gib: root?.Ebs?.VolumeSize ?? 0,
    };
  } catch (error) {
    if (error instanceof Error && /^InvalidAMIID/.test(error.name)) return undefined;
    throw error;
  }
}
