import { useMantineColorScheme } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { useKeys } from '../components/keys'

const Palette = lazy(() => import('../features/palette/palette'))
const KeysList = lazy(async () => ({ default: (await import('./keys-list')).KeysList }))

export interface ShellKeys {
  openPalette: () => void
  openKeys: () => void
}

/** The search of what is on view: each page and each tab has at most one. */
function focusSearch() {
  const fields = document.querySelectorAll<HTMLInputElement>('input[data-search]')
  const field = [...fields].find((each) => each.getClientRects().length > 0)
  field?.focus()
  field?.select()
}

/** The keys that work on every page, and what they open; both come when they are first asked for. */
export function useShellKeys(): ShellKeys & { overlays: ReactNode } {
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null)
  const navigate = useNavigate()
  const { setColorScheme } = useMantineColorScheme()
  const openPalette = () => setOpen('palette')
  const openKeys = () => setOpen('keys')
  useKeys({
    'g d': () => void navigate({ to: '/experiments' }),
    'g c': () => void navigate({ to: '/catalogue' }),
    'g w': () => void navigate({ to: '/workers' }),
    '/': focusSearch,
    '?': openKeys,
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isPalette = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      if (!isPalette || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      setOpen((now) => (now === null ? 'palette' : now))
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
  const close = () => setOpen(null)
  const overlays = (
    <Suspense>
      {open === 'palette' && <Palette onClose={close} onColours={setColorScheme} onKeys={openKeys} />}
      {open === 'keys' && <KeysList onClose={close} />}
    </Suspense>
  )
  return { openPalette, openKeys, overlays }
}
