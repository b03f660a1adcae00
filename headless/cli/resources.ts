import { fileURLToPath } from 'node:url';

/** The library of scenarios: beside the program, wherever it was installed. */
export const SCENARIOS_DIR: string = fileURLToPath(
  new URL('../../resources/scenarios', import.meta.url),
);
