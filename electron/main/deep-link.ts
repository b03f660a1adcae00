import { CodedError } from '#core/ports';
import { LINK_SCHEME, Place } from '../channel/index.ts';

class LinkError extends CodedError<'LINK_INVALID'> {}

/** A link that is longer was not made by us. */
const LENGTH_LIMIT = 200;
const FORM = new RegExp(`^${LINK_SCHEME}://(vehicle|update|screen|help)/([^/?#]+)/?$`, 'i');

/**
 * `otabench://vehicle/VIN`, `…/update/ID`, `…/screen/NAME` or `…/help/CODE`: where to look. A link
 * comes from anywhere, so it shows a place and starts nothing.
 *
 * @throws LinkError LINK_INVALID for whatever is not of this grammar to the letter
 */
export function parseLink(text: string): Place {
  const [, kind = '', value = ''] = text.length > LENGTH_LIMIT ? [] : (FORM.exec(text) ?? []);
  const member = new Map(
    Object.entries({ vehicle: 'vin', update: 'updateId', screen: 'screen', help: 'code' }),
  );
  // A browser may write the host part in lower case, and does not touch the path.
  const named = kind.toLowerCase();
  const { data } = Place.safeParse({ kind: named, [member.get(named) ?? '']: value });
  if (data !== undefined) return data;
  throw new LinkError('LINK_INVALID', `“${shorten(text)}” is not a link of OTA Bench.`, {
    next: `Links have the form ${LINK_SCHEME}://vehicle/VIN, …/update/ID, …/screen/NAME or …/help/CODE. Nothing was opened.`,
  });
}

/** As much as fits into a dialog, without what could turn its line round. */
function shorten(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}]/gu, '·');
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
}
