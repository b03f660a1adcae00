import type { Fault } from '#core/contract';

/** As `--fault` takes it, for that vehicle alone; docs/FAULTS.md describes it. */
export function faultText(vin: string, { kind, ...parameters }: Fault): string {
  const all = { ...flat(parameters), vin };
  const pairs = Object.entries(all).map(([name, value]) => `${name}=${quoted(value)}`);
  return `${kind}:${pairs.join(',')}`;
}

type Value = string | number | boolean | undefined | object;

/** A member inside another goes by its last word. */
const flat = (parameters: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]: [string, Value]): [string, string][] => {
      if (value === undefined) return [];
      return typeof value === 'object' ? Object.entries(flat(value)) : [[name, String(value)]];
    }),
  );

/** A quotation mark cannot be said inside others there. */
const quoted = (value: string): string =>
  /^[\w.-]+$/.test(value) ? value : `"${value.replaceAll('"', '’')}"`;
