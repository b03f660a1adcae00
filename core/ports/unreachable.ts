/** Ends an exhausted switch: the compiler proves `value` impossible. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
