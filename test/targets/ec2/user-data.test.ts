import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Detail } from '../../../shared/targets/ec2/detail.ts';
import { environmentScript } from '../../../shared/targets/ec2/environment-script.ts';
import { DECIDING_IN_GROUP, WORDS } from '../../../shared/targets/ec2/install-words.ts';
import { fileText, quoted } from '../../../shared/targets/ec2/shell-words.ts';
import { stackOf } from '../../../shared/targets/ec2/stack.ts';
import { taskUserDataOf } from '../../../shared/targets/ec2/task-user-data.ts';
import { unitOf } from '../../../shared/targets/ec2/unit.ts';
import { userDataOf } from '../../../shared/targets/ec2/user-data.ts';
import type { Plan } from '../../../shared/targets/target.ts';

const NASTY = [`it's`, '$HOME `id` "quoted" \\', 'two\nlines', '', '*', '%s %n', 'END'];

const stack = {
  Listener: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/acme/1/2',
  BlueTargets: 'arn:blue',
  GreenTargets: 'arn:green',
  LaunchTemplate: 'lt-1',
  InstanceProfile: 'arn:profile',
  Releases: 'uploads',
  Logs: '/pilots/acme/production',
  Subnets: 'subnet-1,subnet-2',
  TargetsGroup: 'sg-1',
  FileSystem: 'fs-1',
  AccessPoint: 'fsap-1',
};

const planWith = (more: Partial<Detail> = {}): Plan => ({
  target: 'ec2',
  pilot: 'acme',
  environment: 'production',
  release: '0123456789abcdef0123',
  url: '',
  summary: {},
  stack,
  detail: {
    zip: { bucket: 'uploads', key: 'acme.zip', etag: '"1"', size: 1 },
    sha256: 'ab'.repeat(32),
    ami: 'ami-1',
    device: '/dev/xvda',
    types: ['t4g.medium'],
    disk: 8,
    port: 8000,
    install: [],
    start: ['node', 'server.js'],
    variables: { PORT: '8000' },
    secrets: {},
    capacity: { base: 1, spot: 0 },
    scaling: { min: 1, max: 1, cpu: 60 },
    health: { path: '/health', status: '200', interval: 15, timeout: 5, healthy: 2, unhealthy: 3, grace: 60 },
    ...more,
  } satisfies Detail,
});
const userData = (more?: Partial<Detail>) => {
  const plan = planWith(more);
  return userDataOf(plan, stackOf(plan), 'green');
};
const bash = (script: string, env: Record<string, string> = {}) =>
  spawnSync('bash', [], { input: script, encoding: 'utf8', env: { PATH: process.env.PATH, ...env } });

describe('a word', () => {
  it.each(NASTY)('reaches the command as it is: %j', (word) => {
    expect(bash(`printf '%s' ${quoted(word)}`).stdout).toBe(word);
  });
});

