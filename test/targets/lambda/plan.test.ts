import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import type { PlanRequest } from '../../../shared/targets/target.ts';
import { rawZip } from '../static/raw-zip.ts';
import { answering, MANIFESTS, makeBucket, planned, requestOf, useEmulator } from './world.ts';

useEmulator();
beforeAll(makeBucket);

const code = { 'index.js': answering('hello') };
async function problemsOf(request: PlanRequest) {
  const plan = await lambdaTarget.plan(request);
  return 'outcome' in plan ? plan.problems : [];
}
const codesOf = async (request: PlanRequest) => (await problemsOf(request)).map(({ code }) => code);
const LARGE = 250 * 1024 ** 2;
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/acme@sha256:${'0123456789abcdef'.repeat(4)}`;

describe('a plan', () => {
  it('pins the artifact, and says what is in it', async () => {
    const plan = await planned(await requestOf('new', { ...code, 'lib/words.js': 'exports.words = 1;' }));
    expect(plan).toMatchObject({ target: 'lambda', url: '', summary: { files: 2 } });
    expect(plan.detail).toMatchObject({
      function: 'new-production',
      code: { zip: { bucket: MANIFESTS, version: expect.any(String), etag: expect.any(String) } },
    });
  });

  it('is of another release when only the configuration differs', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async (A1) => planned(await requestOf('acme', code, { config: { values: { A1 } } }))),
    );
    expect(one?.release).not.toBe(other?.release);
  });

  it('takes an image by its digest, and that is its release', async () => {
    const manifest = { source: { image: IMAGE } };
    const plan = await planned(await requestOf('acme', code, manifest));
    expect(plan).toMatchObject({ summary: { image: 'sha256:0123456789ab' }, detail: { code: { image: IMAGE } } });
    const other = await planned(await requestOf('acme', code, { source: { image: IMAGE.replace(/.$/, '0') } }));
    expect(other.release).not.toBe(plan.release);
  });
});

describe('a plan refuses', () => {
  it.each<[what: string, zip: Uint8Array, codes: string[]]>([
    ['what is no zip', Buffer.from('exports.handler = 1'), ['ARTIFACT_NOT_A_ZIP']],
    ['a zip without files', rawZip([{ name: 'lib/', content: '', method: 0 }]), ['ARTIFACT_EMPTY']],
    ['a zip with a password', rawZip([{ name: 'index.js', flags: 0x801 }]), ['ARTIFACT_ENCRYPTED']],
    ['a zip that unpacks to too much', rawZip([{ name: 'index.js', size: LARGE + 1 }]), ['ARTIFACT_TOO_LARGE']],
    ['a zip without the handler’s file', rawZip([{ name: 'main.js' }]), ['HANDLER_MISSING']],
  ])('%s', async (_what, zip, codes) => {
    expect(await codesOf(await requestOf('acme', zip))).toEqual(codes);
  });

  it('takes one that unpacks to just what Lambda takes', async () => {
    expect(await codesOf(await requestOf('acme', rawZip([{ name: 'index.js', size: LARGE }])))).toEqual([]);
  });

  it('a folder that was zipped with its name, and says so', async () => {
    const [problem] = await problemsOf(await requestOf('acme', { 'function/index.js': answering('hello') }));
    expect(problem).toMatchObject({
      code: 'HANDLER_MISSING',
      expected: 'index.js or index.mjs or index.cjs',
      hint: expect.stringContaining('function/index.js is there'),
      place: { file: expect.stringMatching(/^s3:\/\/lambda-manifests\/pilots\/acme\/function-.*\.zip$/) },
    });
  });

  it('an artifact that is not there', async () => {
    const request = await requestOf('acme', code);
    const elsewhere = { ...request, from: { ...request.from, key: 'pilots/elsewhere/pilot.yaml' } };
    expect(await codesOf(elsewhere)).toEqual(['ARTIFACT_MISSING']);
  });

  it.each<[what: string, manifest: Record<string, unknown>, codes: string[]]>([
    [
      'an image by its tag',
      { source: { image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/acme:1' } },
      ['IMAGE_NOT_PINNED'],
    ],
    ['components', { components: { pdf: { about: 'Makes PDFs', handler: 'pdf.handler' } } }, ['NOT_YET']],
    ['a variable that Lambda does not take', { config: { values: { _PORT: 1 } } }, ['VARIABLE_NAME']],
    ['a configuration that does not fit', { config: { values: { TEXT: 'x'.repeat(4096) } } }, ['CONFIG_TOO_LARGE']],
    [
      'a configuration that does not fit beside what its stack tells',
      { config: { values: { TEXT: 'x'.repeat(2800) } }, lambda: { front: 'http-api' } },
      ['CONFIG_TOO_LARGE'],
    ],
  ])('%s', async (_what, manifest, codes) => {
    expect(await codesOf(await requestOf('acme', code, manifest))).toEqual(codes);
  });
});
