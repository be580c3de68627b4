import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { jsonSchema } from '../../shared/manifest/json-schema.ts';
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
    ['a misspelt key in an environment', 'environments: {ci: {rolout: {}}}', '/environments/ci additionalProperties'],
    ['a name that no environment may have', 'environments: {My-Env: {}}', '/environments propertyNames'],
  ])('marks %s', (_, lines, mistake) => {
    expect(more(lines)).toContain(mistake);
  });

  it.each([
    ['a part of a section', 'environments: {ci: {source: {commit: abcdef0}}}'],
    ['null, which takes a key away', 'environments: {ci: {budget: null, rollout: {steps: null}}}'],
    ['nothing different', 'environments: {ci: {}, staging: null}'],
  ])('takes in an environment %s', (_, lines) => {
    expect(more(lines)).toEqual([]);
  });

  it.each(['account: 012345678901', 'account: "012345678901"', 'region: eu-central-1'])(
    'takes %s with and without quotes, as the reader does',
    (line) => {
      expect(more(line)).toEqual([]);
    },
  );
});
