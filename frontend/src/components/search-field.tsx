import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import classes from './search-field.module.css'

interface Props {
  label: string
  placeholder: string
  /** What is searched for now. */
  value: string
  onChange: (text: string) => void
  className?: string | undefined
}

const TYPING_MS = 200

/** Tells what was typed when the typing rests, and follows `value` when that changes by itself. `/` leads to it. */
export function SearchField({ label, placeholder, value, onChange, className }: Props) {
  const [typed, setTyped] = useState({ text: value, from: value })
  if (typed.from !== value) setTyped({ text: value === typed.text.trim() ? typed.text : value, from: value })
  const send = useDebouncedCallback((text: string) => onChange(text), TYPING_MS)
  const type = (text: string) => {
    setTyped({ ...typed, text })
    send(text.trim())
  }
  return (
    <TextInput
      data-search
      className={[classes.field, className].filter(Boolean).join(' ')}
      size="xs"
      type="search"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={placeholder}
      leftSection={<IconSearch size={14} stroke={1.5} aria-hidden />}
      rightSection={
        typed.text && <CloseButton size="xs" aria-label="Clear search" onClick={() => type('')} />
      }
      value={typed.text}
      onChange={(event) => type(event.currentTarget.value)}
    />
  )
}
