/** What a person can read about something that did not work. */

import { ApiError } from '@/api/client'
import { t } from '@/i18n'

export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error)
  return error.code === 'NETWORK' ? t('failure.network') : error.description || error.code
}
