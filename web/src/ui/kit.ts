/**
 * The parts of the component library that we use, on one page: each of them is paid for in shipped kilobytes, so a new
 * one is a decision. What is drawn hundreds of times (rows of the list, messages) is plain markup instead.
 */
export { default as B24App } from '@bitrix24/b24ui-nuxt/components/App.vue'
export { default as B24Button } from '@bitrix24/b24ui-nuxt/components/Button.vue'
export { default as B24DropdownMenu } from '@bitrix24/b24ui-nuxt/components/DropdownMenu.vue'
export { default as B24Input } from '@bitrix24/b24ui-nuxt/components/Input.vue'
export { default as B24Modal } from '@bitrix24/b24ui-nuxt/components/Modal.vue'
export { default as B24Textarea } from '@bitrix24/b24ui-nuxt/components/Textarea.vue'
export { useToast } from '@bitrix24/b24ui-nuxt/composables/useToast'
