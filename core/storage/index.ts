export { StorageError, type StorageErrorCode } from './errors.ts';
export {
  inTransaction,
  migrate,
  openDatabase,
  prepared,
  type Durability,
  type Migration,
} from './database.ts';
export { syncDirectory, writeFileAtomic } from './files.ts';
export { openThrowAway, sweepThrowAways, type ThrowAway } from './throw-away.ts';
export { openWorkspace, type Workspace } from './workspace.ts';
