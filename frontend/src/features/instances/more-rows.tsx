import { Button } from '@mantine/core'
import { LoadingRows } from '../../components/page-states'
import type { Pages } from './use-live-rows'

/** Below a table: its next rows are on their way, or could not be had. */
export function MoreRows<T>({ query }: { query: Pages<T> }) {
  if (query.isFetchingNextPage) return <LoadingRows rows={2} />
  if (!query.isFetchNextPageError) return null
  return (
    <Button variant="default" my="sm" onClick={() => void query.fetchNextPage()}>
      More could not be loaded: try again
    </Button>
  )
}
