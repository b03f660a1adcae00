import { oc } from '@orpc/contract';
import { RefusalView } from './views.ts';

/** Every procedure may be refused; the refusal is typed and carries the next step. */
export const base = oc.errors({ REFUSED: { status: 422, data: RefusalView } });
