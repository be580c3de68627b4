import { SERVICE } from './bad-sections.ts';
import { problemsOf, SMALLEST } from './samples.ts';

const hintsOf = (file: string) => problemsOf(file).map(({ hint }) => hint);
const more = (lines: string) => hintsOf(`${SMALLEST}${lines}\n`);

describe('a hint', () => {
  it.each([
    ['swapped letters', 'retentoin: {}', 'did you mean retention?'],
    ['a letter too many', 'rolllout: {}', 'did you mean rollout?'],
    ['another case', 'static: {notfound: 404.html}', 'did you mean notFound?'],
    ['another style', 'static: {clean_urls: off}', 'did you mean cleanUrls?'],
    ['a letter that looks the same', 'st\u0430tic: {}', 'did you mean static?'],
    ['a value', 'notifications: {level: failure}', 'did you mean failures?'],
    ['a value beside a list', 'static: {immutable: atuo}', 'did you mean auto?'],
  ])('tells what was meant by %s', (_, lines, hint) => {
    expect(more(lines)).toEqual([hint]);
  });

  it('tells where a key belongs that is in the wrong section', () => {
    expect(more('bake: 5m')).toEqual(['bake belongs in the section rollout']);
    expect(more('static: {owner: x}')).toEqual(['owner belongs to the manifest itself, without indentation']);
  });

  it('proposes a name that is valid', () => {
    expect(hintsOf(SMALLEST.replace('acme-site', 'Acme Site_'))).toEqual(['did you mean acme-site?']);
    expect(hintsOf(SMALLEST.replace('acme-site', '4711'))).toEqual([undefined]);
  });

  it('tells how to write a number and a list', () => {
    expect(more('retention: {days: "30"}')).toEqual(['write 30 without quotes']);
    expect(more('rollout: {steps: 100}')).toEqual(['write [100]']);
  });

  it('tells of a key without a value whether it is needed', () => {
    expect(hintsOf(SMALLEST.replace('acme-site', '~'))).toEqual(['it is required: give it a value']);
    expect(hintsOf(SMALLEST.replace('artifact: site.zip', ''))).toEqual(['it is required: give it a value']);
    expect(more('owner:')).toEqual(['leave out what is not needed']);
  });

  it.each([
    ['arn:aws:secretsmanager:eu-central-1:123456789012:secret:shared/smtp-AbCdEf', 'write secret:/shared/smtp'],
    ['arn:aws:ssm:eu-central-1:123456789012:parameter/shared/smtp', 'write ssm:/shared/smtp'],
    ['\u0024{SMTP_PASSWORD}', 'nothing is filled in here: name where the value lies'],
    ['{{resolve:secretsmanager:smtp}}', 'nothing is filled in here: name where the value lies'],
    [
      'secret:pilots/acme-shop/production/smtp#password',
      'a pilot’s own lie below pilots/<pilot>/<environment>/ already: write secret:smtp#password',
    ],
  ])('tells how the reference is written that is meant by %s', (text, hint) => {
    const [problem, ...others] = problemsOf(`${SERVICE}secrets: {SMTP_PASSWORD: "${text}"}\n`);
    expect([problem?.code, problem?.hint, others]).toEqual(['MANIFEST_VALUE', hint, []]);
  });

  it('tells of a beginning what it is short for', () => {
    expect(hintsOf(SERVICE.replace('ecs', 'bean'))).toContain('did you mean beanstalk?');
  });

  it('is not given where nothing is near', () => {
    expect(more('kubernetes: {}')).toEqual([undefined]);
    expect(more('retention: {logs: 31}')).toEqual([undefined]);
  });

  it.each([
    ['ecs: {command: npm run start}', 'write [npm, run, start]'],
    ['ecs: {command: "npm run build:web -- a,b"}', 'write [npm, run, "build:web", --, "a,b"]'],
    ['ecs: {command: serve}', 'write [serve]'],
    ['ecs: {command: [npm run start]}', 'write [npm, run, start]'],
    [`ecs: {command: serve ${'x'.repeat(60)}}`, 'write each word as an item of a list'],
    ['database: {}\nmigrations: {command: [db, up], version: 7, reversible: db down}', 'write [db, down]'],
  ])('makes a list of the words of a command: %s', (lines, hint) => {
    expect(hintsOf(`${SERVICE}${lines}\n`)).toEqual([hint]);
  });

  it.each(['npm ci && npm test', 'serve > log', 'echo $HOME', 'a; b', 'a | b', '`a`', 'say "a b"', 'ls *.js', 'a & b'])(
    'says that no shell reads a command: %s',
    (command) => {
      const [hint] = hintsOf(`${SERVICE}ecs: {command: ${JSON.stringify(command)}}\n`);
      expect(hint).toBe('no shell reads a command: write [sh, -c, "…"] with what a shell shall read, or a script');
    },
  );

  it('says that each of several commands is a list', () => {
    const built = SERVICE.replace('image: acme/shop:1.2.3', 'git: {repository: github.com/acme/shop}');
    const hint = 'each command is a list of its own: write [[npm, ci], [npm, run, build]]';
    expect(hintsOf(`${built}build: {commands: [npm, ci]}\n`)).toEqual([hint, hint]);
  });

  it.each([
    ['yes', 'write true'],
    ['True', 'write true'],
    ['on', 'write true'],
    ['no', 'write false'],
    ['OFF', 'write false'],
    ['"true"', 'write true without quotes'],
    ['"no"', 'write false without quotes'],
    ['perhaps', undefined],
  ])('tells how to write what is meant by %s', (text, hint) => {
    expect(hintsOf(`${SERVICE}database: {multiAz: ${text}}\n`)).toEqual([hint]);
  });

  it.each([
    ['budget: {monthly: $50}', 'write the number alone, without $'],
    ['budget: {monthly: 50 €}', 'write the number alone, without €'],
    ['rollout: {steps: [10%, 100]}', 'write the number alone, without %'],
    ['retention: {days: 30d}', 'write the number alone, without d'],
  ])('takes the unit from a number: %s', (lines, hint) => {
    expect(more(lines)).toEqual([hint]);
  });

  it.each([
    ['WWW.Example.com', 'did you mean www.example.com?'],
    ['https://www.example.com/', 'did you mean www.example.com?'],
    ['b\u00fccher.example.com', 'write it in Punycode: xn--bcher-kva.example.com'],
    ['\u0430cme.example.com', 'write it in Punycode: xn--cme-5cd.example.com'],
    ['www_1.example.com', undefined],
    ['https://www.example.com/path', undefined],
  ])('tells how to write the domain %s', (name, hint) => {
    expect(more(`domain: {name: "${name}"}`)).toEqual([hint]);
  });

  it.each([
    ['https://github.com/acme/shop.git', 'did you mean github.com/acme/shop?'],
    ['git@gitlab.com:acme/web/shop.git', 'did you mean gitlab.com/acme/web/shop?'],
    ['ssh://git@bitbucket.org/acme/shop', 'did you mean bitbucket.org/acme/shop?'],
    ['acme', undefined],
  ])('tells how to write the repository %s', (repository, hint) => {
    expect(hintsOf(SMALLEST.replace('artifact: site.zip', `git: {repository: "${repository}"}`))).toEqual([hint]);
  });

  it('tells that a # begins a comment', () => {
    expect(more('notifications:\n  slack: #deployments')).toEqual(['put it in quotes: what follows a # is a comment']);
  });

  it('proposes a name for an environment variable', () => {
    expect(hintsOf(`${SERVICE}secrets: {db-url: "secret:db"}\n`)).toEqual(['did you mean db_url?']);
  });

  it('tells of the section that the target has, where several have the key', () => {
    expect(more('port: 80')).toEqual(['port belongs in the section ecs']);
    const instances = SMALLEST.replace('static', 'ec2');
    expect(hintsOf(`${instances}port: 80\n`)).toEqual(['port belongs in the section ec2']);
  });
});

