/** What is shipped, compressed as the server ships it (brotli, gzip for browsers without it), and where that ends. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** kB of 1,000 bytes: all scripts together, and those that an operator waits for when the inbox opens. */
export const LIMITS = { total: 350, inbox: 220 }

/** Pages and texts that are there before the first chat is seen. */
const INBOX = [/\/src\/main\.ts$/, /index\.html$/, /\/pages\/Shell\.vue$/, /\/pages\/Inbox\.vue$/, /\/locales\/en\.json$/]

const brotli = (code) => brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
const gzip = (code) => gzipSync(code, { level: 9 }).length

/** A chunk and whatever it cannot do without. */
function withImports(bundle, name, found = new Set()) {
  if (found.has(name) || bundle[name]?.type !== 'chunk') return found
  found.add(name)
  for (const other of bundle[name].imports) withImports(bundle, other, found)
  return found
}

/** The weights of a bundle in bytes: `{ chunks, brotli, gzip }` of everything and of the inbox's first load. */
export function weigh(bundle) {
  const chunks = Object.values(bundle).filter((one) => one.type === 'chunk')
  const first = new Set()
  for (const chunk of chunks)
    if (INBOX.some((page) => page.test(chunk.facadeModuleId ?? ''))) withImports(bundle, chunk.fileName, first)
  const sum = (some) => ({
    chunks: some.length,
    brotli: some.reduce((all, one) => all + brotli(one.code), 0),
    gzip: some.reduce((all, one) => all + gzip(one.code), 0),
  })
  return { total: sum(chunks), inbox: sum(chunks.filter((one) => first.has(one.fileName))) }
}

/** What is too heavy, as sentences; gzip counts, the heavier of the two. */
export function tooHeavy(weights) {
  return Object.entries(LIMITS)
    .filter(([name, limit]) => weights[name].gzip > limit * 1000)
    .map(([name, limit]) => `${name}: ${Math.ceil(weights[name].gzip / 1000)} kB of JavaScript (gzip), ${limit} are allowed`)
}

/** Ends a build that is too heavy, and says what it weighs. */
export function weightLimit() {
  return {
    name: 'trunkline-weight',
    apply: 'build',
    writeBundle(_, bundle) {
      const weights = weigh(bundle)
      for (const [name, one] of Object.entries(weights))
        this.info(`${name}: ${one.chunks} scripts, ${(one.brotli / 1000).toFixed(1)} kB brotli, ${(one.gzip / 1000).toFixed(1)} kB gzip`)
      const wrong = tooHeavy(weights)
      if (wrong.length > 0) this.error(wrong.join('\n'))
    },
  }
}
