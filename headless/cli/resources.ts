import { fileURLToPath } from 'node:url';

/** The profiles of vehicles, likewise. */
export const ECUS_DIR: string = fileURLToPath(new URL('../../resources/ecus', import.meta.url));

/** Scripts that verify without this product, likewise. */
export const VERIFIER_DIR: string = fileURLToPath(
  new URL('../../resources/verifier', import.meta.url),
);

/** The library of scenarios: beside the program, wherever it was installed. */
export const SCENARIOS_DIR: string = fileURLToPath(
  new URL('../../resources/scenarios', import.meta.url),
);

/** Pages of the help and the words for codes, in a folder for each language. */
export const HELP_DIR: string = fileURLToPath(new URL('../../resources/help', import.meta.url));
