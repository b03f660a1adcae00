import { afterAll, expect, it } from 'vitest';
import type { RefusalView } from '#core/contract';
import type { Client } from '../connect.ts';
import { useConnection } from '../state/connection.store.ts';
import { runIn, type CommandState } from './use-command.ts';

afterAll(() => {
  useConnection.setState(useConnection.getInitialState());
});

it.each([true, false])(
  'tells a refusal, whether its button is shown still or not: %s',
  async (is) => {
    useConnection.setState({ state: { kind: 'up', client: {} as Client, since: 0 } });
    const answer = Promise.withResolvers<never>();
    const shown: CommandState['kind'][] = [];
    const late: string[] = [];
    const place = { isShown: true, isRunning: false };
    const told = {
      show: ({ kind }: CommandState) => void shown.push(kind),
      late: ({ code }: RefusalView) => void late.push(code),
    };
    const run = runIn(place, () => answer.promise, [], told);
    expect(await runIn(place, () => answer.promise, [], told)).toBe(false);
    place.isShown = is;
    answer.reject(new Error('no'));
    expect(await run).toBe(false);
    expect(shown).toEqual(is ? ['running', 'refused'] : ['running']);
    expect(late).toEqual(is ? [] : ['CONNECTION_LOST']);
  },
);
