/** The types of `trunkline.*` and of the paths beside the methods from openapi.json, which the server's own test keeps fresh. */
import { readFileSync } from 'node:fs'

import openapiTS, { astToString } from 'openapi-typescript'

const HEAD = '/** Made by `npm run types:generate` from openapi.json; a test fails when it is stale. */\n\n'

export async function schema() {
  const whole = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'))
  const own = Object.entries(whole.paths).filter(([path]) => path.startsWith('/rest/trunkline.') || path.startsWith('/api/'))
  return HEAD + astToString(await openapiTS({ ...whole, paths: Object.fromEntries(own) }, { defaultNonNullable: false }))
}
