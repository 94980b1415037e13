/** All pages on one page. A page of settings, reports or the board is one line in its block below. */

import { createRouter, createWebHistory } from 'vue-router'

import { ensureSession, session } from './app/session'
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
        { path: 'board', name: 'board', component: () => import('./pages/Board.vue'), meta: { role: 'supervisor' } },
        { path: 'reports', name: 'reports', component: () => import('./pages/Reports.vue'), meta: { role: 'supervisor' } },
        { path: 'settings', name: 'settings', component: () => import('./pages/Settings.vue'), children: settingsRoutes },
        { path: ':rest(.*)*', name: 'nowhere', component: () => import('./pages/Nowhere.vue') },
      ],
    },
  ],
})

router.beforeEach(async (to) => {
  if (to.meta.open) return true
  if (await ensureSession()) return true
  // Without an answer from the server nobody is sent away: the shell says that it is offline.
  if (session.unreachable) return true
  return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
})
