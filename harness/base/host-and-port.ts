/** `host:port`, as URLs, clients' settings and errors have it; an IPv6 address stands in brackets. */
export const hostAndPort = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
