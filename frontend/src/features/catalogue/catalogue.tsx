import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { experimentsQuery } from '../../api/queries'
import { Empty, Failure, LoadingRows } from '../../components/page-states'
import { ScannedFolders } from '../../components/scanned-folders'
import { BrokenCard } from './broken-card'
import { ExperimentCard } from './experiment-card'

interface Props {
  /** The entry that is open. */
  open: string | undefined
  onOpen: (name: string | undefined) => void
}

/** Everything that workers found: what cannot be used first. */
export function Catalogue({ open, onOpen }: Props) {
  const query = useQuery(experimentsQuery)
  if (query.isPending) return <LoadingRows />
  if (query.data === undefined) return <Failure error={query.error} retry={() => void query.refetch()} />
  if (query.data.length === 0)
    return (
      <Empty title="No experiments found">
        <ScannedFolders />
      </Empty>
    )
  const broken = query.data.filter((each) => each.error !== null)
  const usable = query.data.filter((each) => each.error === null)
  const toggling = (name: string) => ({
    isOpen: open === name,
    onToggle: () => onOpen(open === name ? undefined : name),
  })
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed" role="status" aria-label="Count">
        {usable.length} {usable.length === 1 ? 'experiment' : 'experiments'}
        {broken.length > 0 &&
          `, ${broken.length} ${broken.length === 1 ? 'module' : 'modules'} that cannot be used`}
      </Text>
      {broken.map((each) => (
        <BrokenCard key={each.name} experiment={each} {...toggling(each.name)} />
      ))}
      {usable.map((each) => (
        <ExperimentCard key={each.name} experiment={each} {...toggling(each.name)} />
      ))}
    </Stack>
  )
}
