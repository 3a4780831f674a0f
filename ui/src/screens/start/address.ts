// Addresses of phones as people type them, as the source that the engine reads. Pure.

/** Where adb listens unless another port is said. */
const adbPort = 5555;

/** `adb://192.168.1.23:5555` for `192.168.1.23`; null for what cannot be an address. */
export function sourceOf(typed: string): string | null {
  const text = typed
    .trim()
    .replace(/^adb:(\/\/)?/, '')
    .replace(/\/+$/, '');
  const [, bracketed, plain, port] =
    /^(?:\[([0-9a-f:.%a-z]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ? `[${bracketed}]` : plain;
  if (host) return port === undefined || within(port) ? `adb://${host}:${Number(port ?? adbPort)}` : null;
  return /^[0-9a-f]*:[0-9a-f:]+$/i.test(text) && text.split(':').length > 2
    ? `adb://[${text}]:${adbPort}`
    : null;
}

/** `192.168.1.23:37099` where a code is typed; null without a port, which is another each time. */
export function pairingAt(typed: string): string | null {
  const source = /^(\[[^\]]*\]|[^:]*):\d+$/.test(typed.trim()) ? sourceOf(typed) : null;
  return source?.replace('adb://', '') ?? null;
}

/** The six digits of a code, without what makes them readable; null for anything else. */
export function codeOf(typed: string): string | null {
  const code = typed.replace(/\s/g, '');
  return /^[0-9]{6}$/.test(code) ? code : null;
}

function within(port: string): boolean {
  return Number(port) > 0 && Number(port) < 65536;
}
