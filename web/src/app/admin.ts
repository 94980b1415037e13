/** Calls for administrators and supervisors, and what to say about their failures. */

import type { AdminMethods } from '@/api/admin'
import { ApiError } from '@/api/client'
import { i18n } from '@/i18n'

import { client } from './session'

export function admin<M extends keyof AdminMethods>(
  method: M,
  params: AdminMethods[M][0],
  signal?: AbortSignal,
): Promise<AdminMethods[M][1]> {
  return client.rest(method, params, signal)
}

/** What a person can read about a failure. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error)
  return error.code === 'NETWORK' ? i18n.global.t('failure.network') : error.description
}
