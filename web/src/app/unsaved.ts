/** What somebody has typed is not thrown away without asking: neither by a link nor by closing the tab. */

import { onScopeDispose, type Ref } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'

import { t } from '@/i18n'

import { confirm } from './confirm'

export function useUnsaved(isDirty: Readonly<Ref<boolean>>): void {
  const ask = async (): Promise<boolean> =>
    !isDirty.value ||
    (await confirm({
      title: t('unsaved.title'),
      text: t('unsaved.text'),
      action: t('unsaved.leave'),
      tone: 'danger',
    }))
  onBeforeRouteLeave(ask)
  onBeforeRouteUpdate((to, from) => to.path === from.path || ask())

  const warn = (event: BeforeUnloadEvent) => {
    if (isDirty.value) event.preventDefault()
  }
  addEventListener('beforeunload', warn)
  onScopeDispose(() => removeEventListener('beforeunload', warn))
}
