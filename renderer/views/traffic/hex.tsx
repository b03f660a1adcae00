import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactNode } from 'react';

const LINE_PX = 17;
const LINE_BYTES = 16;

/** Bytes in lines of sixteen, only those in view: 2 MiB are 131,072 lines. */
export function Hex(props: { bytes: Uint8Array }): ReactNode {
  const { bytes } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer({
    count: Math.ceil(bytes.length / LINE_BYTES),
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 10,
  });
  return (
    <div ref={scroller} className="detail-code detail-hex mono" tabIndex={0} dir="ltr">
      <div className="detail-lines" style={{ height: `${String(virtual.getTotalSize())}px` }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div key={index} style={{ transform: `translateY(${String(start)}px)` }}>
            {lineOf(bytes, index * LINE_BYTES)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Offset, hex, and ASCII with dots for the rest. */
function lineOf(bytes: Uint8Array, offset: number): string {
  const row = [...bytes.subarray(offset, offset + LINE_BYTES)];
  const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
  const left = hex.slice(0, 8).join(' ').padEnd(23);
  const right = hex.slice(8).join(' ').padEnd(23);
  const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
  return `${offset.toString(16).padStart(8, '0')}  ${left}  ${right}  ${text.join('')}`;
}
