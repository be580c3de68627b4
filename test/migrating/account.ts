import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A task that was run by itself: it ends when a test says so. */
export interface RunTask {
  arn: string;
  token: string;
  command: string[];
  startedAt?: number;
  exitCode?: number;
  stoppedReason?: string;
  isStopped: boolean;
}

export interface Snapshot {
  id: string;
  database: string;
  status: string;
  tags: Record<string, string>;
}

/**
 * ECS, RDS and CloudWatch Logs as far as a migration asks them, at the SDK's wire: the names, errors and answers are those
 * of the services' models. `test/targets` and the fault sweep have tasks that really run, and faults.
 */
export interface Account {
  url: string;
  /** `RunTask`, in order. */
  calls: string[];
  tasks: RunTask[];
  snapshots: Snapshot[];
  /** The database, in the words of RDS; undefined: there is none. */
  database: { id: string; status: string } | undefined;
  /** How many snapshots there may be. */
  quota: number;
  /** What a task has written. */
  log: string[];
  /** Why ECS starts nothing. */
  noRoom: string | undefined;
  /** What happens, once, when an operation has been done and before it is answered; true: its answer is lost. */
  after: Record<string, () => Promise<boolean> | boolean>;
  /** Forgets all. */
  reset(): void;
  /** Ends the task that was started last. */
  end(exitCode: number | undefined, stoppedReason?: string): void;
  close(): void;
}

const nothing = () => ({
  calls: [],
  tasks: [],
  snapshots: [],
  database: { id: 'acme-shop-production', status: 'available' },
  quota: 100,
  log: [],
  noRoom: undefined,
  after: {},
});

class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message = code) {
    super(message);
    this.code = code;
  }
}

const DEFINITION = 'arn:aws:ecs:us-east-1:000000000000:task-definition/acme-shop-production--0:1';

export async function openAccount(): Promise<Account> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const form = new URLSearchParams(target ? '' : body);
    const operation = target ?? form.get('Action') ?? '';
    account.calls.push(operation);
    try {
      const said = target ? json(operation, JSON.parse(body)) : query(operation, form);
      const then = account.after[operation];
      delete account.after[operation];
      if (await then?.()) return response.destroy();
      if (target) return response.end(JSON.stringify(said));
      response.end(`<${operation}Response><${operation}Result>${said}</${operation}Result></${operation}Response>`);
    } catch (error) {
      const { code, message } = error instanceof Refusal ? error : new Refusal('InternalFailure', String(error));
      response.statusCode = error instanceof Refusal ? 400 : 500;
      response.end(
        target
          ? JSON.stringify({ __type: code, message })
          : `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      );
    }
  });

  function json(operation: string, asked: Record<string, unknown>): object {
    const { tasks } = account;
    switch (operation) {
      case 'DescribeTaskDefinition':
        throw new Refusal('ClientException', 'Unable to describe task definition.');
      case 'RegisterTaskDefinition':
        return { taskDefinition: { taskDefinitionArn: DEFINITION, status: 'ACTIVE' } };
      case 'ListTasks': {
        const stopped = asked.desiredStatus === 'STOPPED';
        const found = tasks.filter((one) => one.isStopped === stopped);
        return { taskArns: found.filter((one) => stopped || one.token === asked.startedBy).map(({ arn }) => arn) };
      }
      case 'DescribeTasks':
        return { tasks: tasks.filter(({ arn }) => (asked.tasks as string[]).includes(arn)).map(shapeOf) };
      case 'RunTask':
        return run(asked);
      case 'StopTask':
        account.end(143);
        return {};
      case 'GetLogEvents':
        return {
          events: account.log.slice(-Number(asked.limit)).map((message, timestamp) => ({ message, timestamp })),
        };
    }
    throw new Error(`${operation} is not known here`);
  }

  function run(asked: Record<string, unknown>): object {
    if (account.noRoom) return { tasks: [], failures: [{ reason: account.noRoom }] };
    const token = String(asked.clientToken);
    const standing = account.tasks.find((one) => one.token === token);
    if (standing) return { tasks: [shapeOf(standing)], failures: [] };
    const { containerOverrides } = asked.overrides as { containerOverrides: { command: string[] }[] };
    const task: RunTask = {
      arn: `arn:aws:ecs:us-east-1:000000000000:task/c/${String(account.tasks.length + 1).padStart(32, '0')}`,
      token,
      command: containerOverrides[0]?.command ?? [],
      startedAt: Date.now(),
      isStopped: false,
    };
    account.tasks.push(task);
    return { tasks: [shapeOf(task)], failures: [] };
  }

  function query(operation: string, form: URLSearchParams): string {
    const id = form.get('DBSnapshotIdentifier') ?? '';
    const { database, snapshots } = account;
    switch (operation) {
      case 'CreateDBSnapshot': {
        if (!database || form.get('DBInstanceIdentifier') !== database.id) throw new Refusal('DBInstanceNotFound');
        if (snapshots.some((one) => one.id === id)) throw new Refusal('DBSnapshotAlreadyExists');
        if (database.status !== 'available') throw new Refusal('InvalidDBInstanceState');
        if (snapshots.length >= account.quota) throw new Refusal('SnapshotQuotaExceeded');
        snapshots.push({ id, database: database.id, status: 'creating', tags: tagsIn(form) });
        return '<DBSnapshot></DBSnapshot>';
      }
      case 'DescribeDBSnapshots': {
        const found = snapshots.find((one) => one.id === id);
        if (!found) throw new Refusal('DBSnapshotNotFound');
        const { database: of, status } = found;
        return `<DBSnapshots><DBSnapshot><DBSnapshotIdentifier>${id}</DBSnapshotIdentifier><DBInstanceIdentifier>${of}</DBInstanceIdentifier><Status>${status}</Status><PercentProgress>40</PercentProgress></DBSnapshot></DBSnapshots>`;
      }
      case 'DescribeDBInstances':
        if (!database) throw new Refusal('DBInstanceNotFound');
        return `<DBInstances><DBInstance><DBInstanceStatus>${database.status}</DBInstanceStatus></DBInstance></DBInstances>`;
    }
    throw new Error(`${operation} is not known here`);
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const account: Account = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...nothing(),
    reset() {
      Object.assign(account, nothing());
    },
    end(exitCode, stoppedReason = 'Essential container in task exited') {
      const task = account.tasks.at(-1);
      if (!task || task.isStopped) return;
      Object.assign(task, { isStopped: true, stoppedReason, ...(exitCode !== undefined && { exitCode }) });
      if (exitCode === undefined) delete task.startedAt;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return account;
}

const shapeOf = ({ arn, token, startedAt, isStopped, exitCode, stoppedReason }: RunTask): object => ({
  taskArn: arn,
  startedBy: token,
  lastStatus: isStopped ? 'STOPPED' : 'RUNNING',
  ...(startedAt !== undefined && { startedAt: startedAt / 1000 }),
  ...(isStopped && { stoppedReason, containers: [{ name: 'app', ...(exitCode !== undefined && { exitCode }) }] }),
});

const tagsIn = (form: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...form]
      .filter(([name]) => /^Tags\.Tag\.\d+\.Key$/.test(name))
      .map(([name, key]) => [key, form.get(name.replace('.Key', '.Value')) ?? '']),
  );
