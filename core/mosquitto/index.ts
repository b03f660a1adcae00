export { exportMosquitto, type ConfigurationFile } from './export.ts';
export type { ExportedListener, MosquittoSetup } from './setup.ts';
export {
  importMosquitto,
  type ImportedListener,
  type ImportedMosquitto,
  type UnsupportedOption,
} from './import.ts';
export { MosquittoError, type MosquittoErrorCode } from './errors.ts';
