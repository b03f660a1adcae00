import { PkiError } from './errors.ts';

/** What reading one set of files may cost. A file says itself how slow its passphrase is to try. */
export type Budget = {
  /** @throws PkiError ENCRYPTION_COSTLY */
  spend(iterations: number): void;
};

/**
 * OpenSSL writes 2,048, careful tools 600,000 (OWASP 2023), a file with several parts that many
 * for each. At this limit a current machine is busy for some seconds, off its main thread.
 */
const ITERATION_LIMIT = 4_000_000;

export function createBudget(): Budget {
  let left = ITERATION_LIMIT;
  return {
    spend: (iterations) => {
      left -= iterations;
      if (left < 0) throw tooCostly(`${iterations} iterations`);
    },
  };
}

export function tooCostly(what: string): PkiError {
  return new PkiError('ENCRYPTION_COSTLY', `the encryption of the file asks for ${what}`, {
    next: 'Export the file again with fewer iterations: openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000.',
  });
}
