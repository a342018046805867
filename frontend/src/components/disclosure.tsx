import { IconChevronRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './disclosure.module.css'
import { QuietButton } from './quiet-button'

interface Props {
  isOpen: boolean
  onToggle: () => void
  children: ReactNode
}

/** Words that open and close what stands below them. */
export function Disclosure({ isOpen, onToggle, children }: Props) {
  return (
    <QuietButton className={classes.disclosure} aria-expanded={isOpen} onClick={onToggle}>
      <IconChevronRight size={14} stroke={2} aria-hidden className={classes.chevron} />
      {children}
    </QuietButton>
  )
}
