/** What the service refuses with; `code` is one of its API's exceptions. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const invalid = (message: string): Refusal => new Refusal('InvalidInputException', message);
export const notFound = (message: string): Refusal => new Refusal('ResourceNotFoundException', message);
