// Whether a host is this machine by its very name; other names may be made to mean anything.

/** @param host without brackets: `localhost`, `::1`, `127.0.0.1` */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
