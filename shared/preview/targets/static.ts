import type { ResolvedFor } from '../../manifest/complete.ts';
import { siteName } from '../../manifest/derived-names.ts';
import type { Site } from '../model.ts';
import type { TargetPlan } from './target.ts';

/** GB of the releases that are kept together: a guess. */
const STORED = 1;
/** Of a hundred requests, so many are not in CloudFront’s cache. */
const MISSES = 10;

/** Files in a bucket behind the one distribution that all sites share, or behind one of the site’s own. */
export function staticPlan(site: Site<ResolvedFor<'static'>>): TargetPlan {
  const { manifest, environment } = site;
  const name = siteName(manifest.name, environment);
  return {
    components: [
      {
        name: 'site',
        function: 'The files that visitors see, each release in a folder of its own',
        fits: 'the CDN reads it; one key says which release is live',
        resources: [
          {
            type: 'AWS::S3::Bucket',
            name: `sites/${name}/`,
            shared: true,
            settings: {
              bucket: 'the one of all sites',
              'page for /': manifest.static.index,
              'page for what is missing': manifest.static.notFound ?? 'a plain one',
            },
          },
          {
            type: 'AWS::CloudFront::KeyValueStore',
            name,
            shared: true,
            settings: {
              store: 'the one of all sites',
              'its key': 'the pointer: the live release',
              'clean addresses': manifest.static.cleanUrls,
            },
          },
        ],
        uses: [
          {
            price: 's3.gb-month',
            quantity: STORED,
            per: 'month',
            about: `files of the releases, taken as ${STORED} GB`,
          },
          {
            price: 's3.get.1000',
            quantity: MISSES * 10,
            per: 'million requests',
            about: `reads that the CDN’s cache does not answer, taken as ${MISSES} %`,
          },
          { price: 'cloudfront.function.million', quantity: 1, per: 'million requests', about: 'finding the file' },
          {
            price: 'cloudfront.kvs-read.million',
            quantity: 1,
            per: 'million requests',
            about: 'reading which release is live',
          },
        ],
      },
    ],
    door: { cdn: manifest.domain ? 'own' : 'shared', balancer: 'none', network: 'none', endpoints: [] },
    rollout: {
      prepare: 'Copy the files that changed beside the live ones',
      pointer: 'the key that says which release is live',
      retire: 'Files of releases that are no longer kept are removed',
      back: 'the files of the releases before, which one key brings back within seconds',
    },
  };
}
