import { isArtifact, parseArtifact } from '../../shared/manifest/artifact.ts';

const manifest = { bucket: 'acme-manifests', key: 'pilots/acme-site/pilot.yaml' };

describe('an artifact', () => {
  it.each([
    ['site.zip', { bucket: 'acme-manifests', key: 'pilots/acme-site/site.zip' }],
    ['builds/1.2.3/site v1.zip', { bucket: 'acme-manifests', key: 'pilots/acme-site/builds/1.2.3/site v1.zip' }],
    ['..site..zip', { bucket: 'acme-manifests', key: 'pilots/acme-site/..site..zip' }],
    ['s3://acme-builds/a/b.zip', { bucket: 'acme-builds', key: 'a/b.zip' }],
    ['s3://acme.builds/a%20b.zip', { bucket: 'acme.builds', key: 'a%20b.zip' }],
    [
      's3://acme-builds/a.zip?versionId=3sL4kqtJlcpXro_DTDmJ.rm-Sp',
      { bucket: 'acme-builds', key: 'a.zip', versionId: '3sL4kqtJlcpXro_DTDmJ.rm-Sp' },
    ],
  ])('%s is found', (artifact, place) => {
    expect(isArtifact(artifact)).toBe(true);
    expect(parseArtifact(artifact, manifest)).toStrictEqual(place);
  });

  it('lies beside a manifest without a folder', () => {
    expect(parseArtifact('site.zip', { bucket: 'b', key: 'pilot.yaml' })).toStrictEqual({
      bucket: 'b',
      key: 'site.zip',
    });
  });

  it.each([
    '',
    ' ',
    '.',
    '..',
    '../site.zip',
    'a/../site.zip',
    'a/..',
    './site.zip',
    '/site.zip',
    'a//b.zip',
    'folder/',
    'a\\b.zip',
    'site.zip?versionId=1',
    'site.zip#1',
    'C:site.zip',
    'a\nb.zip',
    'a\0.zip',
    'https://example.com/site.zip',
    'S3://acme-builds/a.zip',
    's3://acme-builds',
    's3://acme-builds/',
    's3:///a.zip',
    's3://Acme/a.zip',
    's3://acme-builds/a.zip?',
    's3://acme-builds/a.zip?versionId=',
    's3://acme-builds/a.zip?versionId=a&b=c',
    's3://acme-builds/a.zip?partNumber=1',
    `s3://acme-builds/${'é'.repeat(513)}`,
  ])('%j is none', (artifact) => {
    expect(isArtifact(artifact)).toBe(false);
    expect(() => parseArtifact(artifact, manifest)).toThrow(TypeError);
  });
});