describe('a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pilotage-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is written as it is, even with a line that would end it', () => {
    const text = `${NASTY.join('\n')}\nEND\nEND_\n$(id)\n`;
    const path = join(folder, 'a file');
    expect(bash(fileText(path, '0600', text)).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('user data', () => {
  it.each<[string, Partial<Detail>]>([
    ['the smallest', {}],
    ['with all that there is', { install: [NASTY], stop: NASTY, mount: '/mnt/efs', variables: { A: NASTY.join() } }],
    ['of a pilot that its installation starts', { start: undefined as never }],
  ])('is a script that a shell can read: %s', (_, more) => {
    const checked = spawnSync('bash', ['-n'], { input: userData(more), encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
    expect(Buffer.byteLength(userData(more))).toBeLessThan(16 * 1024);
  });

  it('runs the commands in their order, each word as it is, and fails with the first that fails', () => {
    const script = userData({
      install: [
        ['npm', 'ci'],
        ['sh', '-c', `echo "it's" $HOME`],
      ],
    });
    const lines = script.split('\n').filter((line) => line.includes('ec2.install'));
    const failing = '|| fail INSTALL_FAILED "ec2.install ended with exit code $?: $RAN"';
    expect(lines).toEqual([`run npm ci ${failing}`, `run sh -c 'echo "it'\\''s" $HOME' ${failing}`]);
  });

  it.each<[string, Partial<Detail>]>([
    ['ec2.install', { install: [["'".repeat(1900)]] }],
    ['ec2.start', { start: ["'".repeat(1900)] }],
    ['ec2.stop', { stop: ["'".repeat(1900)] }],
    ['config', { variables: { A: "'".repeat(1900) } }],
  ])('is no longer than EC2 takes it, whatever a plan has room for: %s', (_, more) => {
    expect(Buffer.byteLength(userData({ mount: '/mnt/efs', stop: ['stop'], ...more }))).toBeLessThan(16 * 1024);
  });

  it('looks after the size of what the pilot writes more often than once a day', () => {
    expect(userData()).toContain('\nOnCalendar=*:0/10\n');
    expect(userData()).toContain('\nsystemctl enable --quiet logrotate.timer\n');
  });

  it('fetches exactly the artifact that was judged', () => {
    const script = userData();
    expect(script).toContain(`KEY=releases/acme/production/0123456789abcdef0123/${'ab'.repeat(32)}.zip\n`);
    expect(script).toContain(`SHA256=${'ab'.repeat(32)}\n`);
  });

  it('mounts the volume through its access point, encrypted, also when the instance starts again', () => {
    expect(userData({ mount: '/mnt/efs' })).toContain(
      `echo 'fs-1:/ /mnt/efs efs _netdev,tls,iam,accesspoint=fsap-1 0 0' >> /etc/fstab`,
    );
    expect(userData()).not.toContain('efs');
  });
});

describe('what goes wrong on an instance', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pilotage-words-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What the log ends with, where so many KiB of the disk are free. */
  const lastWords = (lines: string, free: number) => {
    const given = `OUTPUT=${folder}/log EVENTS=${folder}/events SPARE=${folder}/spare FOLDER=${folder} DISK=8
LOGS=l STREAM=s GROUP=g HOOK=h INSTANCE=i
: > "$OUTPUT"; : > "$SPARE"
aws() { echo "$*" >> ${folder}/calls; }
df() { printf 'Filesystem\\n/dev/xvda1 8 7 %s 99%% /\\n' ${free}; }`;
    const { status } = bash(`${given}\n${WORDS}\n${DECIDING_IN_GROUP}\n${lines}`);
    expect([status, readFileSync(`${folder}/calls`, 'utf8')]).toEqual([1, expect.stringContaining('ABANDON')]);
    return readFileSync(`${folder}/log`, 'utf8').trim().split('\n').at(-1);
  };
  const failing = 'run false "two\nlines" || fail INSTALL_FAILED "ec2.install ended with exit code $?: $RAN"';

  it('is told on one line, whatever the command is', () => {
    expect(lastWords(failing, 4_000_000)).toBe(
      'pilotage: FAILED INSTALL_FAILED: ec2.install ended with exit code 1: false two lines',
    );
  });

  it('is a full disk where there is no room left, and there still is for saying so', () => {
    expect(lastWords(failing, 12)).toBe(
      'pilotage: FAILED DISK_TOO_SMALL: the disk is full, make ec2.disk larger than 8: ec2.install ended with exit code 1: false two lines',
    );
    expect(() => readFileSync(`${folder}/spare`)).toThrow('ENOENT');
  });
});

describe('the service', () => {
  it('runs as nobody in particular, is started again, and gives up in the end', () => {
    const unit = unitOf(planWith());
    for (const line of ['User=pilot', 'Restart=always', 'StartLimitBurst=5', 'NoNewPrivileges=yes'])
      expect(unit).toContain(`\n${line}\n`);
    expect(unit).not.toContain('ExecStop');
    expect(unit).not.toContain('AmbientCapabilities');
  });

  it('may listen on a low port, and is stopped as the manifest says', () => {
    const unit = unitOf(planWith({ port: 80, stop: ['node', 'stop.js'] }));
    expect(unit).toContain('\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n');
    expect(unit).toContain('\nExecStop=/opt/pilot/stop\n');
  });
});

describe('the environment', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pilotage-environment-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The AWS CLI, with these answers. */
  const CLI = (answers: Record<string, string>) =>
    `aws() { case "$*" in ${Object.entries(answers)
      .map(([part, answer]) => `*${quoted(part)}*) printf '%s\\n' ${quoted(answer)} ;;`)
      .join(' ')} *) return 255 ;; esac; }\n`;
  const written = (more: Partial<Detail>, answers: Record<string, string> = {}) => {
    const script = environmentScript(planWith(more), 'eu-central-1').replaceAll('/etc/pilot', folder);
    const [first, ...rest] = script.split('\n');
    const ran = bash([first, CLI(answers), ...rest].join('\n'));
    return { ...ran, read: () => readFileSync(join(folder, 'environment'), 'utf8') };
  };

  it('says each value as systemd reads it', () => {
    const { read } = written({ variables: { B: 'say "hi" for $5 \\ `id`', A: 'plain' } });
    expect(read()).toBe('A="plain"\nB="say \\"hi\\" for \\$5 \\\\ \\`id\\`"\n');
  });

  it('reads secrets on the instance; the script names where they lie and holds none', () => {
    const secrets = { KEY: 'ssm:key', SMTP: 'secret:/shared/smtp#password' };
    const script = environmentScript(planWith({ secrets }), 'eu-central-1');
    expect(script).toContain('parameter /pilots/acme/production/key');
    expect(script).toContain('secret shared/smtp | field password');
    const { read } = written(
      { secrets, variables: {} },
      { '/pilots/acme/production/key': 'k-1', 'shared/smtp': '{"password":"p\\"1"}' },
    );
    expect(read()).toBe('KEY="k-1"\nSMTP="p\\"1"\n');
  });

  it.each<[string, Record<string, string>]>([
    ['it is denied', {}],
    ['there is none of that name', { '/pilots/acme/production/key': '' }],
  ])('is not written where a secret cannot be read: %s', (_, answers) => {
    const ran = written({ secrets: { KEY: 'ssm:key' } }, answers);
    expect(ran.status).not.toBe(0);
    expect(ran.read).toThrow('ENOENT');
  });
});

describe('an instance that runs one command', () => {
  const plan = planWith({ mount: '/mnt/efs', install: [['npm', 'ci']] });
  const script = taskUserDataOf(plan, stackOf(plan), 600);

  it('is installed as those that serve, and starts nothing', () => {
    expect(bash(`set -n\n${script}`)).toMatchObject({ status: 0, stderr: '' });
    for (const words of ['sha256sum --check', 'run npm ci', 'run mount /mnt/efs', 'run /opt/pilot/write-environment'])
      expect(script).toContain(words);
    expect(script).not.toMatch(/pilot\.service|complete-lifecycle-action|amazon-cloudwatch-agent/);
  });

  it('first of all sees to it that it ends by itself, after all that may take its time', () => {
    expect(script).toContain(`SECONDS_TO_LIVE=${30 * 60 + 600 + 20 * 60}\n`);
    const [ends, begins] = ['systemd-run --quiet --on-active="$SECONDS_TO_LIVE" systemctl poweroff', 'run dnf'].map(
      (words) => script.indexOf(words),
    );
    expect(ends).toBeGreaterThan(0);
    expect(begins).toBeGreaterThan(ends ?? 0);
  });
});
