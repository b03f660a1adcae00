import { EventEmitter } from 'node:events';
import type { MessagePortMain, WebFrameMain } from 'electron';
import type { LoadedPage } from './rendering.ts';
import { wiresOf } from './ports.ts';

let lastTreeNode = 0;

/** One frame of a page, as main sees it. */
export class StandInFrame
  extends EventEmitter
  implements
    Pick<WebFrameMain, 'url' | 'origin' | 'isDestroyed' | 'postMessage' | 'frameTreeNodeId'>
{
  url: string;
  readonly parent: StandInFrame | null;
  readonly frameTreeNodeId: number;
  page: LoadedPage | null = null;
  /** Set where a document was sandboxed; otherwise that of the address, as Chromium gives it. */
  opaque = false;

  constructor(url: string, parent: StandInFrame | null, frameTreeNodeId = ++lastTreeNode) {
    super();
    this.url = url;
    this.parent = parent;
    this.frameTreeNodeId = frameTreeNodeId;
  }

  get origin(): string {
    const url = URL.parse(this.url);
    return url === null || this.opaque ? 'null' : `${url.protocol}//${url.host}`;
  }

  isDestroyed(): boolean {
    return this.page === null;
  }

  postMessage(channel: string, message: unknown, transfer: MessagePortMain[] = []): void {
    const wires = wiresOf(transfer);
    const copy = structuredClone(message);
    setImmediate(() => {
      if (this.page !== null) this.page.receive(channel, copy, wires);
      // Nobody is there to hold the ports.
      else for (const wire of wires) wire.close();
    });
  }
}
