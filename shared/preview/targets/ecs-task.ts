import type { ResolvedFor } from '../../manifest/complete.ts';
import { sizeFor, vcpusFor } from '../capacity.ts';
import type { Site } from '../model.ts';

/** CPU units, where 1024 are one vCPU, and MiB. */
export interface Task {
  cpu: number;
  memory: number;
}

/** CPU units, the most memory that Fargate gives with them, and the step that it comes in: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
const FARGATE: readonly (readonly [cpu: number, most: number, step: number])[] = [
  [256, 2048, 1024],
  [512, 4096, 1024],
  [1024, 8192, 1024],
  [2048, 16_384, 1024],
  [4096, 30_720, 1024],
  [8192, 61_440, 4096],
  [16_384, 122_880, 8192],
];

/** What the load may ask for; larger ones are taken for their memory alone. */
const USUAL = [256, 512, 1024, 2048, 4096] as const;
export const SMALLEST = USUAL[0];

/** The task that the manifest gives, or that the load and the memory ask for. */
export function taskFor({ manifest, load }: Site<ResolvedFor<'ecs'>>): Task {
  const { cpu, memory = 0 } = manifest.ecs;
  const asked = sizeFor(vcpusFor(load, manifest), USUAL, (units) => units / 1024);
  const fitting = FARGATE.find(([units, most]) => units >= asked && memory <= most)?.[0];
  return taskOf(cpu ?? fitting ?? asked, manifest.ecs.memory);
}

/** Twice the CPU units of memory where none is given; else as much as Fargate gives at least for it. */
export function taskOf(cpu: number, memory = cpu * 2): Task {
  if (cpu === SMALLEST && memory <= 512) return { cpu, memory: 512 };
  const step = FARGATE.find(([units]) => units === cpu)?.[2] ?? 1024;
  return { cpu, memory: Math.max(cpu * 2, Math.ceil(memory / step) * step) };
}

/** `0.25 vCPU, 0.5 GB` */
export const taskInWords = ({ cpu, memory }: Task): string => `${cpu / 1024} vCPU, ${memory / 1024} GB`;
