import { runProgram } from './cli/program.ts';

// Not `process.exit`: it would cut off what a pipe has not taken yet.
process.exitCode = await runProgram(process.argv.slice(2), process);
