import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import validate from 'asl-validator';
import { parse } from 'yaml';

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html */
interface Catcher {
  ErrorEquals: string[];
  Next?: string;
  ResultPath?: string;
  MaxAttempts?: number;
}
interface State {
  Type: string;
  Next?: string;
  End?: boolean;
  Resource?: string;
  Parameters?: { FunctionName: string; Payload: Record<string, string> };
  ResultPath?: string | null;
  TimeoutSeconds?: number;
  HeartbeatSeconds?: number;
  Retry?: Catcher[];
  Catch?: Catcher[];
}
interface Machine {
  StartAt: string;
  States: Record<string, State>;
}

const root = join(__dirname, '..', '..');
const folder = join(root, 'statemachines');
const machines = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  return { file, text, machine: parse(text, { merge: true }) as Machine };
});
const steps = readdirSync(join(root, 'functions', 'deploy')).map((file) => basename(file, '.ts'));
const kebab = (state: string) => state.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
const tasks = ({ States }: Machine) => Object.entries(States).filter(([, { Type }]) => Type === 'Task');

/** Those that carry a deployment: each of their tasks is a step with a token. The other one has a test of its own. */
const carrying = machines.filter(({ file }) => file !== 'edge-sync.asl.yml');

describe.each(machines)('$file', ({ machine }) => {
  it('is valid Amazon States Language', () => {
    const filled = JSON.parse(
      JSON.stringify(machine).replaceAll(/\$\{(\w+)\}/g, 'arn:aws:lambda:eu-west-1:123456789012:function:$1'),
    );
    const { isValid, errorsText } = validate(filled);
    expect(isValid ? '' : errorsText()).toBe('');
  });

  // From here on: what asl-validator does not see.
  it('has every state within reach of its start', () => {
    const reached = new Set<string>();
    const visit = (name: string) => {
      if (reached.has(name)) return;
      reached.add(name);
      const { Next, Catch = [] } = machine.States[name] ?? { Type: '' };
      for (const next of [Next, ...Catch.map((catcher) => catcher.Next)]) if (next) visit(next);
    };
    visit(machine.StartAt);
    expect([...reached].sort()).toEqual(Object.keys(machine.States).sort());
  });
});

describe.each(carrying)('$file', ({ machine, text }) => {
  it('waits for nothing without a deadline, and each token task hands over its token', () => {
    for (const [name, state] of tasks(machine)) {
      expect([name, state.Resource]).toEqual([name, 'arn:aws:states:::lambda:invoke.waitForTaskToken']);
      expect([name, state.TimeoutSeconds]).toEqual([name, expect.any(Number)]);
      expect(state.Parameters?.Payload).toEqual({
        'token.$': '$$.Task.Token',
        'step.$': '$$.State.Name',
        'entered.$': '$$.State.EnteredTime',
        'attempt.$': '$$.State.RetryCount',
        'input.$': '$',
      });
    }
  });

  it('keeps its input through every task: answers go beside it, and no null is left for osls to drop', () => {
    for (const [name, { ResultPath, Catch = [] }] of tasks(machine)) {
      expect([name, ResultPath]).toEqual([name, '$.last']);
      for (const catcher of Catch)
        expect([name, catcher.ResultPath]).toEqual([name, expect.stringMatching(/^\$\.\w+$/)]);
    }
    expect(text).not.toMatch(/:\s*null\s*$/m);
  });

  it('retries what is unexpected and never what a step decided or a deadline ended', () => {
    for (const [name, { Retry = [] }] of tasks(machine)) {
      expect([name, Retry[0]]).toEqual([
        name,
        { ErrorEquals: ['Refused', 'Superseded', 'Failed', 'Ended', 'States.Timeout'], MaxAttempts: 0 },
      ]);
      expect([name, Retry[1]?.ErrorEquals]).toEqual([name, ['States.ALL']]);
      expect(Retry[1]?.MaxAttempts).toBeGreaterThan(0);
    }
  });

  it('has States.ALL alone and last wherever it is caught', () => {
    for (const [, { Retry = [], Catch = [] }] of tasks(machine)) {
      for (const list of [Retry, Catch]) {
        list.forEach(({ ErrorEquals }, index) => {
          if (ErrorEquals.includes('States.ALL'))
            expect([ErrorEquals, index]).toEqual([['States.ALL'], list.length - 1]);
        });
      }
    }
  });

  it('ends in Unlock whatever happens: every other task leads there, straight or by Rollback and Revert', () => {
    for (const [name, { Catch = [] }] of tasks(machine)) {
      if (name === 'Unlock') expect(Catch).toEqual([]);
      else expect([name, Catch.at(-1)?.Next]).toEqual([name, expect.stringMatching(/^(Rollback|Revert|Unlock)$/)]);
    }
  });

  it('has a function for every state, named as the state is', () => {
    for (const [name, { Parameters }] of tasks(machine)) {
      expect(Parameters?.FunctionName).toBe(`\${${name}}`);
      expect(steps).toContain(kebab(name));
    }
  });
});

