declare module 'asl-validator' {
  /** Checks a state machine's definition; changes what it is given. */
  export default function validate(definition: object): { isValid: boolean; errorsText(): string };
}
