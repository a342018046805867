import { Button, CloseButton, NativeSelect, Select, TagsInput, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { experimentsQuery } from '../../api/queries'
import type { SearchChange } from '../../routing/search'
import classes from './instance-filters.module.css'
import { hasFilter } from './instance-list'
import { type InstanceSearch, SORTS } from './search'
import { StatusFilter } from './status-filter'

interface Props {
  search: InstanceSearch
  onSearch: (change: SearchChange<InstanceSearch>) => void
}

const TYPING_MS = 200
const SORT_WORDS: Record<(typeof SORTS)[number], string> = {
  active_at: 'Last activity',
  name: 'Name',
  created_at: 'Created',
  updated_at: 'Modified',
}

export function InstanceFilters({ search, onSearch }: Props) {
  const experiments = useQuery(experimentsQuery).data ?? []
  const names = experiments.filter((each) => each.error === null).map((each) => each.name)
  if (search.experiment && !names.includes(search.experiment)) names.push(search.experiment)
  const { selected: _, ...filters } = search
  return (
    <search className={classes.filters}>
      <SearchText value={search.q ?? ''} onChange={(q) => onSearch({ q: q || undefined, selected: [] })} />
      <Select
        className={classes.experiment}
        size="xs"
        aria-label="Experiment"
        placeholder="All experiments"
        data={names}
        value={search.experiment ?? null}
        onChange={(experiment) => onSearch({ experiment: experiment ?? undefined, selected: [] })}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Clear experiment' }}
      />
      <StatusFilter value={search.status ?? []} onChange={(status) => onSearch({ status, selected: [] })} />
      <TagsInput
        className={classes.tags}
        size="xs"
        aria-label="Tags"
        placeholder={search.tag ? '' : 'Any tag'}
        value={search.tag ?? []}
        onChange={(tag) => onSearch({ tag, selected: [] })}
      />
      <NativeSelect
        className={classes.sort}
        size="xs"
        aria-label="Sort by"
        value={search.sort ?? 'active_at'}
        onChange={(event) => {
          const sort = SORTS.find((each) => each === event.currentTarget.value)
          onSearch({ sort, order: sort === 'name' ? 'asc' : 'desc' })
        }}
        data={SORTS.map((sort) => ({ value: sort, label: SORT_WORDS[sort] }))}
      />
      {hasFilter(filters) && (
        <Button
          variant="subtle"
          onClick={() => onSearch({ q: undefined, experiment: undefined, status: [], tag: [], selected: [] })}
        >
          Clear filters
        </Button>
      )}
    </search>
  )
}

/** Goes into the address when the typing rests, and follows the address when that changes by itself. */
function SearchText({ value, onChange }: { value: string; onChange: (text: string) => void }) {
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
      className={classes.search}
      size="xs"
      type="search"
      aria-label="Search"
      aria-keyshortcuts="/"
      placeholder="Search names, descriptions, tags  ( / )"
      leftSection={<IconSearch size={14} stroke={1.5} aria-hidden />}
      rightSection={
        typed.text && <CloseButton size="xs" aria-label="Clear search" onClick={() => type('')} />
      }
      value={typed.text}
      onChange={(event) => type(event.currentTarget.value)}
    />
  )
}
