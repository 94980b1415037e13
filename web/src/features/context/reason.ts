/** Why a chat came to whom it came: the server's words, each as a line in the person's language. */
import type { AnswerOf } from '@/api/types'
import { hasText, t } from '@/i18n'

export type Ground = AnswerOf<'trunkline.session.get'>['grounds'][number]

const LINES_MAX = 25

/** How many chats somebody has and may have, and the presence, as far as the line looks at them. */
function state(ground: Ground): string {
  const { chats, chats_max, presence } = ground
  const load = chats_max === null ? [] : [t('why.load', { chats: chats ?? 0, max: chats_max })]
  return [...load, ...(presence ? [t(`presence.${presence}`)] : [])].join(', ')
}

function line(ground: Ground): string {
  const { word, name, other, names, more, note } = ground
  const text = word === 'intercepted' && !other ? 'why.intercepted_free' : `why.${word}`
  const together = more ? [...names, t('why.more', { count: more })] : names
  const said = t(text, { name: name ?? '', other: other ?? '', names: together.join(', ') })
  const after = state(ground)
  return `${said}${after && (word.startsWith('skipped_') ? `: ${after}` : `, ${after}`)}${note ? ` (${note})` : ''}`
}

/** A word that this page does not know, for it is older than the server, says nothing. */
export function reasonLines(grounds: readonly Ground[]): string[] {
  return grounds.filter(({ word }) => hasText(`why.${word}`)).slice(0, LINES_MAX).map(line)
}
