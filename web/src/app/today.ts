import { computed } from 'vue'

import { dayKey } from './format'
import { nowMs } from './time'

/** A moment of today, the same one all day: what shows or asks by the day is drawn and asked anew at midnight only. */
export const todayMs = computed<number>((before) => (before !== undefined && dayKey(before) === dayKey(nowMs.value) ? before : nowMs.value))
