import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Source {
  path: string
  text: string
}

/** The app's own sources, without tests and generated files. */
export function sources(folder = 'src'): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue|css)$/.test(name) && !/\.test\.ts$/.test(name) && !/api\/(schema|generated)\.ts$/.test(name))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }))
}
