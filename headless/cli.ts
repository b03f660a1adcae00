import { runProgram } from './cli/program.ts';

const { stdin, stdout, stderr, env, platform } = process;

// `process.exit` would cut off what a pipe has not taken yet; stdin alone must not keep us alive.
process.exitCode = await runProgram(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  platform,
});
stdin.unref();
