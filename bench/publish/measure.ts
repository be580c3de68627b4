import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a command cost. */
export interface Cost {
  /** Seconds. */
  wall: number;
  cpu: number;
  /** Megabytes of resident memory at its peak. */
  peak: number;
  output: string;
}

const TICKS = 100;

/** Runs a command to its end. @throws when it fails. */
export async function measure(command: string, args: string[], env: Record<string, string> = {}): Promise<Cost> {
  const began = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const cost = { wall: 0, cpu: 0, peak: 0, output: '' };
  let errors = '';
  child.stdout.on('data', (chunk) => {
    cost.output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const look = () => {
    const seen = usage(child.pid);
    cost.cpu = Math.max(cost.cpu, seen?.cpu ?? 0);
    cost.peak = Math.max(cost.peak, seen?.peak ?? 0);
  };
  const timer = setInterval(look, 20);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(timer);
  cost.wall = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors.slice(-2000)}`);
  return cost;
}

/** CPU so far, with that of ended children, and peak memory of a process and the children it has now. */
function usage(pid: number | undefined): { cpu: number; peak: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (!peak) return undefined;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const below = children.flatMap((child) => usage(Number(child)) ?? []);
    const ticks = stat.slice(11, 15).reduce((sum, count) => sum + Number(count), 0);
    return {
      cpu: below.reduce((sum, { cpu }) => sum + cpu, ticks / TICKS),
      peak: below.reduce((sum, one) => sum + one.peak, Number(peak) / 1024),
    };
  } catch {
    return undefined;
  }
}
