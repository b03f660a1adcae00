export type Severity = 'high' | 'medium' | 'low' | 'info';

/** Options that become part of a listener or the rules. */
export const SUPPORTED: ReadonlySet<string> = new Set([
  'listener',
  'port',
  'bind_address',
  'protocol',
  'cafile',
  'certfile',
  'keyfile',
  'crlfile',
  'require_certificate',
  'use_identity_as_username',
  'tls_version',
  'allow_anonymous',
  'password_file',
  'acl_file',
  'set_tcp_nodelay',
]);

/** What an option that we do not take over does in Mosquitto, and what its absence means. */
export const UNSUPPORTED: Readonly<Record<string, readonly [meaning: string, Severity]>> = {
  per_listener_settings: [
    'password_file, acl_file and allow_anonymous belong to each listener; here one access list serves them all',
    'high',
  ],
  include_dir: [
    'further configuration files are read from a folder; they are not read here, so import each by itself',
    'high',
  ],
  use_subject_as_username: [
    'the whole certificate subject is the user name; here it is the common name, so user lines no longer fit',
    'high',
  ],
  use_username_as_clientid: [
    'the user name replaces the client id; here both stay as the client gives them, so %c differs',
    'medium',
  ],
  capath: ['CA certificates come from a folder; import the CA by its file', 'medium'],
  psk_file: ['clients log in with pre-shared keys; they cannot connect here', 'high'],
  psk_hint: ['TLS with pre-shared keys; such clients cannot connect here', 'high'],
  auth_plugin: [
    'a plugin decides who may connect and do what; here only the access list does',
    'high',
  ],
  plugin: ['a plugin changes what the broker does; nothing of it happens here', 'high'],
  connection: ['a bridge to another broker; no message passes to or from it here', 'high'],
  address: ['where a bridge connects to; bridges are not offered', 'medium'],
  addresses: ['where a bridge connects to; bridges are not offered', 'medium'],
  topic: ['what a bridge passes on; bridges are not offered', 'medium'],
  clientid_prefixes: ['only client ids that begin so are let in; here all are', 'medium'],
  max_connections: ['limits the clients of a listener; here the limit of the bench holds', 'low'],
  max_packet_size: ['limits a packet; here the limit of the bench holds', 'low'],
  message_size_limit: ['limits a payload; here the limit of the bench holds', 'low'],
  max_queued_messages: ['limits what waits for a client; here the limit of the bench holds', 'low'],
  mount_point: [
    'puts a prefix before every topic of a listener; here topics stay as they are',
    'high',
  ],
  ciphers: ['limits the ciphers of TLS 1.2; here Node decides', 'low'],
  ciphers_tls13: ['limits the ciphers of TLS 1.3; here Node decides', 'low'],
  dhparamfile: ['parameters of old key exchanges; here Node decides', 'info'],
  socket_domain: ['listens on IPv4 or IPv6 only; here the address decides', 'info'],
  http_dir: ['serves files over HTTP; nothing is served here', 'low'],
  persistence: ['whether sessions are kept over a restart; here they always are', 'info'],
  persistence_location: ['where sessions are kept; here that is the workspace', 'info'],
  user: ['the account Mosquitto runs as; the bench runs as you', 'info'],
  pid_file: ['where the process id is written; the bench writes none', 'info'],
  log_dest: ['where the log goes; here it is shown in Traffic', 'info'],
  log_type: ['what is logged; here everything is', 'info'],
};
