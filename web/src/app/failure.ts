/** What a person can read about something that did not work. */

import { ApiError } from '@/api/client'
import { hasText, t } from '@/i18n'

/** What its code means in the person's language; of a code that has no text (mostly a wrong value) what the server says. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error)
  if (error.code === 'NETWORK') return t('failure.network')
  const text = `problem.${error.code}`
  return hasText(text) ? t(text, { seconds: Math.ceil((error.retryAfterMs ?? 60_000) / 1000) }) : error.description || error.code
}
