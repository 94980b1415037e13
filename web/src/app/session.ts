/** Who is signed in. The client lives here because its CSRF mark is the session's. */

import { reactive, readonly } from 'vue'

import { ApiError, createClient } from '@/api/client'
import type { Me, Role, SessionAnswer } from '@/api/types'
import { pickLanguage, setLanguage, type Language } from '@/i18n'

interface SessionState {
  me: Me | null
  /** The server did not answer when we asked who we are. */
  unreachable: boolean
  /** The session ended while the app was open. */
  ended: boolean
}

const state = reactive<SessionState>({ me: null, unreachable: false, ended: false })

export const session = readonly(state)

export const client = createClient({
  fetch: (input, init) => globalThis.fetch(input, init),
  renew: renewSession,
  onSignedOut: () => {
    state.ended = true
  },
})

async function adopt(answer: SessionAnswer): Promise<void> {
  client.adopt(answer)
  state.me = answer.user
  state.ended = false
  state.unreachable = false
  await setLanguage(pickLanguage(localStorage.getItem(languageKey()) || answer.user.language))
}

const languageKey = () => `language:${state.me?.id ?? 0}`

/** The language of the person who is signed in, in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(languageKey(), language)
  await setLanguage(language)
}

/** Whether somebody is signed in; asks the server only the first time. */
export async function ensureSession(): Promise<boolean> {
  if (state.me) return true
  try {
    await adopt(await client.api<SessionAnswer>('GET', '/api/session'))
    return true
  } catch (error) {
    state.unreachable = !(error instanceof ApiError) || error.isTemporary
    return false
  }
}

let renewing: Promise<void> | null = null

/**
 * Somebody has signed in in another tab, so the cookie is of a new session: takes its mark, once for all calls that ask for
 * it at the same time. If it is somebody else, the page begins anew and this never ends.
 */
export function renewSession(): Promise<void> {
  renewing ??= renew().finally(() => (renewing = null))
  return renewing
}

async function renew(): Promise<void> {
  const answer = await client.api<SessionAnswer>('GET', '/api/session')
  if (state.me && answer.user.id !== state.me.id) {
    location.reload()
    await new Promise(() => {})
  }
  client.adopt(answer)
}

/** Asks again who we are, after something about it has changed. */
export async function refreshMe(): Promise<void> {
  await adopt(await client.api<SessionAnswer>('GET', '/api/session'))
}

export async function signIn(email: string, password: string, code?: string): Promise<void> {
  await adopt(await client.api<SessionAnswer>('POST', '/api/session', { email, password, ...(code ? { code } : {}) }))
}

/** An invited person chooses a password and is signed in by it. */
export async function acceptInvitation(token: string, password: string): Promise<void> {
  await adopt(await client.api<SessionAnswer>('POST', '/api/invitation', { token, password }))
}

/** Where one signs in again and comes back to this page. */
export function signInAddress(): string {
  return `/sign-in?${new URLSearchParams({ to: location.pathname + location.search })}`
}

/** Where one wanted to go before signing in, and only inside this app. */
export function addressAfterSignIn(wished: unknown): string {
  return typeof wished === 'string' && /^\/(?![/\\])/.test(wished) ? wished : '/'
}

export async function signOut(): Promise<void> {
  await client.api('DELETE', '/api/session')
  client.adopt(null)
  // Everything of this person leaves the memory of the page with it.
  location.assign('/sign-in')
}

const RANK: Record<Role, number> = { operator: 0, supervisor: 1, administrator: 2 }

/** Whether the signed-in person is at least this. */
export function isAtLeast(role: Role): boolean {
  return state.me !== null && RANK[state.me.role] >= RANK[role]
}
