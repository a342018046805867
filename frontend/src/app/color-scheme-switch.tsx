import { ActionIcon, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const
const ICONS = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon }
const WORDS = { auto: 'as the system', light: 'light', dark: 'dark' }

/** System, light, dark, and round again. */
export function ColorSchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const Icon = ICONS[colorScheme]
  const words = `Colours: ${WORDS[colorScheme]}; switch to ${WORDS[NEXT[colorScheme]]}`
  return (
    <Tooltip label={words}>
      <ActionIcon aria-label={words} onClick={() => setColorScheme(NEXT[colorScheme])}>
        <Icon size={18} stroke={1.5} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
