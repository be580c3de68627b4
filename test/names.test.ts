import * as fc from 'fast-check';
import {
  deploymentId,
  isPilotName,
  manifestKey,
  ofDeployment,
  ofManifestKey,
  requestId,
  uploadId,
} from '../shared/names.ts';

const at = new Date('2026-11-21T01:57:15Z');
const pilotName = fc.stringMatching(/^[a-z][a-z0-9]{0,14}(-[a-z0-9]{1,7}){0,2}$/).filter(isPilotName);
const environmentName = fc.stringMatching(/^[a-z][a-z0-9]{0,15}$/);

describe('a deployment id', () => {
  it('is the same for the same trigger and differs for another', () => {
    expect(deploymentId('acme-site', 'production', at, 'a')).toBe(deploymentId('acme-site', 'production', at, 'a'));
    expect(deploymentId('acme-site', 'production', at, 'a')).not.toBe(deploymentId('acme-site', 'production', at, 'b'));
  });

  it('reads as pilot, environment, time and hash', () => {
    expect(deploymentId('acme-site', 'production', at, 'a')).toMatch(
      /^acme-site_production_20261121T015715Z-[0-9a-f]{12}$/,
    );
  });

  it('fits an execution name and gives pilot and environment back, for any names', () => {
    fc.assert(
      fc.property(pilotName, environmentName, fc.string(), (pilot, environment, trigger) => {
        const id = deploymentId(pilot, environment, at, trigger);
        expect(id.length).toBeLessThanOrEqual(80);
        expect(ofDeployment(id)).toMatchObject({ pilot, environment });
      }),
    );
  });

  it('fits an execution name at the longest names there are', () => {
    expect(deploymentId('a'.repeat(32), 'b'.repeat(16), at, 'x').length).toBeLessThanOrEqual(80);
  });

  it('sorts by time', () => {
    const earlier = deploymentId('acme', 'production', at, 'z');
    const later = deploymentId('acme', 'production', new Date('2026-11-21T01:57:16Z'), 'a');
    expect([later, earlier].sort()).toEqual([earlier, later]);
  });

  it('is known by uploads and requests alike from what they are', () => {
    const upload = { bucket: 'b', key: 'pilots/acme/pilot.yaml', version: 'v1', at };
    expect(uploadId('acme', 'production', upload)).not.toBe(
      uploadId('acme', 'production', { ...upload, version: 'v2' }),
    );
    expect(requestId('acme', 'production', '2026-11-21T01:57:15Z/1')).toContain('20261121T015715Z');
  });

  it.each([
    '',
    'acme',
    'acme_production',
    'ACME_production_20261121T015715Z-000000000000',
    'a_b_c_d',
    'arn:aws:states:1',
  ])('is not read into %p', (text) => expect(ofDeployment(text)).toBeUndefined());
});

describe("an uploaded manifest's key", () => {
  it('names the pilot, and production unless it names an environment', () => {
    expect(ofManifestKey('pilots/acme-site/pilot.yaml')).toEqual({ pilot: 'acme-site', environment: 'production' });
    expect(ofManifestKey('pilots/acme-site/staging/pilot.yaml')).toEqual({
      pilot: 'acme-site',
      environment: 'staging',
    });
  });

  it('is what manifestKey makes', () => {
    for (const environment of ['production', 'staging']) {
      expect(ofManifestKey(manifestKey('acme', environment))).toEqual({ pilot: 'acme', environment });
    }
  });

  it.each([
    'pilots/ACME/pilot.yaml',
    'pilots/a--b/pilot.yaml',
    'pilots/a-/pilot.yaml',
    'pilots/acme/../pilot.yaml',
    'pilots//pilot.yaml',
    'pilots/acme/pilot.yml',
    'pilots/аcme/pilot.yaml',
    'other/acme/pilot.yaml',
    'pilots/acme/st-aging/pilot.yaml',
  ])('%s is nobody’s', (key) => expect(ofManifestKey(key)).toBeUndefined());
});
