/** Calls of the method table: `POST /rest/{method}` with the cookie of the session and its CSRF mark. */

import { systemClock, type Clock } from './clock'
import type { Methods, SessionAnswer } from './types'

/** After so long nothing will come any more: a connection that is gone does not say so. */
const CALL_MS_MAX = 30_000
/** Reports take as long as the server gives any call. */
const REPORT_MS_MAX = 70_000

/** Why a call failed. `code` is the server's word, or `NETWORK` when no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly description: string,
    readonly status: number,
    /** When the server said how long to wait. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(`${code}: ${description}`)
    this.name = 'ApiError'
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  get isTemporary(): boolean {
    return this.code === 'NETWORK' || this.status === 429 || this.status >= 502 || this.code === 'QUERY_LIMIT_EXCEEDED'
  }
}

export interface Client {
  /** A method of `trunkline.*`, typed both ways. */
  call<M extends keyof Methods>(method: M, params: Methods[M][0], signal?: AbortSignal): Promise<Methods[M][1]>
  /** Any other method of the table. */
  rest<T = unknown>(method: string, params?: object, signal?: AbortSignal): Promise<T>
  /** Any other address below /api. */
  api<T = unknown>(verb: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T>
  csrf(): string
}

export interface ClientOptions {
  fetch: typeof globalThis.fetch
  clock?: Clock
  /** Called when the mark is no longer the session's, for somebody has signed in in another tab. Ends when there is a new one. */
  renew?: () => Promise<void>
  /** Called when the server no longer knows our session. */
  onSignedOut?: () => void
}

export function createClient(options: ClientOptions): Client & { adopt(session: SessionAnswer | null): void } {
  let csrf = ''
  const clock = options.clock ?? systemClock

  async function send<T>(verb: string, path: string, body: object | undefined, signal?: AbortSignal): Promise<T> {
    try {
      return await sendOnce<T>(verb, path, body, signal)
    } catch (error) {
      if (!isForged(error) || !options.renew) throw error
      await options.renew()
      return sendOnce<T>(verb, path, body, signal)
    }
  }

  async function sendOnce<T>(verb: string, path: string, body: object | undefined, signal?: AbortSignal): Promise<T> {
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    if (csrf) headers['X-Trunkline-Csrf'] = csrf
    const limit = new AbortController()
    const stop = (): void => limit.abort()
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop)
    const cancel = clock.after(path.startsWith('/rest/trunkline.report.') ? REPORT_MS_MAX : CALL_MS_MAX, stop)
    let response: Response
    let answer: Record<string, unknown>
    try {
      response = await options.fetch(path, {
        method: verb,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: 'same-origin',
        signal: limit.signal,
      })
      answer = await readJson(response)
    } catch (error) {
      if (signal?.aborted) throw error
      throw new ApiError('NETWORK', 'The server did not answer', 0)
    } finally {
      cancel()
      signal?.removeEventListener('abort', stop)
    }
    if (!response.ok || 'error' in answer) throw refusal(response, answer, () => options.onSignedOut?.(), path)
    return answer as T
  }

  async function rest<T>(method: string, params: object = {}, signal?: AbortSignal): Promise<T> {
    const answer = await send<{ result: T }>('POST', `/rest/${method}`, params, signal)
    return answer.result
  }

  return {
    rest,
    call: (method, params, signal) => rest(method, params, signal),
    api: (verb, path, body) => send(verb, path, body),
    csrf: () => csrf,
    adopt(session) {
      csrf = session?.csrf ?? ''
    },
  }
}

/** Whether the call did not carry the mark that belongs to the cookie. */
export function isForged(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'CSRF_FAILED'
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  if (!text) return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { result: value }
  } catch {
    // Something between us and the server answered with a page.
    return { error: 'NOT_JSON', error_description: `HTTP ${response.status}` }
  }
}

function refusal(
  response: Response,
  answer: Record<string, unknown>,
  onSignedOut: () => void,
  path: string,
): ApiError {
  const code = String(answer.error ?? `HTTP_${response.status}`)
  const seconds = Number(answer.retry_after_s ?? response.headers.get('Retry-After'))
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null
  // The sign-in itself answers 401 for a wrong password: that ends no session.
  if (response.status === 401 && path.startsWith('/rest/')) onSignedOut()
  return new ApiError(code, String(answer.error_description ?? code), response.status, retryAfterMs)
}
