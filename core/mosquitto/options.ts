export type Severity = 'high' | 'medium' | 'low' | 'info';
export type Meaning = readonly [meaning: string, severity: Severity];

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
  'per_listener_settings',
  'set_tcp_nodelay',
]);

/** Those of the supported that are true or false. */
export const SWITCHES: ReadonlySet<string> = new Set([
  'require_certificate',
  'use_identity_as_username',
  'allow_anonymous',
  'per_listener_settings',
  'set_tcp_nodelay',
]);

/** Given before any listener, each of these makes Mosquitto open its default one as well. */
export const OPENS_DEFAULT: ReadonlySet<string> = new Set([
  'bind_address',
  'bind_interface',
  'protocol',
  'cafile',
  'capath',
  'certfile',
  'keyfile',
  'crlfile',
  'ciphers',
  'ciphers_tls1.3',
  'dhparamfile',
  'require_certificate',
  'use_identity_as_username',
  'use_subject_as_username',
  'use_username_as_clientid',
  'max_connections',
  'max_qos',
  'psk_hint',
  'socket_domain',
]);

const BRIDGE: Meaning = ['part of a bridge to another broker; bridges are not offered', 'medium'];
const LIMIT = (what: string): Meaning => [
  `limits ${what}; here the limit of the bench holds`,
  'low',
];

/** What an option that we do not take over does in Mosquitto, and what its absence means. */
const UNSUPPORTED: Readonly<Record<string, Meaning>> = {
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
  auth_plugin_deny_special_chars: [
    'whether names with + or # reach a plugin; here such clients are always refused',
    'low',
  ],
  plugin: ['a plugin changes what the broker does; nothing of it happens here', 'high'],
  tls_engine: ['TLS keys lie in an OpenSSL engine; import the key itself', 'medium'],
  tls_engine_kpass_sha1: ['opens the key in an OpenSSL engine; import the key itself', 'medium'],
  tls_keyform: ['in which form the TLS key lies; import the key itself', 'medium'],
  connection: ['a bridge to another broker; no message passes to or from it here', 'high'],
  address: ['where a bridge connects to; bridges are not offered', 'medium'],
  addresses: ['where a bridge connects to; bridges are not offered', 'medium'],
  topic: ['what a bridge passes on; bridges are not offered', 'medium'],
  cleansession: BRIDGE,
  idle_timeout: BRIDGE,
  keepalive_interval: BRIDGE,
  local_cleansession: BRIDGE,
  local_clientid: BRIDGE,
  local_password: BRIDGE,
  local_username: BRIDGE,
  notification_topic: BRIDGE,
  notifications: BRIDGE,
  notifications_local_only: BRIDGE,
  password: BRIDGE,
  remote_clientid: BRIDGE,
  remote_password: BRIDGE,
  remote_username: BRIDGE,
  restart_timeout: BRIDGE,
  round_robin: BRIDGE,
  start_type: BRIDGE,
  threshold: BRIDGE,
  try_private: BRIDGE,
  username: BRIDGE,
  clientid: BRIDGE,
  clientid_prefixes: ['only client ids that begin so are let in; here all are', 'medium'],
  max_connections: LIMIT('the clients of a listener'),
  max_packet_size: LIMIT('a packet'),
  message_size_limit: LIMIT('a payload'),
  max_queued_messages: LIMIT('what waits for a client'),
  max_queued_bytes: LIMIT('what waits for a client'),
  max_inflight_messages: LIMIT('what is on its way to a client'),
  max_inflight_bytes: LIMIT('what is on its way to a client'),
  memory_limit: LIMIT('the memory of the broker'),
  max_keepalive: LIMIT('how long a client may be silent'),
  websockets_headers_size: LIMIT('the header of a WebSocket request'),
  max_qos: ['a lower quality of service for a whole listener; here all three are served', 'medium'],
  max_topic_alias: ['topic aliases of MQTT 5, which is not spoken here', 'low'],
  retain_available: ['whether messages are retained; here they are', 'medium'],
  check_retain_source: [
    'whether the author of a retained message must still be allowed to write it; here that is not asked again',
    'medium',
  ],
  allow_zero_length_clientid: ['whether a client without id is given one; here it is', 'low'],
  auto_id_prefix: ['how ids that the broker gives begin; here the bench chooses', 'info'],
  allow_duplicate_messages: [
    'whether overlapping subscriptions deliver twice; here the bench decides',
    'low',
  ],
  queue_qos0_messages: ['QoS 0 messages wait for absent clients; here they do not', 'low'],
  upgrade_outgoing_qos: [
    'messages are delivered with the QoS of the subscription; here never above that of the message',
    'low',
  ],
  persistent_client_expiration: [
    'absent sessions are forgotten after a time; here the bench decides',
    'low',
  ],
  mount_point: [
    'puts a prefix before every topic of a listener; here topics stay as they are',
    'high',
  ],
  ciphers: ['limits the ciphers of TLS 1.2; here Node decides', 'low'],
  'ciphers_tls1.3': ['limits the ciphers of TLS 1.3; here Node decides', 'low'],
  dhparamfile: ['parameters of old key exchanges; here Node decides', 'info'],
  bind_interface: ['listens on a network interface only; here the address decides', 'medium'],
  socket_domain: ['listens on IPv4 or IPv6 only; here the address decides', 'info'],
  http_dir: ['serves files over HTTP; nothing is served here', 'low'],
  websockets_log_level: ['what is logged of WebSockets; here everything is', 'info'],
  sys_interval: ['how often $SYS topics are published; Mosquitto’s are not published here', 'low'],
  persistence: ['whether sessions are kept over a restart; here they always are', 'info'],
  persistence_location: ['where sessions are kept; here that is the workspace', 'info'],
  persistence_file: ['where sessions are kept; here that is the workspace', 'info'],
  retained_persistence: ['whether sessions are kept over a restart; here they always are', 'info'],
  autosave_interval: ['how often sessions are written; here at once', 'info'],
  autosave_on_changes: ['how often sessions are written; here at once', 'info'],
  user: ['the account Mosquitto runs as; the bench runs as you', 'info'],
  pid_file: ['where the process id is written; the bench writes none', 'info'],
  log_dest: ['where the log goes; here it is shown in Traffic', 'info'],
  log_facility: ['where the log goes; here it is shown in Traffic', 'info'],
  log_timestamp: ['how the log is written; here it is shown in Traffic', 'info'],
  log_timestamp_format: ['how the log is written; here it is shown in Traffic', 'info'],
  log_type: ['what is logged; here everything is', 'info'],
  connection_messages: ['whether connections are logged; here they are', 'info'],
  // Of Mosquitto before 2.0, still accepted and without effect.
  retry_interval: ['has no effect since Mosquitto 1.5', 'info'],
  store_clean_interval: ['has no effect since Mosquitto 1.0', 'info'],
};

/** Null for an option that Mosquitto 2.0 does not know either. */
export function meaningOf(option: string): Meaning | null {
  if (Object.hasOwn(UNSUPPORTED, option)) return UNSUPPORTED[option] ?? null;
  if (option.startsWith('bridge_')) return BRIDGE;
  if (/^(plugin|auth)_opt_/.test(option)) return ['set for a plugin, which is not run here', 'low'];
  return null;
}
