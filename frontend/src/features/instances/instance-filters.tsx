import { Button, NativeSelect, Select, TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { experimentsQuery } from '../../api/queries'
import { SearchField } from '../../components/search-field'
import type { SearchChange } from '../../routing/search'
import classes from './instance-filters.module.css'
import { hasFilter } from './instance-list'
import { type InstanceSearch, SORTS } from './search'
import { StatusFilter } from './status-filter'

interface Props {
  search: InstanceSearch
  onSearch: (change: SearchChange<InstanceSearch>) => void
}

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
      <SearchField
        className={classes.search}
        label="Search"
        placeholder="Search names, descriptions, tags  ( / )"
        value={search.q ?? ''}
        onChange={(q) => onSearch({ q: q || undefined, selected: [] })}
      />
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
