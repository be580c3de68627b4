import { crc32 } from 'node:zlib';
import { decodePointer } from '../../../shared/targets/static/pointer.ts';
import { staticTarget } from '../../../shared/targets/static/static.ts';
import type { Plan, PlanRequest } from '../../../shared/targets/target.ts';
import { type KvsServer, startKvs } from '../../support/kvs-server.ts';
import { leaseUnder } from '../../support/lease.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { zipOf } from '../../support/zip.ts';

export const SITES = 'sites-bucket';
export const UPLOADS = 'uploads';

/** An S3 and a KeyValueStore, as the static target of this test file finds them. */
export interface World {
  s3: S3Server;
  kvs: KvsServer;
  /** Uploads a zip for a pilot and gives the request to deploy it. */
  request(pilot: string, zip: Uint8Array, site?: Record<string, unknown>): PlanRequest;
  /** Plans what must be right. */
  plan(pilot: string, files: Record<string, string>, site?: Record<string, unknown>): Promise<Plan>;
  /** Plans, prepares and shifts. */
  deploy(pilot: string, files: Record<string, string>, fence: number, site?: Record<string, unknown>): Promise<Plan>;
  stored(key: string): string | undefined;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const [s3, kvs] = await Promise.all([startS3(), startKvs()]);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: s3.url,
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: kvs.url,
    SITE_BUCKET: SITES,
    SITE_URL: 'https://*.pilots.example.com',
    KVS_ARN: kvs.arn,
  });

  const request: World['request'] = (pilot, zip, site = {}) => {
    const artifact = `site-${crc32(zip)}.zip`;
    s3.put(`${UPLOADS}/pilots/${pilot}/${artifact}`, zip);
    const manifest = resolvedFrom({
      apiVersion: 'pilotage/v1',
      name: pilot,
      target: 'static',
      source: { artifact },
      static: site,
    });
    return { pilot, environment: 'production', manifest, from: { bucket: UPLOADS, key: `pilots/${pilot}/pilot.yaml` } };
  };

  const plan: World['plan'] = async (pilot, files, site) => {
    const planned = await staticTarget.plan(request(pilot, await zipOf(files), site));
    if ('outcome' in planned) throw new Error(JSON.stringify(planned.problems));
    return planned;
  };

  return {
    s3,
    kvs,
    request,
    plan,
    async deploy(pilot, files, fence, site) {
      const planned = await plan(pilot, files, site);
      const before = await staticTarget.live(planned);
      const lease = leaseUnder(fence);
      const prepared = await staticTarget.prepare(planned, before, lease);
      const shifted = await staticTarget.shift(planned, before, 100, lease);
      for (const end of [prepared, shifted]) if (end.outcome !== 'done') throw new Error(JSON.stringify(end));
      return planned;
    },
    stored: (key) => s3.objects.get(`${SITES}/${key}`)?.body.toString(),
    close: async () => {
      await Promise.all([s3.close(), kvs.close()]);
    },
  };
}

/** What most viewers of a site get as its index page. */
export function served({ s3, kvs }: World, site: string): string | null {
  const pointer = decodePointer(kvs.keys.get(site) ?? '');
  if (!('fence' in pointer) || !pointer.live) return null;
  const { release, index } = pointer.live;
  return s3.objects.get(`${SITES}/sites/${site}/r/${release}/${index}`)?.body.toString() ?? null;
}
