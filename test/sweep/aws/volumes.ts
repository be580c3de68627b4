import { createHash } from 'node:crypto';
import type { Worker } from '../worker.ts';
import { jsonReply, type Operation, type Reply, type Request, type Service, textOf } from './call.ts';
import type { Around } from './cloudformation.ts';
import { Refusal } from './query.ts';

export interface Point {
  id: string;
  token: string;
  fileSystem: string;
  path: string;
  state: 'creating' | 'available' | 'deleting';
  tags: { Key: string; Value: string }[];
}

/** All that EFS knows, and what the functions have written that write settings: text by `<release>/<name>`. */
export interface Volumes {
  points: Point[];
  files: Record<string, string>;
  /** Of ids that were given out. */
  count: number;
}

export const noVolumes = (): Volumes => ({ points: [], files: {}, count: 0 });

export interface VolumesPort extends Service {
  /** What the function does that writes settings: `templates/parts/settings-writer.cjs` does it for real. */
  write(asked: Asked, by: Worker): object;
  /** Called after each change, by Pilotage's own doing. */
  watch: (by: Worker) => void;
}

interface Asked {
  release?: string;
  name?: string;
  text?: string;
  remove?: string[];
}

/** Milliseconds that a read may be behind, and that an access point takes to be made, or to go. */
const BEHIND_MS = 5_000;
const TAKES_MS = [1_500, 12_000] as const;

/** EFS says its errors so: https://docs.aws.amazon.com/efs/latest/ug/api-reference.html */
const refused = (status: number, ErrorCode: string): Reply =>
  jsonReply(status, { ErrorCode, Message: ErrorCode }, { 'x-amzn-errortype': ErrorCode });

/**
 * EFS as far as access points go. AWS promises nothing of how soon a list of them is up to date.
 * https://docs.aws.amazon.com/efs/latest/ug/API_CreateAccessPoint.html
 */
export function volumesOf({ clock, random }: Around, now: Volumes): VolumesPort {
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;
  const changed = () => {
    before = structuredClone(now);
    changedAt = clock.now();
  };

  function create(body: Record<string, unknown>): Reply {
    const { ClientToken: token, FileSystemId: fileSystem, RootDirectory, Tags } = body;
    if (now.points.some((one) => one.token === token)) throw new Refusal('AccessPointAlreadyExists', undefined, 409);
    const { Path: path } = RootDirectory as { Path: string };
    changed();
    now.count += 1;
    const point: Point = {
      id: `fsap-${String(now.count).padStart(17, '0')}`,
      token: String(token),
      fileSystem: String(fileSystem),
      path,
      state: 'creating',
      tags: Tags as Point['tags'],
    };
    now.points.push(point);
    clock.after(random.whole(...TAKES_MS), () => {
      if (point.state !== 'creating') return;
      changed();
      point.state = 'available';
    });
    return jsonReply(200, shapeOf(point));
  }

  function remove(id: string): Reply {
    const point = now.points.find((one) => one.id === id);
    if (!point) throw new Refusal('AccessPointNotFound', undefined, 404);
    changed();
    point.state = 'deleting';
    clock.after(random.whole(...TAKES_MS), () => {
      changed();
      now.points = now.points.filter((one) => one !== point);
    });
    return { status: 204 };
  }

  const understood = ({ method, path, query = {}, body }: Request): Omit<Operation, 'service' | 'apply'> & Act => {
    const [, id = ''] = /\/access-points\/?(.*)$/.exec(path) ?? [];
    if (method === 'GET')
      return {
        ...{ name: 'DescribeAccessPoints', about: String(query.FileSystemId), writes: false, mayBeStale: true },
        act: (_, stale) => {
          const { points } = stale && clock.now() - changedAt < BEHIND_MS ? before : now;
          const found = points.filter(({ fileSystem }) => fileSystem === query.FileSystemId);
          return jsonReply(200, { AccessPoints: found.map(shapeOf) });
        },
      };
    if (method === 'DELETE') return { name: 'DeleteAccessPoint', about: id, writes: true, act: () => remove(id) };
    const asked = JSON.parse(textOf(body)) as Record<string, unknown>;
    const about = String((asked.RootDirectory as { Path: string }).Path);
    return { name: 'CreateAccessPoint', about, writes: true, act: () => create(asked) };
  };

  const port: VolumesPort = {
    name: 'efs',
    isAt: (hostname) => hostname.startsWith('elasticfilesystem.'),
    error: refused(500, 'InternalServerError'),
    throttled: refused(429, 'ThrottlingException'),
    watch: () => undefined,
    read(request): Operation {
      const { act, ...operation } = understood(request);
      return {
        service: 'efs',
        ...operation,
        apply(by, stale = false) {
          try {
            const reply = act(by, stale);
            if (operation.writes) port.watch(by);
            return reply;
          } catch (error) {
            if (error instanceof Refusal) return refused(error.status, error.code);
            throw error;
          }
        },
      };
    },
    write({ release, name, text, remove: gone }, by) {
      for (const path of Object.keys(now.files)) if (gone?.includes(path.split('/')[0] ?? '')) delete now.files[path];
      const path = `${release}/${name}`;
      if (!gone && text !== undefined) now.files[path] = text;
      port.watch(by);
      const there = gone ? undefined : now.files[path];
      return there === undefined ? {} : { sha256: createHash('sha256').update(there).digest('hex') };
    },
  };
  return port;
}

interface Act {
  act(by: Worker, stale: boolean): Reply;
}

const shapeOf = ({ id, fileSystem, path, state, tags, token }: Point) => ({
  AccessPointId: id,
  ClientToken: token,
  FileSystemId: fileSystem,
  LifeCycleState: state,
  RootDirectory: { Path: path },
  Tags: tags,
});
