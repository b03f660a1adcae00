import { base } from './base.ts';
import { SavedFile } from './trust-views.ts';

export const diagnosticsContract = {
  diagnostics: {
    /** Versions, settings, findings and the end of the logs as one zip, with no secret in it. */
    save: base.output(SavedFile),
  },
};
