/** Times, durations, sizes and names as people read them, in their language and time zone. */

import { computed } from 'vue'

import type { Author, Chat, Customer, Employee } from '@/api/types'
import { locale, t } from '@/i18n'

import { dayOf, plusDays } from './days'
import { zone } from './zone'

const maker = (options: Intl.DateTimeFormatOptions) =>
  computed(() => new Intl.DateTimeFormat(locale.value, { ...options, timeZone: zone.value }))

const clockTime = maker({ hour: '2-digit', minute: '2-digit' })
const weekday = maker({ weekday: 'short' })
const dayMonth = maker({ day: 'numeric', month: 'short' })
const fullDate = maker({ day: 'numeric', month: 'short', year: 'numeric' })
const longDay = maker({ weekday: 'long', day: 'numeric', month: 'long' })
const moment = maker({ dateStyle: 'medium', timeStyle: 'medium' })

const DAY_MS = 86_400_000

export const time = (ms: number): string => clockTime.value.format(ms)
export const momentOf = (ms: number): string => moment.value.format(ms)
export const dateOf = (ms: number): string => fullDate.value.format(ms)

/** The same text for all moments of one day where the person is. */
export const dayKey = (ms: number): string => dayOf(ms, zone.value)

/** For a list: the time today, the weekday within a week, then the date. */
export function shortTime(ms: number, nowMs: number): string {
  if (dayKey(ms) === dayKey(nowMs)) return time(ms)
  if (nowMs - ms < 6 * DAY_MS) return weekday.value.format(ms)
  if (nowMs - ms < 300 * DAY_MS) return dayMonth.value.format(ms)
  return fullDate.value.format(ms)
}

export function dayTitle(ms: number, nowMs: number): string {
  if (dayKey(ms) === dayKey(nowMs)) return t('time.today')
  if (dayKey(ms) === plusDays(dayKey(nowMs), -1)) return t('time.yesterday')
  return nowMs - ms < 300 * DAY_MS ? longDay.value.format(ms) : fullDate.value.format(ms)
}

/** 0:42, 12:05, 3:20 h, 2 d: as short as a timer must be. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const two = (value: number) => String(value).padStart(2, '0')
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours}:${two(minutes % 60)} ${t('time.hours')}`
  return `${Math.floor(hours / 24)} ${t('time.days')}`
}

export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${new Intl.NumberFormat(locale.value, { maximumFractionDigits: unit ? 1 : 0 }).format(value)} ${units[unit]}`
}

/** Whether there is anything to see in it: names of spaces and invisible characters exist. */
function shown(text: string | null | undefined): string {
  const visible = (text ?? '').replace(/[\s\p{C}\p{Z}\u115F\u1160\u3164\uFFA0\u2800]/gu, '')
  return visible ? (text ?? '').replace(/\s+/g, ' ').trim() : ''
}

export function chatName(chat: Pick<Chat, 'id' | 'name'> & { customer_id?: number | null }): string {
  return shown(chat.name) || t('name.customer', { id: chat.customer_id ?? chat.id })
}

export function customerName(customer: Pick<Customer, 'id' | 'name'> & { last_name?: string }): string {
  return shown(`${customer.name} ${customer.last_name ?? ''}`) || t('name.customer', { id: customer.id })
}

export function employeeName(employee: Pick<Employee, 'id' | 'name' | 'last_name'> | undefined): string {
  if (!employee) return t('name.nobody')
  return shown(`${employee.name} ${employee.last_name}`) || t('name.employee', { id: employee.id })
}

export function authorName(author: Author | null): string {
  if (!author) return t('name.system')
  const fallback = author.kind === 'customer' ? 'name.customer' : 'name.employee'
  return shown(author.name) || t(fallback, { id: author.id })
}

/** The letters of an avatar without a picture. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word))
  const first = (word: string | undefined) => (word ? [...word][0] : undefined) ?? ''
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : '')).toLocaleUpperCase(locale.value) || '?'
}
