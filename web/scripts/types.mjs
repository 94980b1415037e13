import { writeFileSync } from 'node:fs'

import { schema } from './schema.mjs'

writeFileSync(new URL('../src/api/schema.ts', import.meta.url), await schema())
