import { type ConfigurationLine, linesOf } from './lines.ts';
import { OPENS_DEFAULT, SUPPORTED, SWITCHES, type Severity, meaningOf } from './options.ts';

export type ImportedListener = {
  line: number;
  kind: 'tcp' | 'tls' | 'ws' | 'wss';
  /** Which listener of ours comes closest to it. */
  as: 'tls' | 'tlsPassword' | 'tcp' | 'wss' | 'ws';
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
type Tell = (line: number, option: string, meaning: string, severity: Severity) => void;

/** A binary file has as many odd lines as a text; nobody reads more than these. */
const REPORTED_LIMIT = 200;
/** More than a broker is given; each is shown. */
const LISTENER_LIMIT = 64;
const DEFAULT_PORT = 1_883;
/** Of one listener with `per_listener_settings true`, else of the whole broker wherever they stand. */
const SECURITY = new Set(['acl_file', 'password_file', 'allow_anonymous']);

/** Reads mosquitto.conf; never fails: what cannot be used is named with its meaning. */
export function importMosquitto(conf: string, acl?: string): ImportedMosquitto {
  const unsupported: UnsupportedOption[] = [];
  const tell: Tell = (line, option, meaning, severity) => {
    if (unsupported.length >= REPORTED_LIMIT) return;
    unsupported.push({ line, option: option.slice(0, 80), meaning, severity });
  };
  const lines = linesOf(conf);
  const perListener = lines.some(
    ({ option, value }) => option === 'per_listener_settings' && isOn(value),
  );
  const general: Draft = { line: 0, host: '', port: DEFAULT_PORT, options: new Map() };
  const drafts: Draft[] = [];
  const ports = new Set<string>();
  let current = general;
  for (const each of lines) {
    const { line, option, value, odd } = each;
    if (odd !== null) tell(line, option, odd, 'medium');
    // The first of them is where the default listener begins.
    if (current === general && opensDefault(each) && general.line === 0) general.line = line;
    if (!SUPPORTED.has(option)) {
      tell(line, option, ...(meaningOf(option) ?? UNKNOWN));
    } else if (option === 'listener' || option === 'port') {
      const draft = listenerAt(each, tell);
      if (option === 'listener') current = draft ?? { ...general, options: new Map() };
      else if (draft !== null) {
        if (general.options.has('port')) tell(line, option, TWICE, 'low');
        Object.assign(general, { line, port: draft.port });
        general.options.set('port', value);
      }
      if (draft === null) continue;
      const place = `${String(draft.port)} ${draft.host}`;
      if (ports.has(place)) tell(line, option, 'listened on already; Mosquitto fails here', 'high');
      ports.add(place);
      if (option === 'port') continue;
      if (drafts.length < LISTENER_LIMIT) drafts.push(draft);
      else tell(line, option, `more than ${String(LISTENER_LIMIT)} listeners; left out`, 'medium');
    } else {
      const target = SECURITY.has(option) && !perListener ? general : current;
      tellOption(each, tell);
      if (target.options.has(option)) tell(line, option, TWICE, 'low');
      target.options.set(option, value);
    }
  }
  general.host = general.options.get('bind_address') ?? '';
  if (general.line > 0) drafts.push(general);
  const shared = perListener ? null : general.options;
  const listeners = drafts.map((draft) => listenerOf(draft, shared, false));
  if (drafts.length === 0) {
    // Mosquitto 2.0 without any listener: this machine only, and nobody needs a name.
    listeners.push(listenerOf({ ...general, line: 1, host: '127.0.0.1' }, shared, true));
  }
  return {
    listeners: listeners.sort((a, b) => a.line - b.line),
    acl: acl ?? null,
    unsupported,
  };
}

const UNKNOWN = ['not an option of Mosquitto 2.0; it is left out', 'medium'] as const;
const TWICE = 'given more than once for the same listener; the last one is used';

function opensDefault({ option, value }: ConfigurationLine): boolean {
  if (!OPENS_DEFAULT.has(option) || value === '' || value === '-1') return false;
  if (option === 'protocol') return value !== 'mqtt';
  return !['false', '0'].includes(value);
}

/** Null when nothing can listen there. */
function listenerAt({ line, option, value }: ConfigurationLine, tell: Tell): Draft | null {
  const [port = '', host = ''] = value.split(/[ \t]+/, 2);
  if (option === 'listener' && port === '0' && host !== '') {
    tell(line, option, 'listens on a Unix socket; here on ports only, so it is left out', 'medium');
    return null;
  }
  const number = Number(port);
  if (!/^\d{1,5}$/.test(port) || number < 1 || number > 65_535) {
    tell(line, option, `"${port.slice(0, 40)}" is no port; the listener is left out`, 'high');
    return null;
  }
  return { line, host, port: number, options: new Map() };
}

function tellOption({ line, option, value }: ConfigurationLine, tell: Tell): void {
  if (SWITCHES.has(option) && !['true', 'false', '1', '0'].includes(value)) {
    tell(
      line,
      option,
      'neither true nor false; Mosquitto fails here, and it counts as false',
      'high',
    );
  }
  if (option === 'per_listener_settings' && isOn(value)) {
    const meaning =
      'password_file, acl_file and allow_anonymous belong to each listener; here one access list serves them all';
    tell(line, option, meaning, 'high');
  }
  if (option === 'tls_version' && value !== 'tlsv1.2') {
    const old = /^tlsv1(\.1)?$/.test(value);
    const meaning = old
      ? 'TLS below 1.2 was allowed; here such clients cannot connect'
      : 'here TLS 1.2 and 1.3 are both spoken';
    tell(line, option, meaning, old ? 'medium' : 'low');
  }
  if (option === 'protocol' && value !== 'mqtt' && value !== 'websockets') {
    tell(line, option, 'not a protocol known here; MQTT is assumed', 'medium');
  }
}

/** @param shared what holds for every listener; null when each has its own */
function listenerOf(
  { line, host, port, options }: Draft,
  shared: ReadonlyMap<string, string> | null,
  nameless: boolean,
): ImportedListener {
  const security = shared ?? options;
  const on = (option: string): boolean => isOn(options.get(option));
  const web = options.get('protocol') === 'websockets';
  const secure = options.has('certfile') && options.has('keyfile');
  const anonymous = isOn(security.get('allow_anonymous') ?? String(nameless));
  const passwords = security.get('password_file');
  const rules = security.get('acl_file');
  const detail = [
    secure ? 'TLS' : 'no encryption',
    on('require_certificate') ? 'client certificates required' : 'no client certificate',
    ...(on('use_identity_as_username') ? ['names from certificates'] : []),
    ...(options.has('crlfile') ? ['revocation list'] : []),
    ...(passwords === undefined
      ? []
      : [`passwords in ${shown(passwords)}, which must be set anew`]),
    anonymous ? 'clients without a name were allowed, here they are not' : 'no nameless clients',
    rules === undefined
      ? 'no access list: everybody may do everything'
      : `access list ${shown(rules)}`,
  ];
  const kind = web ? (secure ? 'wss' : 'ws') : secure ? 'tls' : 'tcp';
  const as = kind === 'tls' && !on('require_certificate') ? 'tlsPassword' : kind;
  const address = host === '' ? '0.0.0.0' : host;
  return { line, kind, as, host: address, port, detail: detail.join('; ') };
}

function isOn(value: string | undefined): boolean {
  return value === 'true' || value === '1';
}

function shown(path: string): string {
  return path.slice(0, 200);
}
