import { ref, watchEffect } from 'vue'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'theme'
const stored = globalThis.localStorage?.getItem(KEY)

/** What the person chose; `system` follows the device while the app is open. */
export const theme = ref<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')
export const isDark = ref(false)

export function followTheme(): void {
  const device = matchMedia('(prefers-color-scheme: dark)')
  const deviceIsDark = ref(device.matches)
  device.addEventListener('change', () => (deviceIsDark.value = device.matches))
  watchEffect(() => {
    isDark.value = theme.value === 'system' ? deviceIsDark.value : theme.value === 'dark'
    const root = document.documentElement
    root.classList.toggle('dark', isDark.value)
    root.classList.toggle('light', !isDark.value)
    localStorage.setItem(KEY, theme.value)
  })
}
