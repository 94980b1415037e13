import { createApp } from 'vue'

import App from './App.vue'
import { followTheme } from './app/theme'
import { pickLanguage, setLanguage } from './i18n'
import './main.css'
import { router } from './router'

// The component library's own plugin would bring the components of its articles, 40 kB of animation and an inline
// style with it; all that its components need of it is this mark.
document.documentElement.dataset.platform = 'web'

followTheme()
// As the browser says; whoever is signed in may wish another one.
await setLanguage(pickLanguage(null))
createApp(App)
  .use(router)
  .mount('#app')
