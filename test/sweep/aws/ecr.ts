import { ACCOUNT, REGION } from '../names.ts';
import { jsonError, jsonReply, type Operation, type Reply, type Service, textOf } from './call.ts';

/** An image, by its digest. */
export interface Image {
  digest: string;
  tags: string[];
  pushedAt: number;
}

/** Repositories by their names. */
export type Repositories = Record<string, Image[]>;

export interface Ecr extends Service {
  now: Repositories;
  /** Pushes an image under a tag of `<registry>/<repository>:<tag>`, as Docker does. */
  push(name: string, digest: string): void;
}

interface Body {
  repositoryName: string;
  imageIds?: { imageTag?: string; imageDigest?: string }[];
}

/** How what is kept in this account’s registry is called. */
export const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

const WRITES = ['CreateRepository', 'DeleteRepository', 'PutLifecyclePolicy', 'BatchDeleteImage'];

/** Amazon ECR: repositories whose tags never come to mean another image. Nothing in them expires. */
export function ecrOf(clock: () => number, now: Repositories): Ecr {
  const actions: Record<string, (images: Image[] | undefined, body: Body) => Reply> = {
    CreateRepository(images, { repositoryName }) {
      if (images) return jsonError(400, 'RepositoryAlreadyExistsException');
      now[repositoryName] = [];
      return jsonReply(200, { repository: { repositoryName } });
    },
    // Of what is not there nobody can tell whose it is: who may remove those with a tag alone is denied.
    DeleteRepository(images, { repositoryName }) {
      if (!images) return jsonError(400, 'AccessDeniedException');
      delete now[repositoryName];
      return jsonReply(200, { repository: { repositoryName } });
    },
    PutLifecyclePolicy: (images) => (images ? jsonReply(200, {}) : MISSING),
    DescribeImages(images, { imageIds }) {
      if (!images) return MISSING;
      const wanted = imageIds
        ? images.filter(({ tags }) => imageIds.some((id) => tags.includes(id.imageTag ?? '')))
        : images;
      if (imageIds && wanted.length === 0) return jsonError(400, 'ImageNotFoundException');
      const imageDetails = wanted.map(({ digest: imageDigest, tags: imageTags, pushedAt }) => ({
        ...{ imageDigest, imageTags, imagePushedAt: pushedAt / 1000 },
      }));
      return jsonReply(200, { imageDetails });
    },
    BatchDeleteImage(images, { repositoryName, imageIds = [] }) {
      if (!images) return MISSING;
      const gone = images.filter(({ digest }) => imageIds.some(({ imageDigest }) => imageDigest === digest));
      now[repositoryName] = images.filter((one) => !gone.includes(one));
      return jsonReply(200, { imageIds: gone.map(({ digest: imageDigest }) => ({ imageDigest })) });
    },
  };

  return {
    name: 'ecr',
    now,
    push(name, digest) {
      const [, repository = '', tag = ''] = /^[^/]+\/([^:]+):(.+)$/.exec(name) ?? [];
      const images = now[repository];
      if (!images) throw new Error(`there is no repository ${repository}`);
      const known = images.find((one) => one.digest === digest);
      if (known) known.tags.push(tag);
      else images.push({ digest, tags: [tag], pushedAt: clock() });
    },
    isAt: (hostname) => /^(?:api\.)?ecr\./.test(hostname),
    error: jsonError(500, 'ServerException'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      const act = actions[name];
      if (!act) throw new Error(`ECR's ${name} is not known here`);
      const asked = JSON.parse(textOf(body)) as Body;
      return {
        service: 'ecr',
        name,
        about: asked.repositoryName,
        writes: WRITES.includes(name),
        apply: () => act(now[asked.repositoryName], asked),
      };
    },
  };
}

const MISSING = jsonError(400, 'RepositoryNotFoundException');
