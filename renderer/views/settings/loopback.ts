/** A name or an IP address, as far as its letters tell; the bench looks it up. */
export function isHost(host: string): boolean {
  return /^[\p{L}\p{N}._:%-]+$/u.test(host.trim());
}

/** True for an address that only this machine reaches. The bench judges it again. */
export function isLoopback(host: string): boolean {
  const name = host.trim().toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
