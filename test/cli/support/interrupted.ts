import { PassThrough } from 'node:stream';
import type { Api } from '../../../cli/api.ts';
import { followOrLeave } from '../../../cli/following.ts';
import { show } from '../../../cli/result.ts';
import { ID, running } from './deployments.ts';

/** Follows in a terminal until a real Ctrl-C at the second look. A process of its own, which that would end. */
// A terminal library listens for Ctrl-C itself where it believes that a terminal is there.
process.stderr.isTTY = true;
const out = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
out.pipe(process.stdout);
const io = { out, err: process.stderr, env: { NO_COLOR: '1' }, cwd: '.', home: '.', signals: process };
let looks = 0;
const api = {
  async ask() {
    looks += 1;
    if (looks === 2) process.kill(process.pid, 'SIGINT');
    return { ok: true, answer: running(['Validate', 'Shift']) };
  },
} as unknown as Api;
const stack = { stage: 'dev', connection: {}, manifestsBucket: 'manifests', apiFunction: 'api', followFunction: 'api' };
const started = { id: ID, json: {}, text: 'acme-site is on its way to production' };
process.exitCode = show(await followOrLeave(started, api, stack, { timeout: 20_000 }, io), false, io);
