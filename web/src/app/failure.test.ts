import { expect, test } from 'vitest'

import { ApiError } from '@/api/client'
import { setLanguage } from '@/i18n'

import { explain } from './failure'

test.each([
  ['en', new ApiError('NETWORK', 'The server did not answer', 0), 'The server does not answer. Check the connection and try again.'],
  ['de', new ApiError('TOO_MANY_ATTEMPTS', 'Too many attempts: try again in 3 seconds', 429, 2_100), 'Zu viele Versuche: in 3 Sekunden erneut möglich.'],
  ['ru', new ApiError('ERROR_NOT_FOUND', 'Not found', 400), 'Этого больше нет, или вы этого не видите.'],
  // What is wrong with a value only the server can say.
  ['ru', new ApiError('ERROR_ARGUMENT', 'priority is a number from 0 to 3', 400), 'priority is a number from 0 to 3'],
  ['en', new ApiError('NOT_JSON', '', 502), 'NOT_JSON'],
  ['en', new TypeError('x is null'), 'TypeError: x is null'],
] as const)('in %s: %s', async (language, error, expected) => {
  await setLanguage(language)
  expect(explain(error)).toBe(expected)
})
