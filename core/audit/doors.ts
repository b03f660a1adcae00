import { LISTENER_LABELS, type Finding } from '#core/contract';
import type { AuditListener, AuditSnapshot } from './snapshot.ts';

/** Ways in: the embedded broker's listeners, or the way to an outside broker. */
export function* doorFindings({
  listeners,
  externalBroker,
}: AuditSnapshot): Generator<Finding, void> {
  for (const listener of listeners) yield* listenerFindings(listener);
  if (externalBroker) yield* outsideFindings(externalBroker);
}

function* listenerFindings(listener: AuditListener): Generator<Finding, void> {
  const { name, kind, host, port, clientCertificates, anonymous } = listener;
  const label = `"${LISTENER_LABELS[name]}"`;
  const where = `${label} at ${host}:${String(port)}`;
  const exposed = !isLoopback(host);
  const encrypted = kind === 'tls' || kind === 'wss';
  if (!encrypted) {
    yield {
      code: 'PLAIN_LISTENER',
      severity: exposed ? 'high' : 'medium',
      title: 'A listener without TLS is on',
      evidence: `${where}: passwords and messages pass in the clear`,
      repair: `Switch ${label} off under Settings and use "${LISTENER_LABELS.tls}", or "${LISTENER_LABELS[kind === 'ws' ? 'wss' : 'tlsPassword']}" for clients without a certificate.`,
    };
  }
  if (anonymous) {
    yield {
      code: 'ANONYMOUS_LISTENER',
      severity: 'high',
      title: 'A listener serves clients without a name',
      evidence: `${where} asks for neither certificate nor password`,
      repair: `Ask for a certificate or a password on ${label}, or switch it off.`,
    };
  }
  if (exposed) {
    yield {
      code: 'EXPOSED_LISTENER',
      severity: clientCertificates === 'required' ? 'low' : 'medium',
      title: 'A listener can be reached from other machines',
      evidence: `${where}${host === '0.0.0.0' || host === '::' ? ', every address of this machine' : ''}`,
      repair: `Listen on 127.0.0.1 when no real vehicle needs it; else let only the bench's network reach port ${String(port)}.`,
    };
  }
}

function* outsideFindings({
  url,
  credentials,
}: NonNullable<AuditSnapshot['externalBroker']>): Generator<Finding, void> {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'mqtt:' || protocol === 'ws:' || protocol === 'tcp:') {
    yield {
      code: 'OUTSIDE_BROKER_PLAIN',
      severity: isLoopback(hostname) ? 'medium' : 'high',
      title: 'The outside broker is used without TLS',
      evidence: `${url}: passwords and messages pass in the clear`,
      repair: `Use ${protocol === 'ws:' ? 'wss' : 'mqtts'}://, and give the broker's CA if it is not a well-known one.`,
    };
  }
  if (!credentials) {
    yield {
      code: 'OUTSIDE_BROKER_ANONYMOUS',
      severity: 'medium',
      title: 'The outside broker is used without a name',
      evidence: `neither password nor certificate is known for ${url}`,
      repair: 'Give user and password under Settings, or use mqtts:// with a certificate.',
    };
  }
}

/** RFC 1122 3.2.1.3, RFC 4291 2.5.3, RFC 6761 6.3. */
function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name === '::1') return true;
  return /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(name);
}
