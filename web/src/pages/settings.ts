import { RouterView, type RouteRecordRaw } from 'vue-router'

import type { Role } from '@/api/types'
import { withTexts, type Area } from '@/i18n'

/** Where a section stands in the menu of the settings. */
export type SettingsGroup = 'me' | 'team' | 'work' | 'connect' | 'watch'

declare module 'vue-router' {
  interface RouteMeta {
    /** The menu of the settings shows the page in this group, under `settings.menu.<name of the route>`. */
    group?: SettingsGroup
    role?: Role
  }
}

const AREAS: Area[] = ['pages', 'settings']

type Page = () => Promise<unknown>

function page(path: string, name: string, group: SettingsGroup, role: Role, load: Page, children?: RouteRecordRaw[]): RouteRecordRaw {
  const component = withTexts(AREAS, load)
  const meta = { group, role }
  if (!children) return { path, name, component, meta } as RouteRecordRaw
  return { path, component: RouterView, meta: { role }, children: [{ path: '', name, component, meta }, ...children] } as RouteRecordRaw
}


/** A page that another one leads to, and not the menu. */
function inner(path: string, name: string, role: Role, load: Page): RouteRecordRaw {
  return { path, name, component: withTexts(AREAS, load), meta: { role } } as RouteRecordRaw
}

/** The sections of the settings, in the order in which the menu shows them: one line each. */
export const settingsRoutes: RouteRecordRaw[] = [
  { path: '', name: 'settings-menu', component: withTexts(AREAS, () => import('./settings/Menu.vue')) },
  page('account', 'settings-account', 'me', 'operator', () => import('./settings/Account.vue')),
  page('preferences', 'settings-preferences', 'me', 'operator', () => import('./settings/Preferences.vue')),
  page('lines', 'settings-lines', 'work', 'administrator', () => import('./settings/Lines.vue'), [
    inner(':line(\\d+)', 'settings-line', 'administrator', () => import('./settings/Line.vue')),
  ]),
  page('quick-answers', 'settings-quick-answers', 'work', 'supervisor', () => import('./settings/QuickAnswers.vue')),
  page('labels', 'settings-labels', 'work', 'supervisor', () => import('./settings/Labels.vue')),
  page('employees', 'settings-employees', 'team', 'administrator', () => import('./settings/Employees.vue')),
  page('departments', 'settings-departments', 'team', 'administrator', () => import('./settings/Departments.vue')),
  page('connectors', 'settings-connectors', 'connect', 'operator', () => import('./settings/Connectors.vue')),
  page('applications', 'settings-applications', 'connect', 'administrator', () => import('./settings/Applications.vue'), [
    inner(':application(\\d+)', 'settings-application', 'administrator', () => import('./settings/Application.vue')),
  ]),
  page('webhooks', 'settings-webhooks', 'connect', 'administrator', () => import('./settings/Webhooks.vue')),
  page('audit', 'settings-audit', 'watch', 'administrator', () => import('./settings/Audit.vue')),
]
