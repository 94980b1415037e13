/** "Are you sure?": one question at a time, shown by ui/ConfirmHost.vue. */

import { shallowRef } from 'vue'

export interface Question {
  title: string
  text: string
  /** What the button says that does it. */
  action: string
  tone?: 'plain' | 'danger'
}

export const question = shallowRef<(Question & { answer: (isSure: boolean) => void }) | null>(null)

/** Resolves to whether the person wants it. */
export function confirm(asked: Question): Promise<boolean> {
  question.value?.answer(false)
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer(isSure) {
        question.value = null
        resolve(isSure)
      },
    }
  })
}
