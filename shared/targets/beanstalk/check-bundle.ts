import type { Entry } from '../artifact/directory.ts';
import type { Flaw } from '../artifact/limits.ts';

/** Bytes that a source bundle may have: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-sourcebundle.html */
const MOST = 500 * 1024 ** 2;

/** What a platform looks for in the bundle's top folder, as far as one of these has to be there. */
const STARTS: { platform: RegExp; files: string[] }[] = [
  { platform: /^Node\.js/, files: ['package.json', 'Procfile', 'app.js', 'server.js'] },
  { platform: /^Docker/, files: ['Dockerfile', 'Dockerrun.aws.json', 'docker-compose.yml'] },
  { platform: /^ECS/, files: ['Dockerrun.aws.json'] },
];

/** All that would keep Elastic Beanstalk from running a bundle, judged by its directory alone. */
export function bundleFlaws(entries: Entry[], size: number, platform: string): Flaw[] {
  const files = entries.filter(({ path }) => !path.endsWith('/'));
  if (files.length === 0)
    return [{ code: 'ARTIFACT_EMPTY', message: 'the zip holds no files', expected: 'the pilot’s code' }];
  const encrypted = files.filter((entry) => entry.encrypted).length;
  return [
    ...(size > MOST
      ? [
          {
            code: 'ARTIFACT_TOO_LARGE',
            message: `the zip has ${size} bytes`,
            expected: `at most ${MOST}, which is what Elastic Beanstalk takes`,
          },
        ]
      : []),
    ...(encrypted > 0
      ? [
          {
            code: 'ARTIFACT_ENCRYPTED',
            message: `${encrypted} of the zip’s files are encrypted`,
            expected: 'a zip without a password',
          },
        ]
      : []),
    ...missingStart(files, platform),
  ];
}

function missingStart(files: Entry[], platform: string): Flaw[] {
  const { files: wanted } = STARTS.find(({ platform: kind }) => kind.test(platform)) ?? {};
  const paths = new Set(files.map(({ path }) => path));
  if (!wanted || wanted.some((path) => paths.has(path))) return [];
  const [top = ''] = files[0]?.path.split('/') ?? [];
  const isFolder = files.every(({ path }) => path.startsWith(`${top}/`));
  return [
    {
      code: 'BUNDLE_START_MISSING',
      message: 'nothing in the zip says how it is started',
      expected: wanted.join(' or '),
      ...(isFolder && { hint: `all lies in the folder ${top}: zip what is in it, without the folder` }),
    },
  ];
}
