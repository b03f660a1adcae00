import { SUPPORTED, type Severity, UNSUPPORTED } from './options.ts';

export type ImportedListener = {
  line: number;
  kind: 'tcp' | 'tls' | 'ws' | 'wss';
  host: string;
  port: number;
  detail: string;
};
export type UnsupportedOption = {
  line: number;
  option: string;
  meaning: string;
  severity: Severity;
};
export type ImportedMosquitto = {
  listeners: ImportedListener[];
  acl: string | null;
  unsupported: UnsupportedOption[];
};

type Draft = { line: number; host: string; port: number; options: Map<string, string> };

/** A binary file has as many odd lines as a text; nobody reads more than these. */
const REPORTED_LIMIT = 200;

/** Reads mosquitto.conf; never fails: what cannot be used is named with its meaning. */
export function importMosquitto(conf: string, acl?: string): ImportedMosquitto {
  const unsupported: UnsupportedOption[] = [];
  const tell = (line: number, option: string, meaning: string, severity: Severity): void => {
    if (unsupported.length >= REPORTED_LIMIT) return;
    unsupported.push({ line, option: option.slice(0, 80), meaning, severity });
  };
  const general = new Map<string, string>();
  const drafts: Draft[] = [];
  let draft: Draft | null = null;
  // Of a configuration without a listener line; its options are the general ones.
  let plain: Draft | null = null;
  const seen = new Set<string>();
  for (const [index, raw] of conf
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = index + 1;
    // Mosquitto: a comment begins in the first column only.
    if (raw.startsWith('#') || raw.trim() === '') continue;
    const text = raw.trim();
    const space = text.search(/[ \t]/);
    const option = space < 0 ? text : text.slice(0, space);
    const value = space < 0 ? '' : text.slice(space).trim();
    const known = SUPPORTED.has(option);
    if (!known) {
      const found = Object.hasOwn(UNSUPPORTED, option) ? UNSUPPORTED[option] : undefined;
      const off = option === 'per_listener_settings' && value !== 'true';
      if (found && !off) tell(line, option, ...found);
      else if (!found) tell(line, option, 'not an option known here; it is left out', 'medium');
      continue;
    }
    if (option === 'listener' || option === 'port') {
      const [port = '', host = ''] = value.split(/[ \t]+/);
      const number = Number(port);
      if (!/^\d{1,5}$/.test(port) || number < 1 || number > 65_535) {
        tell(line, option, `"${port.slice(0, 40)}" is no port; the listener is left out`, 'high');
        draft = { line, host, port: 0, options: new Map() };
        continue;
      }
      const same = drafts.some((other) => other.port === number && other.host === host);
      if (same)
        tell(line, option, `port ${port} is already listened on; Mosquitto fails here`, 'high');
      const next: Draft = { line, host, port: number, options: new Map() };
      drafts.push(next);
      if (option === 'port') plain = next;
      else draft = next;
      continue;
    }
    const target = draft?.options ?? general;
    const key = `${String(draft?.line ?? 0)} ${option}`;
    if (seen.has(key)) {
      tell(line, option, 'given more than once for the same listener; the last one is used', 'low');
    }
    seen.add(key);
    target.set(option, value);
  }
  if (plain) plain.options = general;
  if (general.has('bind_address') && plain) plain.host = general.get('bind_address') ?? '';
  if (drafts.length === 0) {
    drafts.push({ line: 1, host: '127.0.0.1', port: 1_883, options: general });
  }
  return {
    listeners: drafts.map((each) => listenerOf(each, general)),
    acl: acl ?? null,
    unsupported,
  };
}

function listenerOf(
  { line, host, port, options }: Draft,
  general: Map<string, string>,
): ImportedListener {
  const web = options.get('protocol') === 'websockets';
  const secure = options.has('certfile') && options.has('keyfile');
  const anonymous = options.get('allow_anonymous') ?? general.get('allow_anonymous');
  const passwords = options.get('password_file') ?? general.get('password_file');
  const rules = options.get('acl_file') ?? general.get('acl_file');
  const detail = [
    secure ? 'TLS' : 'no encryption',
    options.get('require_certificate') === 'true'
      ? 'client certificates required'
      : 'no client certificate',
    ...(options.get('use_identity_as_username') === 'true' ? ['names from certificates'] : []),
    ...(options.has('crlfile') ? ['revocation list'] : []),
    ...(passwords === undefined ? [] : [`passwords in ${passwords}, which must be set anew`]),
    anonymous === 'true'
      ? 'clients without a name were allowed, here they are not'
      : 'no nameless clients',
    ...(rules === undefined
      ? ['no access list: everybody may do everything']
      : [`access list ${rules}`]),
  ];
  const kind = web ? (secure ? 'wss' : 'ws') : secure ? 'tls' : 'tcp';
  return { line, kind, host: host === '' ? '0.0.0.0' : host, port, detail: detail.join('; ') };
}
