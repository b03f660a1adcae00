import { expect, it } from 'vitest';
import { place, readState, writeState, type Bounds } from './window-state.ts';

const laptop: Bounds = { x: 0, y: 25, width: 1440, height: 875 };
const beside: Bounds = { x: 1440, y: 0, width: 1920, height: 1080 };
const kept = (bounds: Partial<Bounds>, maximized = false) => ({
  bounds: { x: 100, y: 100, width: 1000, height: 700, ...bounds },
  maximized,
});

it('comes back where it was, maximised if it was', () => {
  const windows = { main: kept({}, true), traffic: kept({ x: 1500 }) };
  const state = { windows, theme: 'dark', language: 'de' } as const;
  const read = readState(writeState(state));
  expect(read).toEqual(state);
  expect(place('main', read.windows.main, [laptop])).toEqual({
    ...{ x: 100, y: 100, width: 1000, height: 700, maximized: true },
  });
  expect(place('traffic', read.windows.traffic, [laptop, beside])).toMatchObject({
    x: 1500,
    y: 100,
  });
});

it('opens in the middle of the first display when its own was taken away', () => {
  for (const bounds of [{ x: 1500 }, { x: -1200 }, { y: 4_000 }, { y: -900 }, { x: 1430 }]) {
    const placed = place('main', kept(bounds), [laptop]);
    expect(placed, JSON.stringify(bounds)).toEqual({ width: 1000, height: 700, maximized: false });
  }
});

it('is moved onto the display it sticks out of, and made no larger than it', () => {
  expect(place('main', kept({ x: 900, y: 600 }), [laptop])).toMatchObject({ x: 440, y: 200 });
  const large = kept({ x: -500, y: 25, width: 3000, height: 2000 });
  expect(place('main', large, [laptop])).toMatchObject({ x: 0, y: 25, width: 1440, height: 875 });
  // A display smaller than the smallest window: its upper left corner is what one has to see.
  const small = { x: 0, y: 0, width: 800, height: 480 };
  expect(place('main', kept({}), [small])).toMatchObject({ x: 0, y: 0, width: 880, height: 600 });
});

it.each([
  ['nothing', ''],
  ['half a file', '{"version":1,"windows":{"main":{"bo'],
  ['another program’s', '[1,2,3]'],
  ['a later version', '{"version":2,"windows":{"main":{"bounds":{},"maximized":false}}}'],
  ['no numbers', '{"version":1,"windows":{"main":{"bounds":{"x":null},"maximized":false}}}'],
  ['no size', JSON.stringify({ version: 1, windows: { main: kept({ width: -5 }) } })],
  ['infinite', '{"version":1,"windows":{"main":{"bounds":{"x":1e999,"y":0},"maximized":false}}}'],
])('ignores a state file with %s', (_, text) => {
  expect(place('main', readState(text).windows.main, [laptop])).toEqual({
    ...{ width: 1360, height: 875, maximized: false },
  });
});

it('keeps the window that can be read beside one that cannot', () => {
  const windows = { main: 7, traffic: kept({}) };
  const text = JSON.stringify({ version: 1, windows, theme: 'pink', language: 'de' });
  expect(readState(text)).toEqual({
    ...{ windows: { main: undefined, traffic: kept({}) }, theme: undefined, language: 'de' },
  });
});
