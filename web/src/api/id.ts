/** Names that nobody else has. `crypto.randomUUID` is there only on pages with HTTPS; a portal in a local network may have none. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
