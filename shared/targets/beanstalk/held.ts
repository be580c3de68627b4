import { failed } from '../../outcome.ts';

export const FENCED = failed('FENCED', 'a newer deployment holds the pointer');