const named = (name: string) => machines.find(({ file }) => file === `${name}.asl.yml`)?.machine as Machine;
const [deploy, remove] = [named('deploy'), named('remove')];

describe('the deployment', () => {
  it('has, with the removal, one state for each file in functions/deploy, and one test for each', () => {
    const states = [deploy, remove].flatMap((machine) => tasks(machine).map(([name]) => kebab(name)));
    expect([...new Set(states)].sort()).toEqual([...steps].sort());
    for (const step of steps) {
      expect([step, existsSync(join(root, 'test', 'functions', 'deploy', `${step}.test.ts`))]).toEqual([step, true]);
    }
  });

  it('rolls back whatever fails once the lock is held and traffic may move, and nothing else', () => {
    const caughtBy = (state: string) => deploy.States[state]?.Catch?.at(-1)?.Next;
    const inDanger = ['Migrate', 'SyncEdge', 'Prepare', 'Verify', 'Shift'];
    expect(inDanger.map(caughtBy)).toEqual(inDanger.map(() => 'Rollback'));
    const harmless = ['Validate', 'Queue', 'Build', 'Provision', 'Configure'];
    expect(harmless.map(caughtBy)).toEqual(harmless.map(() => 'Unlock'));
  });

  it('takes migrations back only where the traffic is where it belongs', () => {
    for (const { file, machine } of carrying.filter((one) => one.machine !== remove))
      expect([file, machine.States.Rollback?.Next, machine.States.Rollback?.Catch?.at(-1)?.Next]).toEqual([
        file,
        'Revert',
        'Unlock',
      ]);
    expect([deploy.States.Finish?.Next, deploy.States.Finish?.Catch?.at(-1)?.Next]).toEqual(['Revert', 'Revert']);
  });

  it('takes at most 14 transitions from start to success', () => {
    let transitions = 1;
    for (let name = deploy.StartAt; deploy.States[name]?.Next; name = deploy.States[name]?.Next ?? '') transitions++;
    expect(transitions).toBeLessThanOrEqual(14);
  });
});

describe('the removal', () => {
  const straight = (machine: Machine): string[] => {
    const names = [machine.StartAt];
    for (let next = machine.States[machine.StartAt]?.Next; next; next = machine.States[next]?.Next) names.push(next);
    return names;
  };

  it('takes the traffic away before the stack goes, and forgets an environment only when nothing of it is left', () => {
    expect(straight(remove)).toEqual([
      ...['Validate', 'Queue', 'Withdraw', 'RemoveStack', 'Forget', 'Unlock', 'Succeeded'],
    ]);
  });

  it('gives nothing back: what fails is ended, and asked for once more', () => {
    for (const [name, { Catch = [] }] of tasks(remove))
      expect([name, Catch.map(({ Next }) => Next)]).toEqual([name, name === 'Unlock' ? [] : ['Unlock']]);
  });

  it('shares what a deployment has as well: the same function, as long a time', () => {
    for (const name of ['Validate', 'Queue', 'Unlock'])
      expect([name, remove.States[name]?.TimeoutSeconds]).toEqual([name, deploy.States[name]?.TimeoutSeconds]);
  });
});

describe('the steps', () => {
  it('do not import each other, and call themselves what their state is called', () => {
    for (const step of steps) {
      const source = readFileSync(join(root, 'functions', 'deploy', `${step}.ts`), 'utf8');
      expect(source).not.toMatch(/from '\.\//);
      const [, name = ''] = /step\('(\w+)'/.exec(source) ?? [];
      expect(kebab(name)).toBe(step);
    }
  });
});
