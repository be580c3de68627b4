import { findMachineImage, type MachineImage } from '../../aws/machine-images.ts';
import { readParameter } from '../../aws/parameter-store.ts';
import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { architectureOf } from '../../preview/instance.ts';

/** A file system, the packages that are installed besides, and what the pilot writes. */
const SPARE_GIB = 1;
const GIB = 1024 ** 3;

/**
 * The machine image that a public parameter names now; or what speaks against starting the pilot from it.
 * @param type of the instances.
 * @param bytes of the pilot's files, and of the zip that they come in.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
 */
export async function imageFor(
  { image, disk }: ResolvedFor<'ec2'>['ec2'],
  type: string,
  bytes: number,
): Promise<MachineImage | Problem> {
  const id = await readParameter(image);
  if (!id)
    return {
      code: 'AMI_PARAMETER_MISSING',
      message: `there is no public parameter ${image} in this region`,
      expected: 'one that aws ssm get-parameters-by-path --path /aws/service/ami-amazon-linux-latest lists',
      hint: 'change ec2.image in the manifest',
    };
  const found = await findMachineImage(id);
  if (!found)
    return {
      code: 'AMI_MISSING',
      message: `${image} names the machine image ${id}, which is not there or may not be used here`,
      expected: 'a parameter that names an image of this region',
    };
  return wrongProcessor(found, image, type) ?? tooSmall(found, disk, bytes) ?? found;
}

function wrongProcessor({ architecture }: MachineImage, image: string, type: string): Problem | undefined {
  if (architecture === architectureOf(type)) return undefined;
  return {
    code: 'IMAGE_WRONG_PROCESSOR',
    message: `${image} is made for ${architecture}, and an instance of type ${type} is ${architectureOf(type)}`,
    expected: 'an image and an instance type for the same processor',
    hint: 'change ec2.image or ec2.instance in the manifest',
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html */
function tooSmall({ id, gib }: MachineImage, disk: number, bytes: number): Problem | undefined {
  const files = Math.ceil(bytes / GIB);
  if (disk < gib)
    return {
      code: 'DISK_TOO_SMALL',
      message: `ec2.disk is ${disk} GiB, and the machine image ${id} needs ${gib}`,
      expected: `at least ${gib}`,
    };
  // What the image itself fills is not known; it is less than its snapshot's size.
  if (bytes < GIB / 2 || disk >= files + 2 * SPARE_GIB) return undefined;
  return {
    code: 'DISK_TOO_SMALL',
    message: `ec2.disk is ${disk} GiB, and the pilot’s own files need ${files} besides the system`,
    expected: `at least ${Math.max(gib, files + 2 * SPARE_GIB)}`,
  };
}
