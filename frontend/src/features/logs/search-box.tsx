import { ActionIcon, Group, Loader, Text, TextInput, Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconRegex, IconX } from '@tabler/icons-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { count } from '../../components/formats'
import classes from './search-box.module.css'

export interface Hits {
  total: number
  /** Every line was looked through. */
  isAll: boolean
  /** The marked hit's place among all, from 1, where that is known. */
  rank: number | null
}

interface Props {
  q: string | undefined
  isRegex: boolean
  onSearch: (q: string | undefined, isRegex: boolean) => void
  /** Null without a search. */
  hits: Hits | null
  /** What the server says against the search. */
  fault: string | null
  isFinding: boolean
  onFind: (direction: 'next' | 'previous') => void
  /** The search was left. */
  onLeave: () => void
  input: RefObject<HTMLInputElement | null>
}

const TYPING_MS = 250

/** Text or a regular expression, searched on the server while one types. */
export function SearchBox(props: Props) {
  const { q, isRegex, onSearch, hits, fault, isFinding, onFind, onLeave, input } = props
  const [text, setText] = useState(q ?? '')
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const sent = useRef(q)
  useEffect(() => {
    if (q !== sent.current) setText(q ?? '')
    sent.current = q
  }, [q])
  useEffect(() => () => clearTimeout(typing.current), [])

  const send = (next: string, pattern = isRegex) => {
    clearTimeout(typing.current)
    sent.current = next || undefined
    onSearch(next || undefined, pattern)
  }
  const isSent = text === (q ?? '')

  return (
    <div className={classes.box}>
      <Group gap={4} wrap="nowrap" role="search">
        <TextInput
          ref={input}
          size="xs"
          className={classes.input}
          data-search
          aria-label="Search log lines"
          aria-keyshortcuts="/ Control+F Meta+F"
          placeholder="Search log lines"
          value={text}
          error={fault !== null}
          aria-describedby={fault === null ? undefined : 'log-search-fault'}
          spellCheck={false}
          autoComplete="off"
          maxLength={1000}
          onChange={(event) => {
            const next = event.currentTarget.value
            setText(next)
            clearTimeout(typing.current)
            typing.current = setTimeout(() => send(next), TYPING_MS)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault()
              if (!isSent) send(text)
              else onFind(event.shiftKey ? 'previous' : 'next')
            } else if (event.key === 'Escape') {
              event.preventDefault()
              event.stopPropagation()
              setText('')
              send('')
              onLeave()
            }
          }}
          rightSectionWidth={52}
          rightSection={
            <Group gap={0} wrap="nowrap">
              {text !== '' && (
                <ActionIcon
                  size="sm"
                  aria-label="Clear search"
                  onClick={() => {
                    setText('')
                    send('')
                    input.current?.focus()
                  }}
                >
                  <IconX size={14} aria-hidden />
                </ActionIcon>
              )}
              <Tooltip label="Regular expression (PostgreSQL's)">
                <ActionIcon
                  size="sm"
                  aria-label="Regular expression"
                  aria-pressed={isRegex}
                  variant={isRegex ? 'light' : 'subtle'}
                  color={isRegex ? 'accent' : 'gray'}
                  onClick={() => send(text, !isRegex)}
                >
                  <IconRegex size={15} aria-hidden />
                </ActionIcon>
              </Tooltip>
            </Group>
          }
        />
        <Tooltip label="Previous hit (Shift-Enter)">
          <ActionIcon aria-label="Previous hit" disabled={!hits} onClick={() => onFind('previous')}>
            <IconArrowUp size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Next hit (Enter)">
          <ActionIcon aria-label="Next hit" disabled={!hits} onClick={() => onFind('next')}>
            <IconArrowDown size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Text size="xs" c="dimmed" role="status" aria-label="Hits" className={classes.hits}>
          {fault === null && hits && hitWords(hits)}
          {isFinding && <Loader size={10} ml={6} aria-hidden />}
        </Text>
      </Group>
      {fault !== null && (
        <Text size="xs" id="log-search-fault" className={classes.fault} role="alert">
          {fault}
        </Text>
      )}
    </div>
  )
}

function hitWords({ total, isAll, rank }: Hits): string {
  const hits = total === 1 ? 'hit' : 'hits'
  if (!isAll) return total === 0 ? 'counting…' : `at least ${count(total)} ${hits}, counting…`
  if (total === 0) return 'no hits'
  return rank === null ? `${count(total)} ${hits}` : `${count(rank)} of ${count(total)} ${hits}`
}
