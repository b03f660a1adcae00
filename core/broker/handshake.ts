import { codeOf } from './errors.ts';
import { type Fault, fault } from './refusal.ts';

/** What went wrong before TLS was up, from what OpenSSL says of it. */
export function handshakeFault(error: Error): Fault {
  const code = codeOf(error) ?? '';
  switch (code) {
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_VERSION_TOO_LOW':
      return fault('TLS_VERSION', 'speaks an older TLS than 1.2');
    case 'ERR_SSL_HTTP_REQUEST':
      return fault('NOT_TLS', 'speaks plain HTTP on a TLS port');
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_UNKNOWN_PROTOCOL':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_RECORD_TOO_SMALL':
      return fault('NOT_TLS', 'speaks no TLS on a TLS port, plain MQTT perhaps');
    case 'ERR_SSL_NO_APPLICATION_PROTOCOL':
      return fault('TLS_FAILED', 'asks by ALPN for other protocols only than the one spoken here');
    case 'ERR_SSL_NO_SHARED_CIPHER':
      return fault('TLS_FAILED', 'has no cipher in common with the broker');
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return fault('HANDSHAKE_ABANDONED', 'did not finish the TLS handshake in time');
    case 'ECONNRESET':
    case 'EPIPE':
      return fault('HANDSHAKE_ABANDONED', 'hung up during the TLS handshake');
    default:
      return /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(UNKNOWN|EXPIRED)|UNSUPPORTED_CERT)/.test(
        code,
      )
        ? fault(
            'BROKER_NOT_TRUSTED',
            `does not accept the broker's certificate: ${reasonOf(error)}`,
          )
        : fault('TLS_FAILED', `TLS handshake failed: ${reasonOf(error)}`);
  }
}

/** OpenSSL's own word without its file names and line numbers. */
function reasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}
