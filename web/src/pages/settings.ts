import type { RouteRecordRaw } from 'vue-router'

/** The sections of the settings, in the order in which the menu shows them: one line each. */
export const settingsRoutes: RouteRecordRaw[] = [
  { path: '', name: 'settings-personal', component: () => import('./settings/Personal.vue') },
]
