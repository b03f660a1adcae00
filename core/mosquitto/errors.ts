import { CodedError } from '#core/ports';

export type MosquittoErrorCode =
  'PATH_UNSAFE' | 'FILE_MISSING' | 'USER_UNSAFE' | 'LISTENER_UNSUITABLE';

/** A set-up that cannot be written as Mosquitto's files. */
export class MosquittoError extends CodedError<MosquittoErrorCode> {}
