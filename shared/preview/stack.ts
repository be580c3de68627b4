import type { Problem } from '../errors.ts';

/** What an update of a stack does to one of its resources. */
export interface StackChange {
  /** `import`: it is there already, of an earlier stack, and is taken over. */
  action: 'create' | 'import' | 'change' | 'replace' | 'delete' | 'maybe-replace';
  /** `AWS::RDS::DBInstance` */
  type: string;
  /** Its name in the template. */
  logicalId: string;
  /** Its name in AWS; absent for what is not there yet. */
  name?: string;
  /** The properties that change: `AllocatedStorage`; `Tags` and other attributes as well. */
  settings: string[];
  /** What becomes of the data in it, where it holds data and is deleted or replaced. */
  data?: 'lost' | 'snapshot' | 'retained';
}

/** `refused`: what a deployment would not let CloudFormation do, since what serves still stands on it. */
export interface StackChanges {
  stack: string;
  changes: StackChange[];
  refused?: Problem[];
}

/** What CloudFormation says of the stack that a pilot has in an environment: what would change, or why that is not known. */
export type StackPreview = StackChanges | { stack: string; trouble: string };
