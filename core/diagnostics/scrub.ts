import { redactText } from '#core/ports';

const HIDDEN = '[redacted]';
/** A shorter one stands in ordinary words as well, and would be found by hiding them. */
const SECRET_LEAST = 6;

export type Scrub = (text: string) => string;

/**
 * Takes out of a text: every secret that the bench knows, however it is written; whatever looks like
 * one; the home folder, which holds a person's name; and the names of vehicles, which get a number.
 */
export function createScrub(known: {
  secrets: readonly Uint8Array[];
  vins: readonly string[];
  home: string;
}): Scrub {
  const forms = new Set(known.secrets.flatMap(formsOf));
  // The longest first: one may contain another.
  const secrets = [...forms].sort((a, b) => b.length - a.length);
  const homes = homeForms(known.home);
  const vins = [...known.vins].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of secrets) clean = clean.replaceAll(secret, HIDDEN);
    clean = redactText(clean);
    for (const home of homes) clean = clean.replace(home, '~');
    for (const [n, vin] of vins.entries()) clean = clean.replaceAll(vin, `VEHICLE-${n + 1}`);
    return clean;
  };
}

/**
 * How the home folder may stand in a text: as JSON writes it, where a backslash is two, and as the
 * addresses in a stack trace do, with slashes and encoded letters. Windows minds no case.
 */
function homeForms(home: string): RegExp[] {
  if (home.length <= 1) return [];
  const slashed = home.replaceAll('\\', '/');
  const forms = new Set([home, escaped(home), slashed, encodeURI(slashed)]);
  return [...forms].map((form) => new RegExp(literally(form), home === slashed ? 'g' : 'gi'));
}

/** How the bytes of a secret may stand in a text. */
function formsOf(secret: Uint8Array): string[] {
  if (secret.length < SECRET_LEAST) return [];
  const bytes = Buffer.from(secret);
  const text = bytes.toString('utf8');
  const isText = !text.includes('\ufffd') && !text.includes('\0');
  return [
    ...(isText ? [text, escaped(text), escaped(escaped(text)), encodeURIComponent(text)] : []),
    // Of a PEM each line would give the key away.
    ...(isText
      ? text.split(/\r?\n/).filter((line) => line.length >= 24 && !line.startsWith('-'))
      : []),
    bytes.toString('base64').replace(/=+$/, ''),
    // A key as a PEM has it, line by line (RFC 7468).
    ...(bytes.toString('base64').match(/.{24,64}/g) ?? []),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ].filter((form) => form.length >= SECRET_LEAST);
}

/** As a pattern that is this text. */
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** As it stands inside a text of JSON. */
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
