import type { TrafficRow } from '#core/contract';
import { cellsOf, type RowCells } from './row-cells.ts';

/*
 * The rows that are seen, written straight into the page. At 20,000 messages a second every row in
 * view is another one in every frame: a slot keeps its elements and changes only the text which
 * differs, and nothing is laid out beyond the slot.
 */

/** A row, or that its row is on its way. */
export type Placed = { readonly row: TrafficRow | undefined; readonly marked: boolean };

export interface RowPool {
  /** Draws `placed` from the upper edge on, moved by `offsetPx`. */
  draw(placed: readonly Placed[], offsetPx: number, selectedId: number | null): void;
  /** The message under an element, for clicks. */
  idAt(element: Element): number | null;
}

type Slot = {
  readonly element: HTMLElement;
  readonly cells: Readonly<Record<keyof RowCells, Text>>;
  readonly event: HTMLElement;
  /** What is drawn: undefined is nothing yet, null is a row that waits. */
  id: number | null | undefined;
  kind: string;
  selected: boolean;
  marked: boolean;
  shown: boolean;
};

export function createRowPool(view: HTMLElement, rowPx: number): RowPool {
  const slots: Slot[] = [];
  let offset = 0;

  return {
    draw(placed, offsetPx, selectedId) {
      while (slots.length < placed.length) slots.push(addSlot(view, slots.length * rowPx));
      if (offset !== offsetPx) {
        offset = offsetPx;
        view.style.transform = `translateY(${String(offsetPx)}px)`;
      }
      for (const [index, slot] of slots.entries()) {
        const place = placed[index];
        show(slot, place !== undefined);
        if (place === undefined) continue;
        write(slot, place.row);
        const { row } = place;
        mark(slot, row !== undefined && row.id === selectedId, place.marked);
      }
    },
    idAt(element) {
      const found = element.closest<HTMLElement>('[data-id]')?.dataset['id'];
      return found === undefined ? null : Number(found);
    },
  };
}

function show(slot: Slot, shown: boolean): void {
  if (slot.shown === shown) return;
  slot.shown = shown;
  slot.element.hidden = !shown;
  // What is hidden is not listed: neither for a reader of the screen nor for a test.
  if (shown) slot.element.dataset['testid'] = 'traffic-row';
  else delete slot.element.dataset['testid'];
}

function write(slot: Slot, row: TrafficRow | undefined): void {
  const id = row === undefined ? null : row.id;
  // A message never changes: the same id is the same row.
  if (slot.id === id) return;
  slot.id = id;
  const { element, cells } = slot;
  if (row === undefined) {
    delete element.dataset['id'];
    element.classList.add('traffic-waits');
    for (const cell of Object.values(cells)) set(cell, '');
    return;
  }
  element.classList.remove('traffic-waits');
  element.dataset['id'] = String(row.id);
  element.dataset['topic'] = row.topic;
  if (slot.kind !== row.kind) {
    slot.kind = row.kind;
    element.dataset['kind'] = row.kind;
    slot.event.hidden = row.kind === 'publish';
  }
  const texts = cellsOf(row);
  for (const name of NAMES) set(cells[name], texts[name]);
}

function mark(slot: Slot, selected: boolean, marked: boolean): void {
  if (slot.selected !== selected) {
    slot.selected = selected;
    slot.element.setAttribute('aria-selected', String(selected));
  }
  // Named only while it is the one that the list points at.
  const name = selected ? `message-${String(slot.id)}` : '';
  if (slot.element.id !== name) slot.element.id = name;
  if (slot.marked === marked) return;
  slot.marked = marked;
  slot.element.classList.toggle('traffic-marked', marked);
}

function set(cell: Text, text: string): void {
  if (cell.data !== text) cell.data = text;
}

const NAMES = ['time', 'event', 'topic', 'from', 'delivery', 'size', 'payload'] as const;

function addSlot(view: HTMLElement, top: number): Slot {
  const element = document.createElement('div');
  element.className = 'traffic-row';
  element.dataset['kind'] = 'publish';
  element.setAttribute('role', 'option');
  element.setAttribute('aria-selected', 'false');
  element.style.top = `${String(top)}px`;
  const cell = (className: string): Text => {
    const text = document.createTextNode('');
    const span = document.createElement('span');
    span.className = className;
    span.append(text);
    element.append(span);
    return text;
  };
  const time = cell('mono faint');
  // What happened and the topic share a column. The topic's own direction stays inside it.
  const column = document.createElement('span');
  column.className = 'traffic-topic mono';
  const eventText = document.createTextNode('');
  const event = document.createElement('span');
  event.hidden = true;
  event.append(eventText);
  const clip = document.createElement('span');
  clip.className = 'clip clip-start';
  const isolated = document.createElement('bdi');
  const topic = document.createTextNode('');
  isolated.append(topic);
  clip.append(isolated);
  column.append(event, clip);
  element.append(column);
  const cells = {
    time,
    event: eventText,
    topic,
    from: cell('clip soft'),
    delivery: cell('mono faint'),
    size: cell('number mono faint'),
    payload: cell('mono clip soft'),
  };
  view.append(element);
  element.hidden = true;
  return {
    element,
    cells,
    event,
    id: undefined,
    kind: 'publish',
    selected: false,
    marked: false,
    shown: false,
  };
}
