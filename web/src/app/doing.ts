/** Something that a person asked for: whether it is under way, and why it did not work. */

import { ref } from 'vue'

import { explain } from './failure'

export function useDoing() {
  const isBusy = ref(false)
  const problem = ref('')

  /** Runs it unless something is under way already; tells whether it worked. */
  async function run(action: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    problem.value = ''
    try {
      await action()
      return true
    } catch (error) {
      problem.value = explain(error)
      return false
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, problem, run }
}
