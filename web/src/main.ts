import b24UiPlugin from '@bitrix24/b24ui-nuxt/vue-plugin'
import { createApp } from 'vue'

import App from './App.vue'
import { followTheme } from './app/theme'
import { i18n, pickLanguage, setLanguage } from './i18n'
import './main.css'
import { router } from './router'

followTheme()
await setLanguage(pickLanguage(localStorage.getItem('language')))
createApp(App).use(router).use(i18n).use(b24UiPlugin).mount('#app')
