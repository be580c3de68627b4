import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { jsonSchema } from '../../shared/manifest/json-schema.ts';
import { loadManifest } from '../../shared/manifest/load.ts';
import { layers, manifests } from './arbitrary.ts';
import { FULL, SMALLEST } from './samples.ts';

const validate = new Ajv2020({ strict: false, allErrors: true }).compile(jsonSchema());
const mistakes = (text: string) => {
  validate(load(text));
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
};
const more = (lines: string) => mistakes(`${SMALLEST}${lines}\n`);

describe('the JSON Schema', () => {
  it('takes the smallest manifest, and one with everything', () => {
    expect(mistakes(SMALLEST)).toEqual([]);
    expect(mistakes(FULL)).toEqual([]);
  });

  it.each([
    ['a misspelt key', 'databse: {}', ' additionalProperties'],
    ['a misspelt key in a section', 'rollout: {step: [100]}', '/rollout additionalProperties'],
    ['a value that is no choice', 'notifications: {level: loud}', '/notifications/level enum'],
    ['a number out of range', 'retention: {days: 0}', '/retention/days minimum'],
    ['text where a list belongs', 'rollout: {steps: all}', '/rollout/steps type'],
    ['a duration without a unit', 'rollout: {bake: "5"}', '/rollout/bake pattern'],
    ['a section of another target', 'ecs: {}', '/ecs false schema'],
    ['a section that means nothing for the target', 'health: {}', '/health false schema'],
    ['a section of another target in an environment', 'environments: {ci: {ecs: {}}}', '/environments/ci/ecs type'],
    ['something required that is not there', 'domain: {cdn: true}', '/domain required'],
    [
      'the same, where environments say nothing of it',
      'budget: {gate: stop}\nenvironments: {ci: {}}',
      '/budget required',
    ],
    ['a misspelt key in an environment', 'environments: {ci: {rolout: {}}}', '/environments/ci additionalProperties'],
    ['a name that no environment may have', 'environments: {My-Env: {}}', '/environments propertyNames'],
  ])('marks %s', (_, lines, mistake) => {
    expect(more(lines)).toContain(mistake);
  });

  it.each([
    ['a part of a section', 'environments: {ci: {source: {commit: abcdef0}}}'],
    ['null, which takes a key away', 'environments: {ci: {budget: null, rollout: {steps: null}}}'],
    ['nothing different', 'environments: {ci: {}, staging: null}'],
    [
      'what the top of the file leaves open',
      'budget: {gate: stop}\nenvironments: {production: {budget: {monthly: 9}}}',
    ],
    ['null for what means nothing for the target', 'environments: {ci: {ecs: null}}'],
  ])('takes in an environment %s', (_, lines) => {
    expect(more(lines)).toEqual([]);
  });

  it.each(['account: 012345678901', 'account: "012345678901"', 'region: eu-central-1'])(
    'takes %s with and without quotes, as the reader does',
    (line) => {
      expect(more(line)).toEqual([]);
    },
  );

  it('takes a source that only production names, and misses one that nobody does', () => {
    const bare = SMALLEST.slice(0, SMALLEST.indexOf('source:'));
    expect(mistakes(`${bare}environments: {production: {source: {artifact: a.zip}}}`)).toEqual([]);
    expect(mistakes(`${bare}environments: {production: {approval: required}}`)).toContain(' required');
  });

  it.each([
    ['static', 'image'],
    ['ecs', 'artifact'],
    ['ec2', 'image'],
    ['beanstalk', 'image'],
  ])('marks, for target %s, source.%s', (target, kind) => {
    expect(mistakes(`{apiVersion: pilotage/v1, name: acme, target: ${target}, source: {${kind}: a}}`)).toContain(
      `/source/${kind} false schema`,
    );
  });

  const marks = (manifest: unknown) => (validate(manifest) ? [] : validate.errors);
  const isTaken = (manifest: unknown) => loadManifest(Buffer.from(JSON.stringify(manifest)), 'pilot.yaml').ok;

  it('marks nothing in what the reader takes', () => {
    fc.assert(
      fc.property(manifests.filter(isTaken), (manifest) => {
        expect(marks(manifest)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('marks nothing in what the reader takes, whichever part of it stands in an environment', () => {
    const split = layers.map(({ manifest, staging }) => {
      const { apiVersion, name, target, ...sections } = manifest;
      return {
        apiVersion,
        name,
        target,
        environments: { production: sections, staging: { ...sections, ...staging } },
      };
    });
    const layered = layers.map(({ manifest, staging, ci }) => ({ ...manifest, environments: { staging, ci } }));
    fc.assert(
      fc.property(fc.oneof(layered, split).filter(isTaken), (manifest) => {
        expect(marks(manifest)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
