/** All pages on one page. A page of settings, reports or the board is one line in its block below. */

import { createRouter, createWebHistory } from 'vue-router'

import { addressAfterSignIn, ensureSession, isAtLeast, session } from './app/session'
import { withTexts } from './i18n'
import { settingsRoutes } from './pages/settings'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignIn.vue'), meta: { open: true } },
    { path: '/welcome/:token', name: 'welcome', component: () => import('./pages/Welcome.vue'), meta: { open: true } },
    {
      path: '/',
      component: () => import('./pages/Shell.vue'),
      children: [
        { path: '', name: 'inbox', component: () => import('./pages/Inbox.vue') },
        {
          path: 'chat/:chat(\\d+)/:message(\\d+)?',
          name: 'chat',
          component: () => import('./pages/Inbox.vue'),
        },
        { path: 'board', name: 'board', component: withTexts(['pages', 'board'], () => import('./pages/Board.vue')), meta: { role: 'supervisor' } },
        { path: 'reports', name: 'reports', component: withTexts(['pages', 'reports'], () => import('./pages/Reports.vue')), meta: { role: 'supervisor' } },
        { path: 'settings', name: 'settings', component: withTexts(['pages', 'settings'], () => import('./pages/Settings.vue')), children: settingsRoutes },
        { path: ':rest(.*)*', name: 'nowhere', component: () => import('./pages/Nowhere.vue') },
      ],
    },
  ],
})

router.beforeEach(async (to) => {
  // Who is signed in, in another tab perhaps, need not do so again. Whoever was sent here has been asked for already.
  if (to.name === 'sign-in' && !to.redirectedFrom && (await ensureSession())) return addressAfterSignIn(to.query.to)
  if (to.meta.open) return true
  if (await ensureSession()) {
    if (to.matched.every(({ meta }) => !meta.role || isAtLeast(meta.role))) return true
    // What one may not see answers as if it did not exist.
    return { name: 'nowhere', params: { rest: to.path.slice(1).split('/') }, query: to.query }
  }
  // Without an answer from the server nobody is sent away: the shell says that it is offline.
  if (session.unreachable) return true
  return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
})
