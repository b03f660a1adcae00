import { rolesFor, startRoles } from './demo.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type CommonOptions } from './options.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';

export type SampleOptions = CommonOptions & {
  remove?: boolean;
  releases?: boolean;
  tlsPort?: number;
};

/** Vehicles, releases and updates to look around with; or takes exactly those away again. */
export function runSample(around: Surroundings, options: SampleOptions): Promise<ExitCode> {
  const { tlsPort = 0, ...rest } = options;
  return runCommand(around, options, (session) =>
    withBench(around, { ...rest, ports: { tlsPort } }, session, async (bench) => {
      const { client } = bench;
      const { output } = session;
      if (options.releases === true) {
        await startRoles(bench, rolesFor(options), output);
        const { added } = await client.guided.addSamples();
        output.say(
          { event: 'sample', state: 'releases', added },
          `${String(added)} releases added`,
        );
        return EXIT.ok;
      }
      if (options.remove === true) {
        const { traffic } = await client.sample.remove();
        const kept = traffic === 'kept' ? '; captured messages stay' : '';
        output.say({ event: 'sample', state: 'removed', traffic }, `Sample data removed${kept}`);
        return EXIT.ok;
      }
      output.say({ event: 'sample', state: 'loading' }, 'Loading sample data (a minute at most)…');
      const loaded = await client.sample.load();
      const vins = loaded.kind === 'loaded' ? loaded.vins : [];
      output.say(
        { event: 'sample', ...loaded, state: loaded.kind },
        `Sample data loaded: ${vins.join(', ')}`,
      );
      return EXIT.ok;
    }),
  );
}
