export { exportMosquitto, type ConfigurationFile, type MosquittoSetup } from './export.ts';
export {
  importMosquitto,
  type ImportedListener,
  type ImportedMosquitto,
  type UnsupportedOption,
} from './import.ts';
export { MosquittoError, type MosquittoErrorCode } from './errors.ts';
