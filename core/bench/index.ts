export { createBench, type Bench, type BenchOptions } from './bench.ts';
export { type BenchClient } from './client.ts';
export { DEMO_VIN } from './demo.ts';
export { BenchError, type BenchErrorCode, refusalOf } from './errors.ts';
export { FRAME_GAP_MS } from './frames.ts';
export { type BenchRouter } from './router.ts';
export { watchBroker } from './watch.ts';
export { portWire, serveWire, socketWire, type PortLike, type Wire } from './wire.ts';
