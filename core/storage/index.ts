export { diskError, StorageError, type StorageErrorCode } from './errors.ts';
export {
  inTransaction,
  migrate,
  openDatabase,
  prepared,
  refuseNewer,
  type Durability,
  type Migration,
  type Schema,
} from './database.ts';
export { syncDirectory, writeFileAtomic } from './files.ts';
export { openThrowAway, sweepThrowAways, type ThrowAway } from './throw-away.ts';
export { openWorkspace, type Workspace } from './workspace.ts';
