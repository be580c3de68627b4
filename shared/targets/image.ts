import type { TaggedImage } from '../aws/images.ts';
import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';

/**
 * A manifest whose image is named by its digest, so that a release is one image for ever: a tag in ECR stands for
 * whatever was pushed last, and is looked up once. Other registries are not asked.
 */
export async function pinned<Manifest extends Resolved>(
  manifest: Manifest,
): Promise<{ manifest: Manifest } | { problem: Problem }> {
  const { image } = manifest.source;
  const tagged = image === undefined ? undefined : taggedIn(image);
  if (!tagged) return { manifest };
  const { digestOf } = await import('../aws/images.ts');
  const found = await digestOf(tagged);
  if (typeof found === 'string') return { problem: problemOf(tagged, found) };
  const name = `${tagged.registry}/${tagged.repository}@${found.digest}`;
  return { manifest: { ...manifest, source: { ...manifest.source, image: name } } };
}

/** Why an image cannot be deployed by the name that it has; those in ECR are pinned before. */
export const notPinned = (image: string | undefined): Problem[] =>
  image === undefined || image.includes('@sha256:')
    ? []
    : [
        {
          code: 'IMAGE_NOT_PINNED',
          message: `source.image ${image} is named by a tag, which may be another image tomorrow`,
          expected: 'the image by its digest, or one in ECR',
          hint: `write ${image.replace(/:[^:/]*$/, '')}@sha256:…; docker buildx imagetools inspect tells the digest`,
        },
      ];

interface Tagged extends TaggedImage {
  registry: string;
}

/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/shop:1.4`; without a tag it is `latest`. */
const IN_ECR = /^((\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)\/([^:@]+)(?::([\w][\w.-]*))?$/;

function taggedIn(image: string): Tagged | undefined {
  const [, registry, account, region, repository, tag = 'latest'] = IN_ECR.exec(image) ?? [];
  return registry && account && region && repository ? { registry, account, region, repository, tag } : undefined;
}

type Missing = 'no image' | 'no repository' | 'denied';

function problemOf({ account, region, repository, tag }: Tagged, what: Missing): Problem {
  const where = `in the account ${account}, ${region}`;
  const messages: Record<Missing, string> = {
    'no image': `the repository ${repository} has no image with the tag ${tag} (${where})`,
    'no repository': `there is no repository ${repository} ${where}`,
    denied: `Pilotage may not look into the repository ${repository} ${where}`,
  };
  return {
    code: 'IMAGE_NOT_FOUND',
    message: messages[what],
    expected: what === 'denied' ? 'the image by its digest, …@sha256:…' : 'an image that was pushed before',
    ...(what === 'no image' && {
      hint: `aws ecr list-images --registry-id ${account} --region ${region} --repository-name ${repository} shows those that are there`,
    }),
  };
}
