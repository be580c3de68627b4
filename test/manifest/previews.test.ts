import * as fc from 'fast-check';
import { fullName, readReference } from '../../shared/manifest/reference.ts';
import { layers, type Plain } from './arbitrary.ts';
import { PREVIEWED } from './bad-environments.ts';
import { load, problemsOf, resolved } from './samples.ts';

const SERVICE = `${PREVIEWED.replace('static', 'ecs')}domain: {name: shop.example.com}
email: {}
approval: required
rollout: {steps: [10, 100], bake: 5m}
backups: {at: rate(1 day)}
budget: {monthly: 90}
traffic: heavy
database: {}
migrations: {command: [db, up]}
config: {file: settings.json, values: {A: 1}}
`;
const LAYER = '  preview: {traffic: normal, database: null, migrations: null, config: {file: null, values: {B: 2}}}\n';
const FITTING = `${SERVICE}environments:\n  staging: {domain: null, email: null}\n${LAYER}`;

describe('a preview', () => {
  it('is what holds everywhere, where no layer says otherwise', () => {
    expect(resolved(PREVIEWED, 'pr12')).toStrictEqual(resolved(PREVIEWED));
    expect(resolved(PREVIEWED, 'pr12')).toMatchObject({ previews: true, static: { index: 'index.html' } });
  });

  it('is as its layer says, and so is every other one', () => {
    const manifest = resolved(FITTING, 'pr12');
    expect(manifest).toMatchObject({ traffic: 'normal', config: { values: { A: 1, B: 2 } } });
    expect(resolved(FITTING, 'pr999999999')).toStrictEqual(manifest);
  });

  it('goes live at once, and has nothing that only production has', () => {
    const manifest = resolved(FITTING, 'pr12');
    expect(manifest).toMatchObject({ rollout: { steps: [100], bake: 0 }, approval: 'none' });
    for (const key of ['domain', 'email', 'backups', 'budget', 'database', 'migrations'])
      expect(manifest).not.toHaveProperty(key);
    expect(manifest?.ecs).not.toHaveProperty('mount');
  });

  it('changes nothing of the others', () => {
    expect(resolved(FITTING)).toStrictEqual({ ...resolved(SERVICE.replace('previews: true', '')), previews: true });
    expect(resolved(FITTING, 'staging')).toMatchObject({ traffic: 'heavy', rollout: { steps: [10, 100] } });
  });

  it('is no environment that a manifest lists', () => {
    expect(load(FITTING)).toMatchObject({ ok: true, environments: ['production', 'staging'] });
    expect(load(FITTING, 'pr12')).toMatchObject({ ok: true, environments: ['production', 'staging'] });
    expect(problemsOf(FITTING, 'prod')).toMatchObject([{ expected: 'production, staging' }]);
  });

  it('says where what was taken out would have been, and that it is not there', () => {
    const loaded = load(FITTING, 'pr12');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(loaded.isWritten(['domain'])).toBe(false);
    expect(loaded.isWritten(['config', 'values', 'B'])).toBe(true);
    expect(loaded.placeOf(['config', 'values', 'B'])).toMatchObject({ path: 'config.values.B', line: 19 });
  });

  it('is refused with what to write, all of it at once', () => {
    const data = `${SERVICE}ecs: {mount: /mnt/efs}\n`;
    const problems = problemsOf(data);
    expect(problems.map(({ code, place }) => [code, place?.path])).toEqual([
      ['PREVIEW_DATA', 'database'],
      ['PREVIEW_DATA', 'config.file'],
      ['PREVIEW_DATA', 'ecs.mount'],
    ]);
    const [{ hint = '' } = {}] = problems;
    expect(new Set(problems.map((problem) => problem.hint))).toEqual(new Set([hint]));
    expect(problemsOf(`${data}${hint}\n`)).toEqual([]);
    expect(problemsOf(`${data}${hint}\n`, 'pr12')).toEqual([]);
  });

  it('may use a database elsewhere', () => {
    const elsewhere = `${PREVIEWED.replace('static', 'ecs')}database: {}\nenvironments: {preview: {database: {url: "secret:db"}}}\n`;
    expect(resolved(elsewhere, 'pr12')?.database).toMatchObject({ url: 'secret:db' });
  });

  it('is wrong in every reading, whichever environment is asked for', () => {
    const wrong = `${PREVIEWED}environments: {staging: {}, preview: {static: {index: a/b}}}\n`;
    for (const environment of ['production', 'staging', 'pr1'])
      expect(problemsOf(wrong, environment)).toMatchObject([{ place: { path: 'environments.preview.static.index' } }]);
  });

  it('needs a manifest that says so, also one that may go anywhere', () => {
    const anywhere = PREVIEWED.replace('previews: true', 'owner: web');
    expect(load(anywhere, 'staging').ok).toBe(true);
    for (const environment of ['pr12', 'preview'])
      expect(problemsOf(anywhere, environment)).toMatchObject([{ code: 'ENVIRONMENT_UNKNOWN' }]);
    expect(load(PREVIEWED, 'staging').ok).toBe(true);
  });

  it('is the manifest with its layer merged in, whichever, without what is production’s alone', () => {
    fc.assert(
      fc.property(layers, ({ manifest, staging }) => {
        const layer = withoutProductions(staging);
        const written = { ...manifest, previews: true, environments: { preview: layer } };
        const preview = resolved(JSON.stringify(written), 'pr3');
        if (!preview) return;
        const alone = merged(withoutProductions(manifest), layer);
        expect(preview).toStrictEqual({ ...resolved(JSON.stringify(alone)), previews: true });
      }),
      { numRuns: 300 },
    );
  });
});

const withoutProductions = ({ domain, email, backups, budget, approval, rollout, ...sections }: Plain): Plain =>
  sections;

/** https://www.rfc-editor.org/rfc/rfc7396#section-2 */
function merged(base: Plain, patch: Plain): Plain {
  const isPlain = (value: unknown): value is Plain =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return Object.entries(patch).reduce<Plain>((done, [key, value]) => {
    const { [key]: before, ...others } = done;
    if (value === null) return others;
    return { ...others, [key]: isPlain(value) ? merged(isPlain(before) ? before : {}, value) : value };
  }, base);
}

describe('a reference in a preview', () => {
  const nameOf = (written: string, environment: string) => {
    const reference = readReference(written);
    return reference && reference.from !== 'stack-output' && fullName(reference, 'acme', environment);
  };

  it('leads to the one folder of all the pilot’s previews', () => {
    expect(nameOf('secret:smtp#password', 'pr12')).toBe('pilots/acme/preview/smtp');
    expect(nameOf('ssm:mail/host', 'pr7')).toBe('/pilots/acme/preview/mail/host');
    expect(nameOf('secret:smtp', 'production')).toBe('pilots/acme/production/smtp');
    expect(nameOf('secret:/shared/smtp', 'pr12')).toBe('shared/smtp');
  });
});