describe('a message', () => {
  it('names a key that an entry cannot have, at the key', () => {
    const [problem] = problemsOf(`${SERVICE}config:\n  values:\n    1st: x\n`);
    expect(problem).toMatchObject({
      message: 'no entry of config.values can be named 1st',
      expected: 'letters, digits, _, - and ., beginning with a letter or _',
      place: { line: 8, column: 5, path: 'config.values.1st' },
    });
  });

  it.each([
    ['secrets: {1st: "secret:a"}', 'letters, digits and _, not beginning with a digit'],
    ['database: {parameters: {1st: x}}', 'a to z, digits, _ and ., beginning with a letter'],
  ])('says how an entry may begin: %s', (lines, expected) => {
    const [problem] = problemsOf(`${SERVICE}${lines}\n`);
    expect(problem).toMatchObject({ message: expect.stringContaining('1st'), expected });
  });

  it('never holds a name that is longer than a line, or a key', () => {
    const long = 'x'.repeat(5000);
    const files = [
      `${SMALLEST}${long}: x\n`,
      `${SERVICE}secrets: {"${long}-": "secret:a"}\n`,
      `${SERVICE}components: {"${long}": {about: x}}\n`,
      `${SMALLEST}environments: {"${long}": {}}\n`,
    ];
    for (const { message } of files.flatMap((file) => problemsOf(file))) expect(message.length).toBeLessThan(120);
  });

  it('quotes a name that is empty or odd', () => {
    expect(problemsOf(SMALLEST.replace('acme-site', '""'))[0]?.message).toBe('name cannot be ""');
    expect(problemsOf(SMALLEST.replace('acme-site', 'a b'))[0]?.message).toBe('name cannot be "a b"');
  });

  it('names the code point of a letter that only looks right', () => {
    expect(problemsOf(SMALLEST.replace('acme', '\u0430cme'))[0]?.message).toContain('U+0430');
    expect(problemsOf(`${SMALLEST}n\u0430me: x\n`)[0]?.message).toContain('U+0430');
  });

  it.each([
    'source: {artifact: "https://example.com/a.zip?X-Amz-Signature=s3cr3t"}',
    'source: {artifact: a.zip, commit: s3cr3t-s3cr3t}',
    'notifications: {level: s3cr3t/s3cr3t/s3cr3t/s3cr3t}',
    'rollout: {bake: s3cr3t}',
    'static: {index: "s3cr3t/"}',
  ])('does not repeat a value that may be a secret: %s', (line) => {
    const problems = problemsOf(SMALLEST.replace(/source:\n.*\n/, line.startsWith('source') ? '' : '$&') + line);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('s3cr3t');
  });
});
