import { type ListenerName, type Listeners, type Settings } from '#core/contract';
import { type ExportedListener } from '#core/mosquitto';
import { checkSettings, LISTENER_NAMES } from '../settings-check.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';

/** With these alone Mosquitto 2.0 does not start. */
const WEB: ReadonlySet<ListenerName> = new Set(['wss', 'ws']);

/**
 * The listeners of Settings as another broker is to have them. "Any free port" means nothing to
 * Mosquitto: the usual one stands for it, or the next that is free.
 *
 * @param port of the TLS listener that wants certificates, whatever Settings say
 * @throws BenchError LISTENER_CLASH
 */
export function listenersFor(settings: Settings, port: number): ExportedListener[] {
  const on = LISTENER_NAMES.filter((name) => settings.listeners[name].on);
  // The door that lets the fewest in, and none from another machine.
  if (on.every((name) => WEB.has(name))) on.unshift('tls');
  const listeners: Listeners = { ...settings.listeners };
  if (!listeners.tls.on) listeners.tls = { ...DEFAULT_SETTINGS.listeners.tls, on: on[0] === 'tls' };
  listeners.tls = { ...listeners.tls, port };
  const taken = new Set(on.map((name) => listeners[name].port));
  for (const name of on) {
    if (listeners[name].port !== 0) continue;
    let { port: free } = DEFAULT_SETTINGS.listeners[name];
    while (taken.has(free)) free += 1;
    taken.add(free);
    listeners[name] = { ...listeners[name], port: free };
  }
  checkSettings({ ...settings, listeners });
  return on.map((kind) => ({ kind, host: listeners[kind].host, port: listeners[kind].port }));
}
