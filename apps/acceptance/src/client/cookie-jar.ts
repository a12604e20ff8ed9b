/** Cookies of one browser, by host name as browsers keep them (ports share). Just enough for redirects on loopback. */
export class CookieJar {
  private readonly hosts = new Map<string, Map<string, { value: string; path: string }>>();

  header(url: URL): string {
    const cookies = [...(this.hosts.get(url.hostname) ?? [])];
    return cookies
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(';', 1)[0]}=${value}`)
      .join('; ');
  }

  store(url: URL, setCookies: readonly string[]): void {
    const cookies = this.hosts.get(url.hostname) ?? new Map<string, { value: string; path: string }>();
    this.hosts.set(url.hostname, cookies);
    for (const line of setCookies) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
      const gone = attributes.some((one) => /^max-age=0$/i.test(one) || /^expires=thu, 01 jan 1970/i.test(one));
      const key = `${name};${path}`;
      if (gone || value === '') cookies.delete(key);
      else cookies.set(key, { value, path });
    }
  }

  get names(): string[] {
    return [...this.hosts.values()].flatMap((cookies) => [...cookies.keys()].map((key) => key.split(';', 1)[0] ?? ''));
  }
}
