import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useKeys } from '../../components/keys'
import { Page } from '../../components/page'
import { NoInstances, NoMatch } from '../../features/instances/instance-empty'
import { InstanceFilters } from '../../features/instances/instance-filters'
import { InstanceList } from '../../features/instances/instance-list'
import type { InstanceSearch } from '../../features/instances/search'
import { OverviewStrip } from '../../features/overview/overview-strip'
import { useTopic } from '../../live/live'
import { present, type SearchChange } from '../../routing/search'

const route = getRouteApi('/experiments')

/** All instances: what runs, what failed, and the way to each. */
export default function DashboardPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  useTopic('instances')
  useTopic('workers')
  useTopic('experiments')
  useKeys({ n: () => void navigate({ to: '/experiments/new' }) })
  const onSearch = useCallback(
    (change: SearchChange<InstanceSearch>) =>
      void navigate({
        search: (before) => present({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  return (
    <Page
      title="Dashboard"
      actions={
        <Button
          leftSection={<IconPlus size={14} aria-hidden />}
          aria-keyshortcuts="n"
          renderRoot={(props) => <Link to="/experiments/new" {...props} />}
        >
          New instance
        </Button>
      }
    >
      <OverviewStrip />
      <InstanceFilters search={search} onSearch={onSearch} />
      <InstanceList
        search={search}
        onSearch={onSearch}
        none={<NoInstances />}
        noMatch={<NoMatch onClear={() => void navigate({ search: {}, replace: true })} />}
      />
    </Page>
  )
}
