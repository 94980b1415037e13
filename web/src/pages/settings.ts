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
  page('lines', 'settings-lines', 'work', 'administrator', () => import('./settings/Lines.vue'), [
    inner(':line(\\d+)', 'settings-line', 'administrator', () => import('./settings/Line.vue')),
  ]),
]
